#pragma once

#include <span>
#include <vector>

#include <absl/status/status.h>

#include "base/clock.h"
#include "store/embedded/block_encoder.h"
#include "store/embedded/block_reader.h"
#include "store/embedded/database.h"
#include "store/embedded/group_join.h"
#include "store/embedded/store_state.h"

namespace tidings::embedded {

/// A batch that waits for its commit.
struct WaitingBatch {
  ReportBatch batch;
  CommitDone done;
};

/// Makes groups of batches durable and visible: one block per group, one write, one sync.
///
/// Thread safety: one thread, the committer's.
/// Errors:        of Commit, each of them about the group as a whole: nothing of it is visible, and
/// the database must be opened again.
class GroupCommit {
 public:
  struct Options {
    /// Ids in memory; a batch that could bring more is refused with kUnavailable until compaction
    /// has put them into runs.
    size_t max_recent_ids = 8'000'000;
  };

  GroupCommit(
      StoreState& state,
      Database& database,
      const BlockReader& reader,
      const Clock& clock,
      Options options
  );

  /// One result per batch, in their order.
  absl::Status Commit(
      std::span<const WaitingBatch> group, std::vector<absl::StatusOr<CommitResult>>& results
  );

 private:
  absl::Status Store(GroupJoin& join);
  /// Blocks of the sorted rows, numbered in commit order.
  std::vector<EncodedBlock> Encode(std::span<const BlockRow> rows);
  /// What the rows, in their blocks, change in memory.
  static StoreState::Change MakeChange(
      std::span<GroupRow> group,
      std::span<const BlockRow> rows,
      std::span<const EncodedBlock> blocks
  );

  StoreState& state_;
  Database& database_;
  const BlockReader& reader_;
  const Clock& clock_;
  const Options options_;
};

/// Adds a block's record to a write batch, which keeps views of `record`.
void PutBlockRecord(WriteBatch& batch, const BlockInfo& info, const std::string& record);
/// Adds a block's values, by view.
void PutBlockValues(WriteBatch& batch, const BlockKey& key, std::span<const KeyAndValue> values);

}  // namespace tidings::embedded
