#include "store/embedded/block_stream.h"

#include <algorithm>
#include <ranges>
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
    const StreamContext& context, const SegmentOfBlock& source, std::vector<bool> pages
) {
  absl::StatusOr<std::shared_ptr<const HotBlock>> hot = context.reader.Hot(*source.block);
  if (!hot.ok()) {
    return hot.status();
  }
  std::unique_ptr<BlockStream> stream(new BlockStream(context, source.block, *std::move(hot)));
  stream->pages_ = std::move(pages);
  const RowRange range = RowsToLookAt(source, *stream->hot_, context.filter.window);
  const bool is_ascending = context.order == Order::kOldestFirst;
  size_t first = is_ascending ? range.first : range.end;
  if (context.behind) {
    const absl::StatusOr<size_t> behind = stream->FirstBehind(*context.behind, range);
    if (!behind.ok()) {
      return behind.status();
    }
    first = *behind;
  }
  stream->step_ = is_ascending ? 1 : -1;
  stream->row_ = static_cast<int64_t>(first) - (is_ascending ? 0 : 1);
  stream->end_ =
      is_ascending ? static_cast<int64_t>(range.end) : static_cast<int64_t>(range.first) - 1;
  if (stream->filter_.IsEmpty()) {
    stream->row_ = stream->end_;
  }
  if (absl::Status status = stream->Settle(); !status.ok()) {
    return status;
  }
  return stream;
}

bool MayHoldRows(const StreamContext& context, const Block& block, const Segment& segment) {
  const BlockInfo& info = block.info();
  if (context.snapshot >= block.HiddenAt() || info.first_born > context.snapshot ||
      !MayOverlap(segment, info.has_open, context.filter.window)) {
    return false;
  }
  if (!context.behind) {
    return true;
  }
  return context.order == Order::kOldestFirst ? segment.last_time >= context.behind->time
                                              : segment.first_time <= context.behind->time;
}

RowRange RowsToLookAt(const SegmentOfBlock& source, const HotBlock& hot, const TimeWindow& window) {
  const BlockInfo& info = source.block->info();
  size_t first = 0;
  for (size_t i = 0; i < source.segment; ++i) {
    first += info.segments[i].rows;
  }
  const size_t end = first + source.info().rows;
  const TimeWindow times = TimesToLookAt(source.info(), info.has_open, window);
  const auto rows = std::views::iota(first, end);
  const auto low =
      std::ranges::partition_point(rows, [&](size_t row) { return hot.Time(row) < times.from; });
  const auto high = std::ranges::partition_point(low, rows.end(), [&](size_t row) {
    return hot.Time(row) <= times.to;
  });
  return {
      .first = first + static_cast<size_t>(low - rows.begin()),
      .end = first + static_cast<size_t>(high - rows.begin())};
}

/// For oldest first: the first row that stands above `position`. For newest first: the first that
/// does not stand below it (so the row before is the one to begin with).
absl::StatusOr<size_t> BlockStream::FirstBehind(const Position& position, const RowRange& range) {
  const bool is_ascending = context_.order == Order::kOldestFirst;
  size_t low = range.first;
  size_t high = range.end;
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

absl::Status BlockStream::ReadPageOf(size_t row) {
  const HotBlock::PagePlace place = hot_->PageOf(row);
  absl::StatusOr<std::shared_ptr<const ColdPage>> page = context_.reader.Page(*block_, place.page);
  if (!page.ok()) {
    return page.status();
  }
  if (absl::Status status = context_.reader.CheckRow(*block_, place, **page); !status.ok()) {
    return status;
  }
  page_ = *std::move(page);
  page_rows_.first = row - place.row;
  page_rows_.end = std::min(hot_->EndOfPage(place.page), page_rows_.first + page_->rows());
  return absl::OkStatus();
}

absl::StatusOr<size_t> BlockStream::TurnTo(size_t row) {
  if (row < page_rows_.first || row >= page_rows_.end) {
    if (absl::Status status = ReadPageOf(row); !status.ok()) {
      return status;
    }
  }
  return row - page_rows_.first;
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

absl::StatusOr<EventView> BlockStream::Whole(Arena& arena) {
  const absl::StatusOr<size_t> row_of_page = TurnTo(row());
  if (!row_of_page.ok()) {
    return row_of_page.status();
  }
  EventView event;
  hot_->Fill(row(), event);
  page_->Fill(*row_of_page, event, arena);
  return event;
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

void BlockStream::SkipPages() {
  while (row_ != end_ && (row() < present_.first || row() >= present_.end)) {
    const HotBlock::PagePlace place = hot_->PageOf(row());
    const RowRange rows = {.first = row() - place.row, .end = hot_->EndOfPage(place.page)};
    if (pages_[place.page]) {
      present_ = rows;
    } else if (step_ > 0) {
      row_ = std::min(static_cast<int64_t>(rows.end), end_);
    } else {
      row_ = std::max(static_cast<int64_t>(rows.first) - 1, end_);
    }
  }
}

absl::Status BlockStream::Settle() {
  for (; row_ != end_; row_ += step_) {
    if (!pages_.empty()) {
      SkipPages();
      if (row_ == end_) {
        break;
      }
    }
    if (row_ % kRowsPerLook == 0) {
      if (absl::Status status = context_.patience.Check(context_.clock); !status.ok()) {
        return status;
      }
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
