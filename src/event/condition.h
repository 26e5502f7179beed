#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "event/event.h"
#include "event/text_pattern.h"
#include "event/value.h"

/// What a query can ask of an event: the leaves of an Expression. Every condition is about what an
/// answer shows: defaults (layer GENERAL, type Normal, count 1) are applied, an inferred time
/// stands in start and end.
namespace tidings {

/// Fields with a text.
enum class FilterField : uint8_t {
  kService,
  kInstance,
  kEndpoint,
  kLayer,
  kName,
  kType,
  kState,
  kId,
  kMessage
};

/// `service`, `instance`, `endpoint`, `layer`, `name`, `type`, `state`, `id`, `message`.
std::string_view NameOf(FilterField field);
std::optional<FilterField> FilterFieldFromName(std::string_view name);

/// The value of a field as it is shown.
std::string_view ShownValue(const EventView& event, FilterField field);

/// The field's value matches; `*` asks for a value that is not empty. Patterns on layers are
/// upper-case; types and states are asked for exactly, as NameOf gives them.
struct FieldCondition {
  FilterField field = FilterField::kService;
  TextPattern pattern = TextPattern::Exactly("");

  friend bool operator==(const FieldCondition&, const FieldCondition&) = default;
};

struct NumberRange {
  Number low = -std::numeric_limits<Number>::infinity();
  Number high = std::numeric_limits<Number>::infinity();
  bool includes_low = true;
  bool includes_high = true;

  bool Contains(Number number) const {
    return (includes_low ? number >= low : number > low) &&
           (includes_high ? number <= high : number < high);
  }
  friend bool operator==(const NumberRange&, const NumberRange&) = default;
};

/// Fields with a number: times in ms since the epoch, durations in ms.
enum class NumberField : uint8_t { kCount, kStart, kEnd, kDuration };

/// `count`, `start`, `end`, `duration`.
std::string_view NameOf(NumberField field);
std::optional<NumberField> NumberFieldFromName(std::string_view name);

/// The number is known and in the range. The duration of an open event is now - start here.
struct NumberCondition {
  NumberField field = NumberField::kCount;
  NumberRange range;

  friend bool operator==(const NumberCondition&, const NumberCondition&) = default;
};

struct DerivedCondition {
  bool derived = true;

  friend bool operator==(const DerivedCondition&, const DerivedCondition&) = default;
};

/// The event has the parameter, and its value
/// - written as text matches `text` (`*` matches every value, also an empty one), or
/// - is a number in `number`. Without `text` a string that is written as a number counts as one:
///   protocols without types bring every number as a string.
struct ParameterCondition {
  std::string key;
  std::optional<TextPattern> text;
  std::optional<NumberRange> number;

  friend bool operator==(const ParameterCondition&, const ParameterCondition&) = default;
};

/// A word of a phrase.
struct QueryWord {
  /// Folded, as WordReader gives it.
  std::string text;
  /// Any word that begins with it.
  bool is_prefix = false;
  /// Nothing may stand between the word before and this one.
  bool is_glued = false;

  friend bool operator==(const QueryWord&, const QueryWord&) = default;
};

/// The words follow each other in the message, the name or the value of one parameter.
struct WordsCondition {
  std::vector<QueryWord> words;

  friend bool operator==(const WordsCondition&, const WordsCondition&) = default;
};

using Condition = std::
    variant<FieldCondition, NumberCondition, DerivedCondition, ParameterCondition, WordsCondition>;

/// `shown` is the ShownValue of the condition's field.
bool Holds(const FieldCondition& condition, std::string_view shown);
/// Needs start, end and what is inferred; the count for kCount.
bool Holds(const NumberCondition& condition, const EventView& event, int64_t now_ms);
/// Needs the parameters.
bool Holds(const ParameterCondition& condition, const EventView& event);
/// Needs message, name and parameters. `words` is not empty.
bool Holds(const WordsCondition& condition, const EventView& event);
bool Holds(const Condition& condition, const EventView& event, int64_t now_ms);

}  // namespace tidings
