#include "event/condition.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "base/words.h"
#include "event/interval.h"

namespace tidings {
namespace {

/// In the order of FilterField.
constexpr std::array<std::string_view, 9> kFieldNames = {
    "service", "instance", "endpoint", "layer", "name", "type", "state", "id", "message"};
/// In the order of NumberField.
constexpr std::array<std::string_view, 4> kNumberNames = {"count", "start", "end", "duration"};

constexpr std::string_view kDefaultLayer = "GENERAL";

template <typename Field, size_t N>
std::optional<Field> FieldFromName(
    const std::array<std::string_view, N>& names, std::string_view name
) {
  const auto* const found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) {
    return std::nullopt;
  }
  return static_cast<Field>(found - names.begin());
}

/// How long the event lasted, an open one until now.
std::optional<int64_t> DurationOf(const EventView& event, int64_t now_ms) {
  if (StateOf(event) == State::kOpen) {
    const Interval interval = IntervalOf(event, now_ms);
    return interval.hi - interval.lo;
  }
  return ShownTimesOf(event).duration;
}

std::optional<int64_t> NumberOf(const EventView& event, NumberField field, int64_t now_ms) {
  switch (field) {
    case NumberField::kCount:
      return std::max<int64_t>(event.count, 1);
    case NumberField::kStart:
      return ShownTimesOf(event).start;
    case NumberField::kEnd:
      return ShownTimesOf(event).end;
    case NumberField::kDuration:
      return DurationOf(event, now_ms);
  }
  return std::nullopt;
}

/// The number that a comparison with this value is about.
std::optional<Number> NumberOf(const Value& value, bool also_in_text) {
  if (const auto* const integer = std::get_if<int64_t>(&value)) {
    return *integer;
  }
  if (const auto* const real = std::get_if<double>(&value)) {
    return std::isnan(*real) ? std::nullopt : std::optional<Number>(*real);
  }
  const auto* const text = std::get_if<std::string_view>(&value);
  return text != nullptr && also_in_text ? ReadNumber(*text) : std::nullopt;
}

bool IsText(const TextPattern& pattern, const Value& value) {
  if (const auto* const text = std::get_if<std::string_view>(&value)) {
    return pattern.Matches(*text);
  }
  return pattern.Matches(ValueText(value));
}

bool IsWord(const QueryWord& wanted, const WordReader& found) {
  return (found.is_glued() || !wanted.is_glued) &&
         (wanted.is_prefix ? found.word().starts_with(wanted.text) : found.word() == wanted.text);
}

bool IsAscii(std::string_view text) {
  uint64_t bits = 0;
  for (; text.size() >= sizeof(uint64_t); text.remove_prefix(sizeof(uint64_t))) {
    uint64_t bytes = 0;
    std::memcpy(&bytes, text.data(), sizeof(bytes));
    bits |= bytes;
  }
  for (const char c : text) {
    bits |= static_cast<unsigned char>(c);
  }
  return (bits & 0x8080808080808080U) == 0;
}

/// Whether `folded` stands in the text, behind whatever, from a place where `first` stands.
bool StandsBehind(char first, std::string_view folded, std::string_view text) {
  for (size_t at = text.find(first); at != std::string_view::npos; at = text.find(first, at + 1)) {
    const std::string_view here = text.substr(at, folded.size());
    const bool is_equal =
        here.size() == folded.size() &&
        std::equal(here.begin(), here.end(), folded.begin(), [](char c, char wanted) {
          return (c >= 'A' && c <= 'Z' ? c | 0x20 : c) == wanted;
        });
    if (is_equal) {
      return true;
    }
  }
  return false;
}

/// False only where no word of the text can begin with `folded`. Cheap, where most texts hold
/// nothing of what is looked for.
bool MayHoldWord(std::string_view folded, std::string_view text) {
  // Some characters beyond ASCII fold to letters of ASCII.
  if (folded.empty() || !IsAscii(folded) || !IsAscii(text)) {
    return true;
  }
  const char first = folded.front();
  return StandsBehind(first, folded, text) ||
         (first >= 'a' && first <= 'z' &&
          StandsBehind(static_cast<char>(first & ~0x20), folded, text));
}

bool HasWord(const QueryWord& word, std::string_view text) {
  WordReader reader(text);
  while (reader.Next()) {
    if (IsWord(word, reader)) {
      return true;
    }
  }
  return false;
}

bool HasPhrase(const std::vector<QueryWord>& phrase, std::string_view text) {
  if (!MayHoldWord(phrase.front().text, text)) {
    return false;
  }
  if (phrase.size() == 1) {
    return HasWord(phrase.front(), text);
  }
  WordReader reader(text);
  // How far the phrase has come, for each place where it may have begun.
  std::vector<size_t> matched;
  while (reader.Next()) {
    matched.push_back(0);
    size_t kept = 0;
    for (const size_t count : matched) {
      if (!IsWord(phrase[count], reader)) {
        continue;
      }
      if (count + 1 == phrase.size()) {
        return true;
      }
      matched[kept++] = count + 1;
    }
    matched.resize(kept);
  }
  return false;
}

}  // namespace

std::string_view NameOf(FilterField field) {
  return kFieldNames[static_cast<size_t>(field)];
}

std::optional<FilterField> FilterFieldFromName(std::string_view name) {
  return FieldFromName<FilterField>(kFieldNames, name);
}

std::string_view NameOf(NumberField field) {
  return kNumberNames[static_cast<size_t>(field)];
}

std::optional<NumberField> NumberFieldFromName(std::string_view name) {
  return FieldFromName<NumberField>(kNumberNames, name);
}

std::string_view ShownValue(const EventView& event, FilterField field) {
  switch (field) {
    case FilterField::kService:
      return event.text[TextField::kService];
    case FilterField::kInstance:
      return event.text[TextField::kInstance];
    case FilterField::kEndpoint:
      return event.text[TextField::kEndpoint];
    case FilterField::kLayer: {
      const std::string_view layer = event.text[TextField::kLayer];
      return layer.empty() ? kDefaultLayer : layer;
    }
    case FilterField::kName:
      return event.text[TextField::kName];
    case FilterField::kType:
      return NameOf(event.type);
    case FilterField::kState:
      return NameOf(StateOf(event));
    case FilterField::kId:
      return event.id;
    case FilterField::kMessage:
      return event.text[TextField::kMessage];
  }
  return {};
}

bool Holds(const FieldCondition& condition, std::string_view shown) {
  return condition.pattern.IsAnything() ? !shown.empty() : condition.pattern.Matches(shown);
}

bool Holds(const NumberCondition& condition, const EventView& event, int64_t now_ms) {
  const std::optional<int64_t> number = NumberOf(event, condition.field, now_ms);
  return number && condition.range.Contains(static_cast<Number>(*number));
}

bool Holds(const ParameterCondition& condition, const EventView& event) {
  const Parameter* const parameter = FindParameter(event, condition.key);
  if (parameter == nullptr) {
    return false;
  }
  if (condition.text && IsText(*condition.text, parameter->value)) {
    return true;
  }
  if (!condition.number) {
    return false;
  }
  const std::optional<Number> number = NumberOf(parameter->value, !condition.text.has_value());
  return number && condition.number->Contains(*number);
}

bool Holds(const WordsCondition& condition, const EventView& event) {
  return HasPhrase(condition.words, event.text[TextField::kMessage]) ||
         HasPhrase(condition.words, event.text[TextField::kName]) ||
         std::any_of(
             event.parameters.begin(),
             event.parameters.end(),
             [&condition](const Parameter& parameter) {
               const auto* const text = std::get_if<std::string_view>(&parameter.value);
               return text != nullptr ? HasPhrase(condition.words, *text)
                                      : HasPhrase(condition.words, ValueText(parameter.value));
             }
         );
}

namespace {

/// Calls the Holds that a condition of each kind needs.
struct HoldsOn {
  const EventView& event;
  int64_t now_ms = 0;

  bool operator()(const FieldCondition& condition) const {
    return Holds(condition, ShownValue(event, condition.field));
  }
  bool operator()(const NumberCondition& condition) const {
    return Holds(condition, event, now_ms);
  }
  bool operator()(const DerivedCondition& condition) const {
    return event.derived == condition.derived;
  }
  bool operator()(const ParameterCondition& condition) const { return Holds(condition, event); }
  bool operator()(const WordsCondition& condition) const { return Holds(condition, event); }
};

}  // namespace

bool Holds(const Condition& condition, const EventView& event, int64_t now_ms) {
  return std::visit(HoldsOn{.event = event, .now_ms = now_ms}, condition);
}

}  // namespace tidings
