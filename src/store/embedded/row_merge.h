#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <absl/status/statusor.h>

#include "store/embedded/block_pruner.h"
#include "store/embedded/block_stream.h"

namespace tidings::embedded {

/// The rows of all blocks that a query means, one by one in the query's order. Opens a segment only
/// when its first row could be the next one, so a page of the newest events reads few blocks.
///
/// Thread safety: one thread.
/// Lifetime:      borrows the context and the blocks.
/// Errors:        kDeadlineExceeded; kUnavailable. Damaged blocks are left out and told.
class RowMerge {
 public:
  RowMerge(const StreamContext& context, const LiveSet& blocks);

  /// Goes on to the next row; false when there is none.
  absl::StatusOr<bool> Next();
  /// The present row's stream, until the next call of Next.
  BlockStream& row() { return *heads_.front().stream; }

  /// What was left out, a sentence each.
  const std::vector<std::string>& damage() const { return damage_; }

 private:
  /// A segment that is not opened yet. There may be tens of thousands, of which a page needs a few.
  struct Closed {
    /// Of its first row.
    int64_t key = 0;
    const std::shared_ptr<Block>* block = nullptr;
    size_t segment = 0;

    friend bool operator>(const Closed& a, const Closed& b) { return a.key > b.key; }
  };
  /// A stream, and what its present row is compared by.
  struct Head {
    int64_t key = 0;
    /// Read when two keys are equal.
    std::optional<std::string_view> id;
    std::unique_ptr<BlockStream> stream;
  };

  /// Ascending in the query's order.
  int64_t KeyOf(int64_t time) const { return is_ascending_ ? time : ~time; }
  /// Opens every segment that could hold the next row.
  absl::Status OpenNeeded();
  /// Opens one segment, if a row of its block may match.
  absl::Status OpenOne(const SegmentOfBlock& source);
  bool IsNeeded(const Closed& segment) const {
    return heads_.empty() || segment.key <= heads_.front().key;
  }
  absl::StatusOr<bool> IsBefore(Head& a, Head& b) const;
  /// Moves a head away from the root, or towards it, to where it belongs. An error leaves heads_
  /// in disorder.
  absl::Status Sink(size_t at);
  absl::Status Rise(size_t at);
  /// Leaves out the blocks that turned out to be damaged, and orders the others anew.
  absl::Status Recover(absl::Status status);
  /// Steps over the present row.
  absl::Status StepOver();
  /// True when the error was a damaged block, which is noted.
  bool NoteDamage(const absl::Status& status);

  const StreamContext& context_;
  const bool is_ascending_;
  const BlockPruner pruner_;
  /// A heap: the next one to be opened is at its root.
  std::vector<Closed> closed_;
  /// A binary heap: the stream of the next row is at its root.
  std::vector<Head> heads_;
  /// The root's row is the present one.
  bool has_row_ = false;
  std::vector<std::string> damage_;
};

}  // namespace tidings::embedded
