#include "store/embedded/aggregate_scan.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace tidings::embedded {
namespace {

constexpr size_t kTypes = 2;

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
      selection_(
          query.filter,
          reader,
          clock,
          view,
          {.now_ms = query.now_ms.value_or(clock.NowMs()), .patience = query.patience}
      ),
      counter_(query, selection_.now_ms()) {}

absl::StatusOr<AggregateResult> AggregateScan::Run() {
  const absl::StatusOr<std::vector<Incompleteness>> incomplete =
      selection_.ForEachBlock([this](const RowSelection::MeantBlock& meant) {
        return CountBlock(meant);
      });
  if (!incomplete.ok()) {
    return incomplete.status();
  }
  AggregateResult result = counter_.Finish();
  result.incomplete.insert(result.incomplete.end(), incomplete->begin(), incomplete->end());
  return result;
}

absl::Status AggregateScan::CountBlock(const RowSelection::MeantBlock& meant) {
  Block& block = *meant.block;
  if (meant.filter_takes_all && query_.parameters.empty() && block.info().word_parts != 0 &&
      selection_.IsWhollyMeant(block)) {
    const absl::StatusOr<bool> is_counted = CountWholly(block);
    if (!is_counted.ok() || *is_counted) {
      return is_counted.status();
    }
  }
  for (const size_t segment : selection_.SegmentsOf(block)) {
    absl::Status status = selection_.Select(meant, segment, selected_);
    if (!selected_.rows.empty()) {
      CountSelected();
    }
    status.Update(CountParameters(block));
    if (!status.ok()) {
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
  const bool needs_rows =
      !query_.edges.empty() || !std::all_of(query_.fields.begin(), query_.fields.end(), tells);
  if (needs_rows) {
    if (absl::Status status = SelectAll(block); !status.ok()) {
      return status;
    }
  }
  for (const TypeCounts& counts : summary.states()) {
    counter_.AddTotal(counts);
  }
  for (size_t i = 0; i < query_.fields.size(); ++i) {
    if (!CountBySummary(i, summary)) {
      CountField(i);
    }
  }
  if (needs_rows) {
    CountTimes();
  }
  return true;
}

absl::Status AggregateScan::SelectAll(Block& block) {
  absl::StatusOr<std::shared_ptr<const HotBlock>> hot =
      reader_.Hot(block, BlockReader::Extent::kAll);
  if (!hot.ok()) {
    return hot.status();
  }
  selected_.hot = *std::move(hot);
  const size_t rows = selected_.hot->rows();
  const auto not_withdrawn = static_cast<size_t>(block.info().counts.events);
  if (not_withdrawn == rows) {
    selected_.rows.resize(rows);
    std::iota(selected_.rows.begin(), selected_.rows.end(), uint32_t{0});
    return absl::OkStatus();
  }
  selected_.rows.clear();
  for (uint32_t row = 0; row < rows; ++row) {
    if (!selected_.hot->IsWithdrawn(row)) {
      selected_.rows.push_back(row);
    }
  }
  return absl::OkStatus();
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

absl::Status AggregateScan::CountParameters(Block& block) {
  if (query_.parameters.empty()) {
    return absl::OkStatus();
  }
  RowLoader loader(reader_);
  for (const uint32_t row : selected_.rows) {
    const absl::StatusOr<EventView> whole = loader.Load(block, row);
    if (!whole.ok()) {
      return whole.status();
    }
    counter_.AddParameters(*whole);
  }
  return selection_.CheckPatience();
}

void AggregateScan::CountSelected() {
  const HotBlock& hot = *selected_.hot;
  TypeCounts total = {.events = selected_.rows.size()};
  for (const uint32_t row : selected_.rows) {
    total.errors += IsError(hot, row) ? 1 : 0;
  }
  counter_.AddTotal(total);
  for (size_t i = 0; i < query_.fields.size(); ++i) {
    CountField(i);
  }
  CountTimes();
}

void AggregateScan::CountField(size_t field) {
  const HotBlock& hot = *selected_.hot;
  const FilterField asked = query_.fields[field];
  const std::optional<TextField> text = HotTextOf(asked);
  if (text) {
    const size_t column = static_cast<size_t>(*text);
    const auto& texts = hot.texts(column);
    CountCodes(
        field,
        texts.size(),
        [&](uint32_t row) { return hot.Code(column, row); },
        [&](size_t code) { return ShownText(asked, texts[code]); }
    );
  } else if (asked == FilterField::kState) {
    CountCodes(
        field,
        BlockSummary::kStates,
        [&](uint32_t row) { return static_cast<size_t>(StateOfRow(hot, row)); },
        [](size_t code) { return NameOf(static_cast<State>(code)); }
    );
  } else {
    CountCodes(
        field,
        kTypes,
        [&](uint32_t row) { return size_t{IsError(hot, row)}; },
        [](size_t code) { return NameOf(static_cast<EventType>(code)); }
    );
  }
}

template <typename CodeOf, typename TextOf>
void AggregateScan::CountCodes(
    size_t field, size_t codes, const CodeOf& code_of, const TextOf& text_of
) {
  // By code and type.
  std::vector<uint64_t> counts(2 * codes);
  for (const uint32_t row : selected_.rows) {
    ++counts[2 * code_of(row) + size_t{IsError(*selected_.hot, row)}];
  }
  for (size_t code = 0; code < codes; ++code) {
    const uint64_t errors = counts[2 * code + 1];
    const TypeCounts of_code = {.events = counts[2 * code] + errors, .errors = errors};
    if (of_code.events != 0) {
      counter_.AddValue(field, text_of(code), of_code);
    }
  }
}

void AggregateScan::CountTimes() {
  if (!counter_.HasBuckets()) {
    return;
  }
  const HotBlock& hot = *selected_.hot;
  EventView event;
  for (const uint32_t row : selected_.rows) {
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
