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

void AppendCounts(ByteWriter& writer, const TypeCounts& counts) {
  writer.Varint(counts.events);
  writer.Varint(counts.errors);
}

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

void SummaryBuilder::Add(const EventView& event, const HotTextCodes& codes) {
  if (event.withdrawn) {
    return;
  }
  const uint64_t errors = event.type == EventType::kError ? 1 : 0;
  for (size_t field = 0; field < kHotTextCount; ++field) {
    ValueCounts& counts = fields_[field];
    if (codes[field] >= counts.by_code.size()) {
      counts.by_code.resize(codes[field] + 1);
    }
    TypeCounts& value = counts.by_code[codes[field]];
    counts.values += value.events == 0 ? 1 : 0;
    ++value.events;
    value.errors += errors;
  }
  TypeCounts& state = states_[static_cast<size_t>(StateOf(event))];
  ++state.events;
  state.errors += errors;
}

void SummaryBuilder::AppendValues(
    ByteWriter& writer, const ValueCounts& counts, const DictionaryBuilder& texts
) {
  // Texts of withdrawn rows alone have no counts.
  writer.Varint(counts.values);
  for (uint32_t code = 0; code < counts.by_code.size(); ++code) {
    if (counts.by_code[code].events != 0) {
      writer.Text(texts.text(code));
    }
  }
  for (const TypeCounts& value : counts.by_code) {
    if (value.events != 0) {
      AppendCounts(writer, value);
    }
  }
}

std::string SummaryBuilder::Finish(
    std::span<const DictionaryBuilder, kHotTextCount> dictionaries, uint64_t place
) const {
  std::string text;
  ByteWriter writer(text);
  for (size_t field = 0; field < kHotTextCount; ++field) {
    const ValueCounts& counts = fields_[field];
    const bool is_told = counts.values <= BlockSummary::kMostValues;
    writer.U8(is_told ? 1 : 0);
    if (is_told) {
      AppendValues(writer, counts, dictionaries[field]);
    }
  }
  for (const TypeCounts& state : states_) {
    AppendCounts(writer, state);
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
