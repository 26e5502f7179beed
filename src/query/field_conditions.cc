#include "query/field_conditions.h"

#include <array>
#include <optional>
#include <span>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/status.h"
#include "base/text.h"
#include "base/time_text.h"
#include "base/words.h"
#include "event/interval.h"

namespace tidings::query {
namespace {

constexpr size_t kShownBytes = 64;

constexpr std::array<std::string_view, 2> kTypes{
    NameOf(EventType::kNormal), NameOf(EventType::kError)};
constexpr std::array<std::string_view, 4> kStates{"open", "closed", "instant", "orphan_end"};

std::string Shown(const WrittenValue& value) {
  return EscapeForDisplay(value.text(), kShownBytes);
}

absl::Status NoComparison(const WrittenValue& value) {
  return InvalidArgument(
      "'{}' compares, which only duration, count, start, end and parameters can be; quote it to "
      "find that text",
      Shown(value)
  );
}

TextPattern PatternOf(std::vector<std::string> pieces) {
  return pieces.size() == 1 ? TextPattern::Exactly(pieces.front())
                            : TextPattern::FromPieces(std::move(pieces));
}

std::vector<std::string> Mapped(
    const std::vector<std::string>& pieces, std::string (*map)(std::string_view)
) {
  std::vector<std::string> mapped;
  mapped.reserve(pieces.size());
  for (const std::string& piece : pieces) {
    mapped.push_back(map(piece));
  }
  return mapped;
}

/// What `*` and `""` ask of a field that always has a value, if the value is one of them.
std::optional<Expression> PresenceOf(const WrittenValue& value) {
  if (value.comparison != Comparison::kNone) {
    return std::nullopt;
  }
  if (PatternOf(value.pieces).IsAnything()) {
    return AllOf({});
  }
  return value.text().empty() ? std::optional(AnyOf({})) : std::nullopt;
}

/// The words among `all` that match in whatever case.
absl::StatusOr<Expression> ChooseWords(
    FilterField field, std::span<const std::string_view> all, const WrittenValue& value
) {
  if (std::optional<Expression> presence = PresenceOf(value)) {
    return *std::move(presence);
  }
  const TextPattern pattern = PatternOf(Mapped(value.pieces, ToLowerAscii));
  std::vector<std::string> chosen;
  for (const std::string_view word : all) {
    if (pattern.Matches(ToLowerAscii(word))) {
      chosen.emplace_back(word);
    }
  }
  if (chosen.empty()) {
    return InvalidArgument("'{}', expected {}", Shown(value), fmt::join(all, " or "));
  }
  return OneOf(field, chosen);
}

Expression NumberIn(NumberField field, const NumberRange& range) {
  return ConditionOf(NumberCondition{.field = field, .range = range});
}

absl::StatusOr<Number> ReadFieldNumber(NumberField field, std::string_view text, int64_t now_ms) {
  switch (field) {
    case NumberField::kCount:
      if (const std::optional<Number> number = ReadNumber(text)) {
        return *number;
      }
      return InvalidArgument("'{}', expected a number", EscapeForDisplay(text, kShownBytes));
    case NumberField::kDuration: {
      const auto duration = ParseDuration(text);
      if (!duration.ok()) {
        return duration.status();
      }
      return Number{static_cast<Number>(duration->count())};
    }
    case NumberField::kStart:
    case NumberField::kEnd:
      break;
  }
  const absl::StatusOr<int64_t> time = ParseQueryTime(text, now_ms);
  if (!time.ok()) {
    return time.status();
  }
  return Number{static_cast<Number>(*time)};
}

NumberRange RangeOf(Comparison comparison, Number number) {
  switch (comparison) {
    case Comparison::kNone:
      break;
    case Comparison::kAbove:
      return {.low = number, .includes_low = false};
    case Comparison::kAtLeast:
      return {.low = number};
    case Comparison::kBelow:
      return {.high = number, .includes_high = false};
    case Comparison::kAtMost:
      return {.high = number};
  }
  return {.low = number, .high = number};
}

/// Both sides of `a..b`.
std::optional<std::pair<std::string, std::string>> SidesOf(const WrittenValue& value) {
  const std::string text = value.text();
  const size_t dots = text.find("..");
  if (value.comparison != Comparison::kNone || value.is_quoted || value.has_wildcard() ||
      dots == std::string::npos || dots == 0 || dots + 2 == text.size()) {
    return std::nullopt;
  }
  return std::pair(text.substr(0, dots), text.substr(dots + 2));
}

/// For `a..` and `..b`, how that is written; nothing for what is no range with one end.
std::optional<std::string> HalfRangeHint(const WrittenValue& value) {
  const std::string text = value.text();
  if (value.comparison != Comparison::kNone || value.is_quoted || text.size() < 3) {
    return std::nullopt;
  }
  if (text.ends_with("..")) {
    return ">=" + text.substr(0, text.size() - 2);
  }
  return text.starts_with("..") ? std::optional("<=" + text.substr(2)) : std::nullopt;
}

absl::Status CheckOrder(const NumberRange& range, const WrittenValue& value) {
  return range.low <= range.high ? absl::OkStatus()
                                 : InvalidArgument("'{}' ends before it begins", Shown(value));
}

absl::StatusOr<NumberRange> ReadRange(
    NumberField field, const WrittenValue& value, int64_t now_ms
) {
  const auto sides = SidesOf(value);
  if (const auto hint = HalfRangeHint(value); hint && !sides) {
    return InvalidArgument(
        "'{}' has one end, expected both, or '{}'",
        Shown(value),
        EscapeForDisplay(*hint, kShownBytes)
    );
  }
  if (!sides) {
    const absl::StatusOr<Number> number = ReadFieldNumber(field, value.pieces.front(), now_ms);
    if (!number.ok()) {
      return number.status();
    }
    return RangeOf(value.comparison, *number);
  }
  const absl::StatusOr<Number> low = ReadFieldNumber(field, sides->first, now_ms);
  const absl::StatusOr<Number> high = ReadFieldNumber(field, sides->second, now_ms);
  if (!low.ok() || !high.ok()) {
    return low.ok() ? high.status() : low.status();
  }
  const NumberRange range{.low = *low, .high = *high};
  if (absl::Status status = CheckOrder(range, value); !status.ok()) {
    return status;
  }
  return range;
}

absl::StatusOr<NumberRange> ReadParameterRange(const WrittenValue& value) {
  const std::optional<Number> number = ReadNumber(value.pieces.front());
  if (value.has_wildcard() || !number) {
    return InvalidArgument("'{}', expected a number to compare with", Shown(value));
  }
  return RangeOf(value.comparison, *number);
}

Expression ParameterIs(
    std::string key, std::optional<TextPattern> text, std::optional<NumberRange> number
) {
  return ConditionOf(ParameterCondition{
      .key = std::move(key), .text = std::move(text), .number = number});
}

/// A value's text and which of its bytes are wildcards.
struct MarkedText {
  std::string text;
  std::vector<size_t> stars;
};

MarkedText MarkStars(const WrittenValue& value) {
  MarkedText marked;
  for (size_t i = 0; i < value.pieces.size(); ++i) {
    if (i > 0) {
      marked.stars.push_back(marked.text.size());
      marked.text.push_back('*');
    }
    marked.text += value.pieces[i];
  }
  return marked;
}

/// The phrase; nothing when a wildcard stands elsewhere than at the end of a word.
std::optional<std::vector<QueryWord>> ReadPhrase(const MarkedText& marked) {
  std::vector<QueryWord> words;
  size_t star = 0;
  for (WordReader reader(marked.text); reader.Next();) {
    if (star > 0 && reader.begin() == marked.stars[star - 1] + 1) {
      return std::nullopt;
    }
    const bool is_prefix = star < marked.stars.size() && reader.end() == marked.stars[star];
    star += is_prefix ? 1 : 0;
    words.push_back(
        {.text = std::string(reader.word()), .is_prefix = is_prefix, .is_glued = reader.is_glued()}
    );
  }
  return star == marked.stars.size() ? std::optional(std::move(words)) : std::nullopt;
}

}  // namespace

std::string WrittenValue::text() const {
  return fmt::format("{}", fmt::join(pieces, "*"));
}

WrittenValue ReadValue(std::string_view text) {
  WrittenValue value;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '*') {
      value.pieces.emplace_back();
      continue;
    }
    if (text[i] == '\\' && i + 1 < text.size()) {
      ++i;
    }
    value.pieces.back().push_back(text[i]);
  }
  return value;
}

absl::StatusOr<Expression> FieldExpression(FilterField field, const WrittenValue& value) {
  if (value.comparison != Comparison::kNone) {
    return NoComparison(value);
  }
  switch (field) {
    case FilterField::kType:
      return ChooseWords(field, kTypes, value);
    case FilterField::kState:
      return ChooseWords(field, kStates, value);
    case FilterField::kLayer:
      return ConditionOf(FieldCondition{
          .field = field, .pattern = PatternOf(Mapped(value.pieces, ToUpperAscii))});
    default:
      return ConditionOf(FieldCondition{.field = field, .pattern = PatternOf(value.pieces)});
  }
}

absl::StatusOr<Expression> NumberExpression(
    NumberField field, const WrittenValue& value, int64_t now_ms
) {
  const Expression is_known = NumberIn(field, {});
  if (value.comparison == Comparison::kNone && PatternOf(value.pieces).IsAnything()) {
    return is_known;
  }
  if (value.comparison == Comparison::kNone && value.text().empty()) {
    return Not(is_known);
  }
  if (value.has_wildcard()) {
    return InvalidArgument("'{}', expected no wildcard in a number or time", Shown(value));
  }
  const absl::StatusOr<NumberRange> range = ReadRange(field, value, now_ms);
  if (!range.ok()) {
    return range.status();
  }
  return NumberIn(field, *range);
}

absl::StatusOr<Expression> DerivedExpression(const WrittenValue& value) {
  if (std::optional<Expression> presence = PresenceOf(value)) {
    return *std::move(presence);
  }
  const std::string text = value.text();
  if (value.comparison != Comparison::kNone || (text != "true" && text != "false")) {
    return InvalidArgument("'{}', expected true or false", Shown(value));
  }
  return ConditionOf(DerivedCondition{.derived = text == "true"});
}

absl::StatusOr<Expression> ParameterExpression(std::string key, const WrittenValue& value) {
  if (value.comparison != Comparison::kNone) {
    const absl::StatusOr<NumberRange> range = ReadParameterRange(value);
    if (!range.ok()) {
      return range.status();
    }
    return ParameterIs(std::move(key), std::nullopt, *range);
  }
  if (value.text().empty()) {
    Expression is_unknown = Not(ParameterIs(key, TextPattern::FromPieces({"", ""}), std::nullopt));
    return AnyOf(
        {std::move(is_unknown), ParameterIs(std::move(key), PatternOf(value.pieces), std::nullopt)}
    );
  }
  if (const auto sides = SidesOf(value)) {
    const std::optional<Number> low = ReadNumber(sides->first);
    const std::optional<Number> high = ReadNumber(sides->second);
    if (low && high) {
      const NumberRange range{.low = *low, .high = *high};
      if (absl::Status status = CheckOrder(range, value); !status.ok()) {
        return status;
      }
      return ParameterIs(std::move(key), std::nullopt, range);
    }
  }
  // In quotes it is that text and no number: "3" is not 3.0.
  const std::optional<Number> number =
      value.has_wildcard() || value.is_quoted ? std::nullopt : ReadNumber(value.pieces.front());
  return ParameterIs(
      std::move(key),
      PatternOf(value.pieces),
      number ? std::optional(RangeOf(Comparison::kNone, *number)) : std::nullopt
  );
}

absl::StatusOr<Expression> WordsExpression(const WrittenValue& value) {
  if (PatternOf(value.pieces).IsAnything()) {
    return Expression();
  }
  std::optional<std::vector<QueryWord>> words = ReadPhrase(MarkStars(value));
  if (!words) {
    return InvalidArgument(
        "'{}', expected a '*' only at the end of a word; quote it to find that text", Shown(value)
    );
  }
  if (words->empty()) {
    return InvalidArgument("'{}' has no word to search for, no letter and no digit", Shown(value));
  }
  return ConditionOf(WordsCondition{.words = *std::move(words)});
}

absl::StatusOr<int64_t> ParseQueryTime(std::string_view text, int64_t now_ms) {
  absl::StatusOr<int64_t> time = ParseTime(text, now_ms);
  const size_t sign = text.starts_with('-') ? 1 : 0;
  const bool is_integer = text.find_first_not_of("0123456789", sign) == std::string_view::npos;
  if (!time.ok() || !is_integer) {
    return time;
  }
  if (LooksLikeSeconds(*time)) {
    return InvalidArgument(
        "'{}': seconds? ms are wanted ({}000, or {} if that is meant)",
        *time,
        *time,
        FormatTimeUtc(*time)
    );
  }
  if (*time < 0) {
    return InvalidArgument(
        "'{}': expected a unit of ms s m h d w for a time ago, as -15m",
        EscapeForDisplay(text, kShownBytes)
    );
  }
  return time;
}

}  // namespace tidings::query
