#include "store/embedded/aggregate_scan.h"

#include <algorithm>
#include <utility>

#include "base/status.h"

namespace tidings::embedded {
namespace {

bool IsError(const HotBlock& hot, size_t row) {
  return (hot.Flags(row) & kIsError) != 0;
}

/// As answers show it: texts have defaults.
std::string_view ShownText(FilterField field, std::string_view text) {
  EventView event;
  event.text[*HotTextOf(field)] = text;
  return ShownValue(event, field);
}

State StateOfRow(const HotBlock& hot, size_t row) {
  EventView event;
  hot.FillTimes(row, event);
  return StateOf(event);
}

}  // namespace

AggregateScan::AggregateScan(
    const AggregateQuery& query,
    const BlockReader& reader,
    const Clock& clock,
    const StoreView& view
)
    : query_(query),
      reader_(reader),
      view_(view),
      context_(
          {.reader = reader,
           .filter = query.filter,
           .order = Order::kOldestFirst,
           .snapshot = view.sequence,
           .now_ms = query.now_ms.value_or(clock.NowMs()),
           .behind = std::nullopt,
           .patience = query.patience,
           .clock = clock}
      ),
      pruner_(query.filter, reader),
      counter_(query, context_.now_ms) {}

absl::StatusOr<AggregateResult> AggregateScan::Run() {
  std::vector<Incompleteness> incomplete;
  for (const std::shared_ptr<Block>& block : *view_.blocks) {
    absl::Status status = query_.patience.Check(context_.clock);
    status = status.ok() ? CountBlock(block) : status;
    if (status.code() == absl::StatusCode::kDeadlineExceeded) {
      incomplete.push_back(
          {.reason = Incompleteness::Reason::kDeadline, .detail = std::string(MessageOf(status))}
      );
      break;
    }
    if (status.code() == absl::StatusCode::kDataLoss) {
      incomplete.push_back(
          {.reason = Incompleteness::Reason::kDamaged, .detail = std::string(MessageOf(status))}
      );
    } else if (!status.ok()) {
      return status;
    }
  }
  AggregateResult result = counter_.Finish();
  result.incomplete.insert(result.incomplete.end(), incomplete.begin(), incomplete.end());
  return result;
}

bool AggregateScan::IsWhollyMeant(const Block& block) const {
  const TimeWindow& window = query_.filter.window;
  const BlockInfo& info = block.info();
  return block.dead_rows() == 0 && info.last_born <= view_.sequence &&
         std::all_of(info.segments.begin(), info.segments.end(), [&](const Segment& segment) {
           return segment.first_time >= window.from && segment.last_time < window.to;
         });
}

absl::Status AggregateScan::CountBlock(const std::shared_ptr<Block>& block) {
  const BlockInfo& info = block->info();
  const bool may_hold =
      std::any_of(info.segments.begin(), info.segments.end(), [&](const Segment& segment) {
        return MayOverlap(segment, info.has_open, query_.filter.window);
      });
  if (!may_hold || info.first_born > view_.sequence || view_.sequence >= block->HiddenAt()) {
    return absl::OkStatus();
  }
  const absl::StatusOr<Verdict> verdict = pruner_.Judge(*block);
  if (!verdict.ok()) {
    return verdict.status();
  }
  if (*verdict == Verdict::kNo) {
    return absl::OkStatus();
  }
  const bool takes_all = *verdict == Verdict::kYes && query_.parameters.empty();
  if (takes_all && info.word_parts != 0 && IsWhollyMeant(*block)) {
    const absl::StatusOr<bool> is_counted = CountWholly(*block);
    if (!is_counted.ok() || *is_counted) {
      return is_counted.status();
    }
  }
  for (size_t segment = 0; segment < info.segments.size(); ++segment) {
    const SegmentOfBlock source = {.block = block, .segment = segment};
    if (!MayOverlap(source.info(), info.has_open, query_.filter.window)) {
      continue;
    }
    if (absl::Status status = CountSegment(source, takes_all); !status.ok()) {
      return status;
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> AggregateScan::CountWholly(Block& block) {
  const absl::StatusOr<std::shared_ptr<const BlockSummary>> read = reader_.Summary(block);
  if (!read.ok()) {
    return read.status().code() == absl::StatusCode::kDataLoss ? absl::StatusOr<bool>(false)
                                                               : read.status();
  }
  const BlockSummary& summary = **read;
  const auto tells = [&summary](FilterField field) {
    const std::optional<TextField> text = HotTextOf(field);
    return !text || summary.values(static_cast<size_t>(*text));
  };
  std::shared_ptr<const HotBlock> hot;
  const bool needs_rows =
      !query_.edges.empty() || !std::all_of(query_.fields.begin(), query_.fields.end(), tells);
  if (needs_rows) {
    absl::StatusOr<std::shared_ptr<const HotBlock>> hot_read = reader_.Hot(block);
    if (!hot_read.ok()) {
      return hot_read.status();
    }
    hot = *std::move(hot_read);
    selected_.clear();
    for (uint32_t row = 0; row < hot->rows(); ++row) {
      if (!hot->IsWithdrawn(row)) {
        selected_.push_back(row);
      }
    }
  }
  for (const TypeCounts& counts : summary.states()) {
    counter_.AddTotal(counts);
  }
  for (size_t i = 0; i < query_.fields.size(); ++i) {
    if (!CountBySummary(i, summary)) {
      CountField(i, *hot);
    }
  }
  if (hot != nullptr) {
    CountTimes(*hot);
  }
  return true;
}

bool AggregateScan::CountBySummary(size_t field, const BlockSummary& summary) {
  const FilterField asked = query_.fields[field];
  const auto add = [&](std::string_view value, const TypeCounts& counts) {
    if (counts.events != 0) {
      counter_.AddValue(field, value, counts);
    }
  };
  if (const std::optional<TextField> text = HotTextOf(asked)) {
    const auto& values = summary.values(static_cast<size_t>(*text));
    for (size_t i = 0; values && i < values->size(); ++i) {
      add(ShownText(asked, (*values)[i].text), (*values)[i].counts);
    }
    return values.has_value();
  }
  for (size_t i = 0; i < BlockSummary::kStates; ++i) {
    const TypeCounts& counts = summary.states()[i];
    if (asked == FilterField::kState) {
      add(NameOf(static_cast<State>(i)), counts);
      continue;
    }
    add(NameOf(EventType::kNormal), {.events = counts.events - counts.errors});
    add(NameOf(EventType::kError), {.events = counts.errors, .errors = counts.errors});
  }
  return true;
}

absl::Status AggregateScan::CountSegment(const SegmentOfBlock& source, bool filter_takes_all) {
  selected_.clear();
  if (filter_takes_all) {
    const absl::StatusOr<std::shared_ptr<const HotBlock>> hot = reader_.Hot(*source.block);
    if (!hot.ok()) {
      return hot.status();
    }
    SelectVisible(source, **hot);
    CountSelected(**hot);
    return absl::OkStatus();
  }
  absl::StatusOr<std::vector<bool>> pages = pruner_.PagesOf(*source.block);
  if (!pages.ok()) {
    return pages.status();
  }
  const absl::StatusOr<std::unique_ptr<BlockStream>> stream =
      BlockStream::Open(context_, source, *std::move(pages));
  if (!stream.ok()) {
    return stream.status();
  }
  absl::Status status = SelectMatching(**stream);
  CountSelected((*stream)->hot());
  return status;
}

void AggregateScan::SelectVisible(const SegmentOfBlock& source, const HotBlock& hot) {
  const Block& block = *source.block;
  const RowRange range = RowsToLookAt(source, hot, query_.filter.window);
  EventView event;
  for (size_t row = range.first; row < range.end; ++row) {
    hot.FillTimes(row, event);
    if (!event.withdrawn && block.IsVisible(row, hot.Born(row), view_.sequence) &&
        Overlaps(IntervalOf(event, context_.now_ms), query_.filter.window)) {
      selected_.push_back(static_cast<uint32_t>(row));
    }
  }
}

absl::Status AggregateScan::SelectMatching(BlockStream& stream) {
  RowLoader loader(reader_);
  while (!stream.IsAtEnd()) {
    if (!query_.parameters.empty()) {
      const absl::StatusOr<EventView> whole = loader.Load(stream.block(), stream.row());
      if (!whole.ok()) {
        return whole.status();
      }
      counter_.AddParameters(*whole);
    }
    selected_.push_back(static_cast<uint32_t>(stream.row()));
    if (absl::Status status = stream.Advance(); !status.ok()) {
      return status;
    }
  }
  return absl::OkStatus();
}

void AggregateScan::CountSelected(const HotBlock& hot) {
  TypeCounts total = {.events = selected_.size()};
  for (const uint32_t row : selected_) {
    total.errors += IsError(hot, row) ? 1 : 0;
  }
  counter_.AddTotal(total);
  for (size_t i = 0; i < query_.fields.size(); ++i) {
    CountField(i, hot);
  }
  CountTimes(hot);
}

void AggregateScan::CountField(size_t field, const HotBlock& hot) {
  const FilterField asked = query_.fields[field];
  const std::optional<TextField> text = HotTextOf(asked);
  const size_t column = text ? static_cast<size_t>(*text) : 0;
  // By code and type.
  std::vector<uint64_t> counts(2 * (text ? hot.texts(column).size() : BlockSummary::kStates));
  for (const uint32_t row : selected_) {
    const bool is_error = IsError(hot, row);
    const size_t code = text                           ? hot.Code(column, row)
                        : asked == FilterField::kState ? static_cast<size_t>(StateOfRow(hot, row))
                                                       : size_t{is_error};
    ++counts[2 * code + size_t{is_error}];
  }
  for (size_t code = 0; code < counts.size() / 2; ++code) {
    const uint64_t errors = counts[2 * code + 1];
    const TypeCounts of_code = {.events = counts[2 * code] + errors, .errors = errors};
    if (of_code.events != 0) {
      counter_.AddValue(
          field,
          text                           ? ShownText(asked, hot.texts(column)[code])
          : asked == FilterField::kState ? NameOf(static_cast<State>(code))
                                         : NameOf(static_cast<EventType>(code)),
          of_code
      );
    }
  }
}

void AggregateScan::CountTimes(const HotBlock& hot) {
  if (!counter_.HasBuckets()) {
    return;
  }
  EventView event;
  for (const uint32_t row : selected_) {
    const int64_t flags = hot.Flags(row);
    const int64_t span = hot.Span(row);
    if ((flags & kHasStart) != 0 && (flags & kHasEnd) != 0 && span >= 0) {
      const int64_t time = hot.Time(row);
      counter_.AddSpan(time, time + span, (flags & kIsError) != 0);
    } else {
      hot.FillTimes(row, event);
      counter_.AddTimes(event);
    }
  }
}

}  // namespace tidings::embedded
