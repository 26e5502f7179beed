#pragma once

#include <functional>
#include <memory>
#include <vector>

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include "base/clock.h"
#include "base/patience.h"
#include "event/filter.h"
#include "store/aggregate.h"
#include "store/embedded/block_pruner.h"
#include "store/embedded/block_reader.h"
#include "store/embedded/block_stream.h"
#include "store/embedded/store_state.h"

namespace tidings::embedded {

/// The rows that a filter means, as numbers, segment by segment: what figures are counted from.
/// Cold columns are read only where the filter needs them.
///
/// Thread safety: one thread.
/// Lifetime:      one query; borrows filter, reader and clock.
/// Errors:        as BlockReader; kDeadlineExceeded; kCancelled.
class RowSelection {
 public:
  struct When {
    /// The instant that open events last until.
    int64_t now_ms = 0;
    const Patience& patience;
  };
  RowSelection(
      const Filter& filter,
      const BlockReader& reader,
      const Clock& clock,
      const StoreView& view,
      When when
  );

  /// A block of the view that may hold a row, and whether the filter takes every row of it that
  /// window and snapshot take.
  struct MeantBlock {
    /// In the view.
    size_t place = 0;
    std::shared_ptr<Block> block;
    bool filter_takes_all = false;
  };
  using BlockVisitor = std::function<absl::Status(const MeantBlock&)>;
  /// What a visitor says of damage and of the deadline becomes what the answer lacks, as does what
  /// is damaged here; any other error ends the query.
  absl::StatusOr<std::vector<Incompleteness>> ForEachBlock(const BlockVisitor& visit) const;

  /// Whether window and snapshot take every row that is not withdrawn.
  bool IsWhollyMeant(const Block& block) const;

  struct Rows {
    std::shared_ptr<const HotBlock> hot;
    /// Of one segment, ascending, which is by (OrderTime, id).
    std::vector<uint32_t> rows;
  };
  /// After an error `out` has the rows before it, and none if the block cannot be read at all.
  absl::Status Select(const MeantBlock& meant, size_t segment, Rows& out) const;
  /// The segments of a block that may hold a row.
  std::vector<size_t> SegmentsOf(const Block& block) const;

  absl::Status CheckPatience() const { return context_.patience.Check(context_.clock); }
  int64_t now_ms() const { return context_.now_ms; }

 private:
  /// Nothing, if no row of the block may be meant.
  absl::Status Visit(size_t place, const BlockVisitor& visit) const;

  void SelectVisible(const MeantBlock& meant, size_t segment, Rows& out) const;
  absl::Status SelectMatching(const SegmentOfBlock& source, Rows& out) const;

  const Filter& filter_;
  const BlockReader& reader_;
  const StoreView view_;
  const StreamContext context_;
  const BlockPruner pruner_;
};

}  // namespace tidings::embedded
