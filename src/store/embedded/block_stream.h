#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include "base/clock.h"
#include "base/patience.h"
#include "store/embedded/block_reader.h"
#include "store/embedded/row_filter.h"
#include "store/event_store.h"

namespace tidings::embedded {

/// A place in the order of events.
struct Position {
  int64_t time = 0;
  std::string id;
};

/// What every stream of one query shares.
struct StreamContext {
  const BlockReader& reader;
  const Filter& filter;
  Order order = Order::kNewestFirst;
  uint64_t snapshot = 0;
  int64_t now_ms = 0;
  /// Rows up to this one, in the order, stand on earlier pages.
  std::optional<Position> behind;
  /// Asked now and then; what is not OK ends the query.
  const Patience& patience;
  const Clock& clock;
};

/// A segment of a block.
struct SegmentOfBlock {
  std::shared_ptr<Block> block;
  size_t segment = 0;

  const Segment& info() const { return block->info().segments[segment]; }
};

/// Whether a segment of the block may hold rows that the query means and that stand behind its
/// position.
bool MayHoldRows(const StreamContext& context, const Block& block, const Segment& segment);

/// Rows of a block, half open.
struct RowRange {
  size_t first = 0;
  size_t end = 0;
};
/// The rows of the segment whose order times the window can mean.
RowRange RowsToLookAt(const SegmentOfBlock& source, const HotBlock& hot, const TimeWindow& window);

/// The rows of one segment that a query means, in the query's order.
///
/// Thread safety: one thread.
/// Errors:        kDataLoss - names the block; kDeadlineExceeded; kCancelled; kUnavailable.
class BlockStream {
 public:
  /// `pages` tells which cold pages may hold a match; empty: any may.
  static absl::StatusOr<std::unique_ptr<BlockStream>> Open(
      const StreamContext& context, const SegmentOfBlock& source, std::vector<bool> pages
  );

  /// Past the last row.
  bool IsAtEnd() const { return row_ == end_; }
  int64_t time() const { return hot_->Time(static_cast<size_t>(row_)); }
  /// The id of the present row: a read of its page, where it was not read before.
  absl::StatusOr<std::string_view> Id();
  /// The present row. The view lives until the next call of Advance, its parameters with `arena`.
  absl::StatusOr<EventView> Whole(Arena& arena);
  size_t row() const { return static_cast<size_t>(row_); }
  Block& block() const { return *block_; }
  const HotBlock& hot() const { return *hot_; }
  const std::shared_ptr<const HotBlock>& shared_hot() const { return hot_; }
  absl::Status Advance();

 private:
  BlockStream(
      const StreamContext& context,
      std::shared_ptr<Block> block,
      std::shared_ptr<const HotBlock> hot
  );

  absl::Status ReadPageOf(size_t row);
  /// Makes page_ the page of a row; gives the row's place in it.
  absl::StatusOr<size_t> TurnTo(size_t row);
  absl::StatusOr<std::string_view> IdOf(size_t row);
  absl::StatusOr<size_t> FirstBehind(const Position& position, const RowRange& range);
  /// Below zero where the row stands before `position` in time and id.
  absl::StatusOr<int> Compare(size_t row, const Position& position);
  /// Goes on to the first row, from the present one, in a page that may hold a match.
  void SkipPages();
  /// Stops at the present row if it matches, else at the next that does.
  absl::Status Settle();
  absl::StatusOr<bool> IsMeant(size_t row);
  /// Reads the cold columns that the filter needs.
  absl::StatusOr<bool> IsMeantWhole(size_t row);

  const StreamContext& context_;
  const std::shared_ptr<Block> block_;
  const std::shared_ptr<const HotBlock> hot_;
  const RowFilter filter_;
  std::shared_ptr<const ColdPage> page_;
  /// The rows of page_ that the block knows of.
  RowRange page_rows_;
  std::vector<bool> pages_;
  /// The rows of the page that SkipPages has stopped in.
  RowRange present_;
  int64_t step_ = 1;
  int64_t row_ = 0;
  int64_t end_ = 0;
};

}  // namespace tidings::embedded
