#include "api/rest/filter_parameters.h"

#include <array>
#include <charconv>
#include <map>
#include <string>
#include <utility>

#include <absl/status/statusor.h>
#include <fmt/format.h>

#include "base/status.h"
#include "base/text.h"
#include "base/time_text.h"
#include "query/field_conditions.h"
#include "query/filter_text.h"

namespace tidings::rest {
namespace {

constexpr std::array<std::string_view, 12> kFilterNames{
    "service",
    "instance",
    "endpoint",
    "layer",
    "name",
    "type",
    "state",
    "id",
    "derived",
    "min_duration",
    "max_duration",
    "q"};

FieldProblem ProblemWith(std::string_view name, std::string_view detail) {
  return {.field = std::string(name), .detail = fmt::format("{}: {}", name, detail)};
}

/// A value as a URL brings it: a leading `-` excludes; `\-` and `\*` are literal wherever they
/// stand.
struct UrlValue {
  query::WrittenValue value;
  bool excluded = false;
};

std::optional<UrlValue> ReadUrlValue(std::string_view text) {
  UrlValue read{.value = {}, .excluded = text.starts_with('-')};
  text.remove_prefix(read.excluded ? 1 : 0);
  if (text.empty()) {
    return std::nullopt;
  }
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '*') {
      read.value.pieces.emplace_back();
      continue;
    }
    // Only these two are escapes here: a backslash is a character of many values.
    const std::string_view escape = text.substr(i, 2);
    i += escape == "\\*" || escape == "\\-" ? 1 : 0;
    read.value.pieces.back().push_back(text[i]);
  }
  return read;
}

/// Several values of one field mean any of them, and none of those that are excluded.
std::optional<FieldProblem> ParseFields(const QueryParameters& parameters, Expression& where) {
  std::map<FilterField, Expression> any_of;
  for (const QueryParameters::Entry& entry : parameters.entries()) {
    const std::optional<FilterField> field = FilterFieldFromName(entry.name);
    if (!field) {
      continue;
    }
    const std::optional<UrlValue> read = ReadUrlValue(entry.value);
    if (!read) {
      return ProblemWith(
          entry.name, "'-' excludes nothing: write '-VALUE', or '\\-' for the text '-'"
      );
    }
    absl::StatusOr<Expression> expression = query::FieldExpression(*field, read->value);
    if (!expression.ok()) {
      return ProblemWith(entry.name, MessageOf(expression.status()));
    }
    if (read->excluded) {
      where.Require(Not(*std::move(expression)));
    } else {
      any_of.try_emplace(*field, AnyOf({}))
          .first->second.children.push_back(*std::move(expression));
    }
  }
  for (auto& [field, expression] : any_of) {
    where.Require(std::move(expression));
  }
  return std::nullopt;
}

std::optional<FieldProblem> ParseDerived(const QueryParameters& parameters, Expression& where) {
  std::string text;
  bool derived = false;
  std::optional<FieldProblem> problem = parameters.Single("derived", text);
  problem = problem ? problem : parameters.Bool("derived", derived);
  if (!problem && !text.empty()) {
    where.Require(ConditionOf(DerivedCondition{.derived = derived}));
  }
  return problem;
}

std::optional<FieldProblem> ParseDurations(const QueryParameters& parameters, Expression& where) {
  std::optional<int64_t> least;
  std::optional<int64_t> most;
  std::optional<FieldProblem> problem = ParseDurationParameter(parameters, "min_duration", least);
  problem = problem ? problem : ParseDurationParameter(parameters, "max_duration", most);
  if (problem || (!least && !most)) {
    return problem;
  }
  if (least && most && *least > *most) {
    return ProblemWith("min_duration", "is more than max_duration, expected at most that");
  }
  NumberRange range;
  range.low = least ? static_cast<Number>(*least) : range.low;
  range.high = most ? static_cast<Number>(*most) : range.high;
  where.Require(ConditionOf(NumberCondition{.field = NumberField::kDuration, .range = range}));
  return std::nullopt;
}

std::optional<FieldProblem> ParseText(
    const QueryParameters& parameters, int64_t now_ms, Expression& where
) {
  std::string text;
  if (auto problem = parameters.Single("q", text)) {
    return problem;
  }
  if (text.empty()) {
    return std::nullopt;
  }
  auto parsed = query::ParseFilterText(text, now_ms);
  if (const auto* const mistake = std::get_if<query::Mistake>(&parsed)) {
    return FieldProblem{
        .field = "q",
        .detail = fmt::format("q, character {}: {}", mistake->position, mistake->message),
        .type = "bad-query",
        .title = "The query cannot be read",
        .position = mistake->position};
  }
  where.Require(std::move(*std::get_if<Expression>(&parsed)));
  return std::nullopt;
}

FieldProblem EmptyWindow(
    bool from_is_given, const WindowDefault& absent, const TimeWindow& window
) {
  if (!from_is_given) {
    return {
        .field = "to",
        .detail = fmt::format(
            "to is {}, before from, which is {} when it is not given ({}): give from too, 0 for "
            "the beginning",
            FormatTimeUtc(window.to),
            absent.from_words,
            FormatTimeUtc(window.from)
        )};
  }
  return {
      .field = "from",
      .detail = fmt::format(
          "from is {}, after to, {}; expected from <= to",
          FormatTimeUtc(window.from),
          FormatTimeUtc(window.to)
      )};
}

}  // namespace

std::vector<std::string_view> FilterNames() {
  return {kFilterNames.begin(), kFilterNames.end()};
}

std::vector<std::string_view> WithFilterNames(std::initializer_list<std::string_view> own) {
  std::vector<std::string_view> names = FilterNames();
  names.insert(names.end(), {"from", "to"});
  names.insert(names.end(), own);
  return names;
}

std::optional<FieldProblem> ParseFilters(
    const QueryParameters& parameters, int64_t now_ms, Expression& where
) {
  std::optional<FieldProblem> problem = ParseFields(parameters, where);
  problem = problem ? problem : ParseDerived(parameters, where);
  problem = problem ? problem : ParseDurations(parameters, where);
  return problem ? problem : ParseText(parameters, now_ms, where);
}

std::optional<FieldProblem> ParseTimeParameter(
    const QueryParameters& parameters, std::string_view name, int64_t now_ms, int64_t& time
) {
  std::string text;
  if (auto problem = parameters.Single(name, text)) {
    return problem;
  }
  if (text.empty()) {
    return std::nullopt;
  }
  const absl::StatusOr<int64_t> parsed = query::ParseQueryTime(text, now_ms);
  if (!parsed.ok()) {
    return ProblemWith(name, MessageOf(parsed.status()));
  }
  time = *parsed;
  return std::nullopt;
}

std::optional<FieldProblem> ParseDurationParameter(
    const QueryParameters& parameters, std::string_view name, std::optional<int64_t>& duration_ms
) {
  std::string text;
  if (auto problem = parameters.Single(name, text)) {
    return problem;
  }
  if (text.empty()) {
    return std::nullopt;
  }
  const auto parsed = ParseDuration(text);
  if (!parsed.ok()) {
    return ProblemWith(name, MessageOf(parsed.status()));
  }
  duration_ms = parsed->count();
  return std::nullopt;
}

std::optional<FieldProblem> ParseNumberParameter(
    const QueryParameters& parameters,
    std::string_view name,
    const NumberBounds& bounds,
    size_t& number
) {
  std::string text;
  if (auto problem = parameters.Single(name, text)) {
    return problem;
  }
  if (text.empty()) {
    return std::nullopt;
  }
  size_t parsed = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, parsed);
  const bool is_number = read.ec == std::errc() && read.ptr == end;
  if (is_number && parsed >= bounds.least && parsed <= bounds.most) {
    number = parsed;
    return std::nullopt;
  }
  return FieldProblem{
      .field = std::string(name),
      .detail = fmt::format(
          "{} is '{}', expected {}..{}{}{}",
          name,
          EscapeForDisplay(text, 64),
          bounds.least,
          bounds.most,
          bounds.advice.empty() ? "" : "; ",
          bounds.advice
      )};
}

std::optional<FieldProblem> ParseWindow(
    const QueryParameters& parameters,
    int64_t now_ms,
    const WindowDefault& absent,
    TimeWindow& window
) {
  std::string from;
  if (auto problem = parameters.Single("from", from)) {
    return problem;
  }
  window.from = absent.from;
  std::optional<FieldProblem> problem = ParseTimeParameter(parameters, "from", now_ms, window.from);
  problem = problem ? problem : ParseTimeParameter(parameters, "to", now_ms, window.to);
  if (problem || window.from <= window.to) {
    return problem;
  }
  return EmptyWindow(!from.empty(), absent, window);
}

}  // namespace tidings::rest
