#pragma once

#include <memory>
#include <optional>
#include <vector>

#include <absl/status/statusor.h>

#include "store/embedded/block_pruner.h"
#include "store/embedded/block_stream.h"

namespace tidings::embedded {

/// Whether a segment may hold rows that the query means and that stand behind its position.
bool MayHoldRows(const StreamContext& context, const SegmentOfBlock& source);

/// The rows of all blocks that a query means, one by one in the query's order. Opens a segment only
/// when its first row could be the next one, so a page of the newest events reads few blocks.
///
/// Thread safety: one thread.
/// Errors:        kDeadlineExceeded; kUnavailable. Damaged blocks are left out and told.
class RowMerge {
 public:
  RowMerge(const StreamContext& context, const LiveSet& blocks);

  struct Row {
    Block* block = nullptr;
    size_t row = 0;
    int64_t time = 0;
  };
  /// Nothing behind the last row.
  absl::StatusOr<std::optional<Row>> Next();

  /// What was left out, a sentence each.
  const std::vector<std::string>& damage() const { return damage_; }

 private:
  /// Opens every segment that could hold the next row.
  absl::Status OpenNeeded();
  /// Opens one segment, if a row of its block may match.
  absl::Status OpenOne(const SegmentOfBlock& source);
  bool IsNeeded(const Segment& segment) const;
  /// Leaves out blocks that turn out to be damaged; nothing when no stream is left.
  absl::StatusOr<std::optional<size_t>> FindFirst();
  absl::StatusOr<size_t> CompareAll();
  absl::StatusOr<bool> IsBefore(BlockStream& a, BlockStream& b) const;
  /// Steps over the row that was given out last.
  absl::Status StepOver();
  /// True when the error was a damaged block, which is noted.
  bool NoteDamage(const absl::Status& status);

  const StreamContext& context_;
  const BlockPruner pruner_;
  /// Not opened yet, the next one last.
  std::vector<SegmentOfBlock> closed_;
  std::vector<std::unique_ptr<BlockStream>> streams_;
  /// The stream of the row that was given out last.
  std::optional<size_t> last_;
  std::vector<std::string> damage_;
};

}  // namespace tidings::embedded
