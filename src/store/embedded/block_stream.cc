#include "store/embedded/block_stream.h"

#include <utility>

#include "base/status.h"

namespace tidings::embedded {
namespace {

/// Rows between two looks at the clock.
constexpr int64_t kRowsPerLook = 4096;

}  // namespace

BlockStream::BlockStream(
    const StreamContext& context, std::shared_ptr<Block> block, std::shared_ptr<const HotBlock> hot
)
    : context_(context),
      block_(std::move(block)),
      hot_(std::move(hot)),
      filter_(context.filter, *hot_, context.now_ms) {}

absl::StatusOr<std::unique_ptr<BlockStream>> BlockStream::Open(
    const StreamContext& context, std::shared_ptr<Block> block
) {
  absl::StatusOr<std::shared_ptr<const HotBlock>> hot = context.reader.Hot(*block);
  if (!hot.ok()) {
    return hot.status();
  }
  std::unique_ptr<BlockStream> stream(new BlockStream(context, std::move(block), *std::move(hot)));
  const auto rows = static_cast<int64_t>(stream->hot_->rows());
  int64_t first = context.order == Order::kOldestFirst ? 0 : rows;
  if (context.behind) {
    const absl::StatusOr<size_t> behind = stream->FirstBehind(*context.behind);
    if (!behind.ok()) {
      return behind.status();
    }
    first = static_cast<int64_t>(*behind);
  }
  if (context.order == Order::kOldestFirst) {
    stream->row_ = first;
    stream->end_ = rows;
  } else {
    stream->step_ = -1;
    stream->row_ = first - 1;
    stream->end_ = -1;
  }
  if (stream->filter_.IsEmpty()) {
    stream->row_ = stream->end_;
  }
  if (absl::Status status = stream->Settle(); !status.ok()) {
    return status;
  }
  return stream;
}

/// For oldest first: the first row that stands above `position`. For newest first: the first that
/// does not stand below it (so the row before is the one to begin with).
absl::StatusOr<size_t> BlockStream::FirstBehind(const Position& position) {
  const bool is_ascending = context_.order == Order::kOldestFirst;
  size_t low = 0;
  size_t high = hot_->rows();
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    const absl::StatusOr<int> order = Compare(middle, position);
    if (!order.ok()) {
      return order.status();
    }
    const bool is_before = is_ascending ? *order <= 0 : *order < 0;
    (is_before ? low : high) = is_before ? middle + 1 : middle;
  }
  return low;
}

absl::StatusOr<int> BlockStream::Compare(size_t row, const Position& position) {
  const int64_t time = hot_->Time(row);
  if (time != position.time) {
    return time < position.time ? -1 : 1;
  }
  const absl::StatusOr<std::string_view> id = IdOf(row);
  if (!id.ok()) {
    return id.status();
  }
  return id->compare(position.id);
}

absl::StatusOr<size_t> BlockStream::TurnTo(size_t row) {
  const HotBlock::PagePlace place = hot_->PageOf(row);
  if (page_number_ != place.page) {
    absl::StatusOr<std::shared_ptr<const ColdPage>> page =
        context_.reader.Page(*block_, place.page);
    if (!page.ok()) {
      return page.status();
    }
    page_ = *std::move(page);
    page_number_ = place.page;
  }
  if (place.row >= page_->rows()) {
    return DataLoss("block {}, page {}: has no row {}", block_->number(), place.page, place.row);
  }
  return place.row;
}

absl::StatusOr<std::string_view> BlockStream::IdOf(size_t row) {
  const absl::StatusOr<size_t> row_of_page = TurnTo(row);
  if (!row_of_page.ok()) {
    return row_of_page.status();
  }
  return page_->Id(*row_of_page);
}

absl::StatusOr<std::string_view> BlockStream::Id() {
  return IdOf(row());
}

absl::StatusOr<bool> BlockStream::IsMeant(size_t row) {
  if (!block_->IsVisible(row, hot_->Born(row), context_.snapshot)) {
    return false;
  }
  const Verdict verdict = filter_.Judge(row);
  return verdict == Verdict::kUnknown ? IsMeantWhole(row) : verdict == Verdict::kYes;
}

absl::StatusOr<bool> BlockStream::IsMeantWhole(size_t row) {
  const absl::StatusOr<size_t> row_of_page = TurnTo(row);
  if (!row_of_page.ok()) {
    return row_of_page.status();
  }
  EventView event;
  Arena arena;
  hot_->Fill(row, event);
  if (filter_.NeededCold() == RowFilter::ColdColumns::kAll) {
    page_->Fill(*row_of_page, event, arena);
  } else {
    event.id = page_->Id(*row_of_page);
  }
  return Holds(context_.filter.where, event, context_.now_ms);
}

absl::Status BlockStream::Settle() {
  for (; row_ != end_; row_ += step_) {
    if (row_ % kRowsPerLook == 0 && context_.is_overdue()) {
      return absl::DeadlineExceededError("the query took too long");
    }
    const absl::StatusOr<bool> is_meant = IsMeant(row());
    if (!is_meant.ok()) {
      return is_meant.status();
    }
    if (*is_meant) {
      break;
    }
  }
  return absl::OkStatus();
}

absl::Status BlockStream::Advance() {
  row_ += step_;
  return Settle();
}

}  // namespace tidings::embedded
