#include "store/embedded/row_selection.h"

#include <algorithm>
#include <utility>

#include "base/status.h"

namespace tidings::embedded {

RowSelection::RowSelection(
    const Filter& filter,
    const BlockReader& reader,
    const Clock& clock,
    const StoreView& view,
    When when
)
    : filter_(filter),
      reader_(reader),
      view_(view),
      context_(
          {.reader = reader,
           .filter = filter,
           .order = Order::kOldestFirst,
           .snapshot = view.sequence,
           .now_ms = when.now_ms,
           .behind = std::nullopt,
           .patience = when.patience,
           .clock = clock}
      ),
      pruner_(filter, reader) {}

absl::StatusOr<std::vector<Incompleteness>> RowSelection::ForEachBlock(const BlockVisitor& visit
) const {
  std::vector<Incompleteness> incomplete;
  for (size_t place = 0; place < view_.blocks->size(); ++place) {
    const absl::Status status = Visit(place, visit);
    const bool is_overdue = status.code() == absl::StatusCode::kDeadlineExceeded;
    if (is_overdue || status.code() == absl::StatusCode::kDataLoss) {
      incomplete.push_back(
          {.reason =
               is_overdue ? Incompleteness::Reason::kDeadline : Incompleteness::Reason::kDamaged,
           .detail = std::string(MessageOf(status))}
      );
    } else if (!status.ok()) {
      return status;
    }
    if (is_overdue) {
      break;
    }
  }
  return incomplete;
}

absl::Status RowSelection::Visit(size_t place, const BlockVisitor& visit) const {
  const std::shared_ptr<Block>& block = (*view_.blocks)[place];
  if (absl::Status status = CheckPatience(); !status.ok()) {
    return status;
  }
  if (SegmentsOf(*block).empty()) {
    return absl::OkStatus();
  }
  const absl::StatusOr<Verdict> verdict = pruner_.Judge(*block);
  if (!verdict.ok() || *verdict == Verdict::kNo) {
    return verdict.status();
  }
  return visit({.place = place, .block = block, .filter_takes_all = *verdict == Verdict::kYes});
}

std::vector<size_t> RowSelection::SegmentsOf(const Block& block) const {
  const std::vector<Segment>& all = block.info().segments;
  std::vector<size_t> segments;
  for (size_t segment = 0; segment < all.size(); ++segment) {
    if (MayHoldRows(context_, block, all[segment])) {
      segments.push_back(segment);
    }
  }
  return segments;
}

bool RowSelection::IsWhollyMeant(const Block& block) const {
  const TimeWindow& window = filter_.window;
  const BlockInfo& info = block.info();
  return block.dead_rows() == 0 && info.last_born <= view_.sequence &&
         std::all_of(info.segments.begin(), info.segments.end(), [&](const Segment& segment) {
           return segment.first_time >= window.from && segment.last_time < window.to;
         });
}

absl::Status RowSelection::Select(const MeantBlock& meant, size_t segment, Rows& out) const {
  out.rows.clear();
  if (!meant.filter_takes_all) {
    return SelectMatching({.block = meant.block, .segment = segment}, out);
  }
  absl::StatusOr<std::shared_ptr<const HotBlock>> hot =
      reader_.Hot(*meant.block, BlockReader::Extent::kAll);
  if (!hot.ok()) {
    return hot.status();
  }
  out.hot = *std::move(hot);
  SelectVisible(meant, segment, out);
  return absl::OkStatus();
}

void RowSelection::SelectVisible(const MeantBlock& meant, size_t segment, Rows& out) const {
  const Block& block = *meant.block;
  const HotBlock& hot = *out.hot;
  const RowRange range =
      RowsToLookAt({.block = meant.block, .segment = segment}, hot, filter_.window);
  const bool are_all_seen = IsWhollyMeant(block);
  EventView event;
  for (size_t row = range.first; row < range.end; ++row) {
    if (are_all_seen ? hot.IsWithdrawn(row)
                     : !block.IsVisible(row, hot.Born(row), view_.sequence)) {
      continue;
    }
    if (!are_all_seen) {
      hot.FillTimes(row, event);
      if (event.withdrawn || !Overlaps(IntervalOf(event, context_.now_ms), filter_.window)) {
        continue;
      }
    }
    out.rows.push_back(static_cast<uint32_t>(row));
  }
}

absl::Status RowSelection::SelectMatching(const SegmentOfBlock& source, Rows& out) const {
  absl::StatusOr<std::vector<bool>> pages = pruner_.PagesOf(*source.block);
  if (!pages.ok()) {
    return pages.status();
  }
  const absl::StatusOr<std::unique_ptr<BlockStream>> opened =
      BlockStream::Open(context_, source, *std::move(pages));
  if (!opened.ok()) {
    return opened.status();
  }
  BlockStream& stream = **opened;
  out.hot = stream.shared_hot();
  absl::Status status;
  while (status.ok() && !stream.IsAtEnd()) {
    out.rows.push_back(static_cast<uint32_t>(stream.row()));
    status = stream.Advance();
  }
  return status;
}

}  // namespace tidings::embedded
