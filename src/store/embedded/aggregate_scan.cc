#include "store/embedded/aggregate_scan.h"

#include <algorithm>
#include <utility>

#include "base/status.h"

namespace tidings::embedded {
namespace {

TypeCounts CountsOfRow(const EventView& event) {
  return {.events = 1, .errors = event.type == EventType::kError ? 1U : 0U};
}

/// As answers show it: texts have defaults.
std::string_view ShownText(FilterField field, std::string_view text) {
  EventView event;
  event.text[*HotTextOf(field)] = text;
  return ShownValue(event, field);
}

/// What the row's value of a field counts as: the code of a text, the type, or the state.
size_t CodeOf(FilterField field, const HotBlock& hot, size_t row, const EventView& event) {
  if (const std::optional<TextField> text = HotTextOf(field)) {
    return hot.Code(static_cast<size_t>(*text), row);
  }
  return field == FilterField::kType ? static_cast<size_t>(event.type)
                                     : static_cast<size_t>(StateOf(event));
}

std::string_view ValueOf(FilterField field, const HotBlock& hot, size_t code) {
  if (const std::optional<TextField> text = HotTextOf(field)) {
    return ShownText(field, hot.texts(static_cast<size_t>(*text))[code]);
  }
  return field == FilterField::kType ? NameOf(static_cast<EventType>(code))
                                     : NameOf(static_cast<State>(code));
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
           .is_overdue = [&clock,
                          &query] { return absl::FromUnixMillis(clock.NowMs()) > query.deadline; }}
      ),
      pruner_(query.filter, reader),
      counter_(query, context_.now_ms) {}

absl::StatusOr<AggregateResult> AggregateScan::Run() {
  std::vector<Incompleteness> incomplete;
  for (const std::shared_ptr<Block>& block : *view_.blocks) {
    absl::Status status = context_.is_overdue()
                              ? absl::DeadlineExceededError("the query took too long")
                              : CountBlock(block);
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
  if (takes_all && query_.edges.empty() && info.word_parts != 0 && IsWhollyMeant(*block)) {
    const absl::StatusOr<bool> is_counted = CountBySummary(*block);
    if (is_counted.ok() && *is_counted) {
      return absl::OkStatus();
    }
    if (!is_counted.ok() && is_counted.status().code() != absl::StatusCode::kDataLoss) {
      return is_counted.status();
    }
  }
  for (size_t segment = 0; segment < info.segments.size(); ++segment) {
    const SegmentOfBlock source = {.block = block, .segment = segment};
    if (!MayOverlap(source.info(), info.has_open, query_.filter.window)) {
      continue;
    }
    if (absl::Status status = CountRows(source, takes_all); !status.ok()) {
      return status;
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> AggregateScan::CountBySummary(Block& block) {
  const absl::StatusOr<std::shared_ptr<const BlockSummary>> read = reader_.Summary(block);
  if (!read.ok()) {
    return read.status();
  }
  const BlockSummary& summary = **read;
  for (const FilterField field : query_.fields) {
    const std::optional<TextField> text = HotTextOf(field);
    if (text && !summary.values(static_cast<size_t>(*text))) {
      return false;
    }
  }
  for (size_t i = 0; i < BlockSummary::kStates; ++i) {
    const TypeCounts& counts = summary.states()[i];
    counter_.AddTotal(counts);
    AddState(static_cast<State>(i), counts);
    AddType(counts);
  }
  for (size_t i = 0; i < query_.fields.size(); ++i) {
    const std::optional<TextField> text = HotTextOf(query_.fields[i]);
    if (!text) {
      continue;
    }
    for (const BlockSummary::Value& value : *summary.values(static_cast<size_t>(*text))) {
      counter_.AddValue(i, ShownText(query_.fields[i], value.text), value.counts);
    }
  }
  return true;
}

void AggregateScan::AddState(State state, const TypeCounts& counts) {
  for (size_t i = 0; i < query_.fields.size() && counts.events != 0; ++i) {
    if (query_.fields[i] == FilterField::kState) {
      counter_.AddValue(i, NameOf(state), counts);
    }
  }
}

void AggregateScan::AddType(const TypeCounts& counts) {
  const uint64_t normal = counts.events - counts.errors;
  for (size_t i = 0; i < query_.fields.size(); ++i) {
    if (query_.fields[i] != FilterField::kType) {
      continue;
    }
    if (normal != 0) {
      counter_.AddValue(i, NameOf(EventType::kNormal), {.events = normal});
    }
    if (counts.errors != 0) {
      counter_.AddValue(
          i, NameOf(EventType::kError), {.events = counts.errors, .errors = counts.errors}
      );
    }
  }
}

absl::Status AggregateScan::CountRows(const SegmentOfBlock& source, bool filter_takes_all) {
  if (filter_takes_all) {
    const absl::StatusOr<std::shared_ptr<const HotBlock>> hot = reader_.Hot(*source.block);
    if (!hot.ok()) {
      return hot.status();
    }
    CodeCounts codes = MakeCodeCounts(**hot);
    CountAllRows(source, **hot, codes);
    AddCodes(**hot, codes);
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
  CodeCounts codes = MakeCodeCounts((*stream)->hot());
  absl::Status status = CountMatchingRows(**stream, codes);
  AddCodes((*stream)->hot(), codes);
  return status;
}

void AggregateScan::CountAllRows(
    const SegmentOfBlock& source, const HotBlock& hot, CodeCounts& codes
) {
  const Block& block = *source.block;
  const bool are_all_meant = IsWhollyMeant(block);
  const RowRange range = RowsToLookAt(source, hot, query_.filter.window);
  EventView event;
  for (size_t row = range.first; row < range.end; ++row) {
    hot.FillTimes(row, event);
    const bool is_meant =
        !event.withdrawn &&
        (are_all_meant || (block.IsVisible(row, hot.Born(row), view_.sequence) &&
                           Overlaps(IntervalOf(event, context_.now_ms), query_.filter.window)));
    if (is_meant) {
      CountRow(hot, row, event, codes);
    }
  }
}

absl::Status AggregateScan::CountMatchingRows(BlockStream& stream, CodeCounts& codes) {
  RowLoader loader(reader_);
  EventView event;
  while (!stream.IsAtEnd()) {
    stream.hot().FillTimes(stream.row(), event);
    CountRow(stream.hot(), stream.row(), event, codes);
    if (!query_.parameters.empty()) {
      const absl::StatusOr<EventView> whole = loader.Load(stream.block(), stream.row());
      if (!whole.ok()) {
        return whole.status();
      }
      counter_.AddParameters(*whole);
    }
    if (absl::Status status = stream.Advance(); !status.ok()) {
      return status;
    }
  }
  return absl::OkStatus();
}

AggregateScan::CodeCounts AggregateScan::MakeCodeCounts(const HotBlock& hot) const {
  CodeCounts codes(query_.fields.size());
  for (size_t i = 0; i < codes.size(); ++i) {
    const std::optional<TextField> text = HotTextOf(query_.fields[i]);
    codes[i].resize(text ? hot.texts(static_cast<size_t>(*text)).size() : BlockSummary::kStates);
  }
  return codes;
}

void AggregateScan::CountRow(
    const HotBlock& hot, size_t row, const EventView& event, CodeCounts& codes
) {
  const TypeCounts one = CountsOfRow(event);
  counter_.AddTotal(one);
  for (size_t i = 0; i < codes.size(); ++i) {
    codes[i][CodeOf(query_.fields[i], hot, row, event)] += one;
  }
  counter_.AddTimes(event);
}

void AggregateScan::AddCodes(const HotBlock& hot, const CodeCounts& codes) {
  for (size_t i = 0; i < codes.size(); ++i) {
    for (size_t code = 0; code < codes[i].size(); ++code) {
      if (codes[i][code].events != 0) {
        counter_.AddValue(i, ValueOf(query_.fields[i], hot, code), codes[i][code]);
      }
    }
  }
}

}  // namespace tidings::embedded
