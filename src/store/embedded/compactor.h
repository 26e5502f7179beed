#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include "base/clock.h"
#include "store/embedded/block_encoder.h"
#include "store/embedded/block_reader.h"
#include "store/embedded/committer.h"
#include "store/embedded/compaction_plan.h"
#include "store/embedded/cursor_registry.h"
#include "store/embedded/snapshots_in_use.h"
#include "store/embedded/store_state.h"

namespace tidings::embedded {

/// Rewrites blocks: many small ones into few large ones, sorted, open rows apart from the others,
/// without the rows that nobody can see. The switch to the new blocks is one durable write between
/// two commit groups, and carries over the kill marks that came while they were made.
///
/// Thread safety: one thread at a time.
/// Errors:        kUnavailable - the disk fails or the store stops; kAborted - the database was
/// opened again meanwhile; kDataLoss - a block is damaged; it is left alone from then on.
class Compactor {
 public:
  struct Deps {
    StoreState& state;
    Database& database;
    const BlockReader& reader;
    CursorRegistry& cursors;
    Committer& committer;
    const Clock& clock;
  };
  /// Large new blocks are built as files in `staging_directory`.
  Compactor(Deps deps, std::string staging_directory)
      : deps_(deps), staging_directory_(std::move(staging_directory)) {}

  /// One rewrite of what is worth it most, or of anything if `everything`. False when there is
  /// nothing to do.
  absl::StatusOr<bool> CompactOnce(bool everything);
  /// Rewrites these blocks of one class and day.
  absl::Status Rewrite(const LiveSet& inputs, const SnapshotsInUse& snapshots);

  uint64_t compactions() const { return compactions_; }
  uint64_t compacted_rows() const { return compacted_rows_; }

 private:
  struct Job;

  absl::Status ReadInputs(Job& job, const SnapshotsInUse& snapshots) const;
  absl::Status ReadBlock(Job& job, const std::shared_ptr<Block>& block, const SnapshotsInUse&)
      const;
  /// Encodes the rows of one output class.
  void Encode(Job& job, BlockClass block_class, std::vector<BlockRow> rows);
  /// Puts large outputs in as files.
  absl::Status Stage(Job& job);
  absl::Status Switch(Job& job);
  static void CarryOver(Job& job, StoreState::Change& change);

  const Deps deps_;
  const std::string staging_directory_;
  std::atomic<uint64_t> compactions_ = 0;
  std::atomic<uint64_t> compacted_rows_ = 0;
};

}  // namespace tidings::embedded
