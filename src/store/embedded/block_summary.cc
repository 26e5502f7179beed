#include "store/embedded/block_summary.h"

#include <algorithm>
#include <utility>

#include "base/status.h"
#include "event/interval.h"
#include "store/embedded/bytes.h"
#include "store/embedded/compression.h"
#include "store/embedded/dictionary.h"

namespace tidings::embedded {
namespace {

constexpr size_t kMaxSummaryBytes = size_t{4} << 20;

/// The values of one text field, while they are few.
class ValueCounter {
 public:
  void Add(const EventView& event, size_t field) {
    const uint32_t code = dictionary_.CodeOf(event.text.values[field]);
    if (code < BlockSummary::kMostValues) {
      counts_.resize(std::max<size_t>(counts_.size(), code + 1));
      ++counts_[code].events;
      counts_[code].errors += event.type == EventType::kError ? 1 : 0;
    }
    too_many_ = too_many_ || code >= BlockSummary::kMostValues;
  }

  void AppendTo(std::string& out) const {
    ByteWriter writer(out);
    writer.U8(too_many_ ? 0 : 1);
    if (too_many_) {
      return;
    }
    dictionary_.AppendTo(out);
    for (const TypeCounts& counts : counts_) {
      writer.Varint(counts.events);
      writer.Varint(counts.errors);
    }
  }

 private:
  DictionaryBuilder dictionary_;
  std::vector<TypeCounts> counts_;
  bool too_many_ = false;
};

TypeCounts ReadCounts(ByteReader& reader) {
  TypeCounts counts;
  counts.events = reader.Varint();
  counts.errors = reader.Varint();
  return counts;
}

/// The verdict on a value that `events` of `all` rows have.
Verdict VerdictOfShare(uint64_t events, uint64_t all) {
  if (events == 0) {
    return Verdict::kNo;
  }
  return events == all ? Verdict::kYes : Verdict::kUnknown;
}

}  // namespace

std::string EncodeSummary(std::span<const BlockRow> rows, uint64_t place) {
  std::array<ValueCounter, kHotTextCount> counters;
  std::array<TypeCounts, BlockSummary::kStates> states;
  for (const BlockRow& row : rows) {
    const EventView& event = *row.event;
    if (event.withdrawn) {
      continue;
    }
    for (size_t field = 0; field < kHotTextCount; ++field) {
      counters[field].Add(event, field);
    }
    TypeCounts& state = states[static_cast<size_t>(StateOf(event))];
    ++state.events;
    state.errors += event.type == EventType::kError ? 1 : 0;
  }
  std::string text;
  for (const ValueCounter& counter : counters) {
    counter.AppendTo(text);
  }
  ByteWriter writer(text);
  for (const TypeCounts& state : states) {
    writer.Varint(state.events);
    writer.Varint(state.errors);
  }
  std::string value = BeginSealed();
  AppendCompressed(value, text);
  Seal(value, ValueKind::kSummary, place);
  return value;
}

absl::StatusOr<std::shared_ptr<const BlockSummary>> BlockSummary::Read(
    std::string_view value, uint64_t place
) {
  absl::StatusOr<std::string_view> payload = Unseal(value, ValueKind::kSummary, place);
  if (!payload.ok()) {
    return payload.status();
  }
  auto summary = std::make_shared<BlockSummary>();
  absl::Status status = TakeCompressed(*payload, kMaxSummaryBytes, summary->text_);
  if (!status.ok()) {
    return status;
  }
  if (!summary->ReadValues(summary->text_)) {
    return DataLoss("a summary is malformed");
  }
  return summary;
}

bool BlockSummary::ReadValues(std::string_view text) {
  ByteReader reader(text);
  for (std::optional<std::vector<Value>>& values : values_) {
    if (reader.U8() == 0) {
      continue;
    }
    std::vector<std::string_view> texts;
    if (!ReadDictionary(reader, kMostValues, texts)) {
      return false;
    }
    values.emplace();
    for (const std::string_view one : texts) {
      values->push_back({.text = one, .counts = ReadCounts(reader)});
    }
  }
  for (TypeCounts& state : states_) {
    state = ReadCounts(reader);
  }
  return reader.ok() && reader.AtEnd();
}

size_t BlockSummary::bytes() const {
  size_t bytes = sizeof(BlockSummary) + text_.capacity();
  for (const std::optional<std::vector<Value>>& values : values_) {
    bytes += values ? values->capacity() * sizeof(Value) : 0;
  }
  return bytes;
}

namespace {

Verdict JudgeText(
    const std::vector<BlockSummary::Value>& values, TextField text, const FieldCondition& condition
) {
  bool holds = false;
  bool fails = false;
  EventView event;
  for (const BlockSummary::Value& value : values) {
    event.text[text] = value.text;
    const bool of_value = Holds(condition, ShownValue(event, condition.field));
    holds = holds || of_value;
    fails = fails || !of_value;
  }
  if (!holds) {
    return Verdict::kNo;
  }
  return fails ? Verdict::kUnknown : Verdict::kYes;
}

Verdict JudgeState(const BlockSummary& summary, const FieldCondition& condition) {
  uint64_t all = 0;
  uint64_t holds = 0;
  for (size_t i = 0; i < BlockSummary::kStates; ++i) {
    const uint64_t events = summary.states()[i].events;
    all += events;
    holds += Holds(condition, NameOf(static_cast<State>(i))) ? events : 0;
  }
  return VerdictOfShare(holds, all);
}

Verdict JudgeType(const BlockSummary& summary, const FieldCondition& condition) {
  TypeCounts all;
  for (const TypeCounts& state : summary.states()) {
    all.events += state.events;
    all.errors += state.errors;
  }
  uint64_t holds = 0;
  holds += Holds(condition, NameOf(EventType::kError)) ? all.errors : 0;
  holds += Holds(condition, NameOf(EventType::kNormal)) ? all.events - all.errors : 0;
  return VerdictOfShare(holds, all.events);
}

}  // namespace

Verdict Judge(const BlockSummary& summary, const Condition& condition) {
  const auto* const field = std::get_if<FieldCondition>(&condition);
  if (field == nullptr) {
    return Verdict::kUnknown;
  }
  if (const std::optional<TextField> text = HotTextOf(field->field)) {
    const auto& values = summary.values(static_cast<size_t>(*text));
    return values ? JudgeText(*values, *text, *field) : Verdict::kUnknown;
  }
  if (field->field == FilterField::kState) {
    return JudgeState(summary, *field);
  }
  return field->field == FilterField::kType ? JudgeType(summary, *field) : Verdict::kUnknown;
}

}  // namespace tidings::embedded
