#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <vector>

#include "api/rest/answer.h"
#include "api/rest/query_parameters.h"
#include "event/filter.h"

/// The parameters that say which events are meant, the same on every call that takes them.
namespace tidings::rest {

/// Those of the filters but `from` and `to`: service, …, id, derived, min_duration, max_duration,
/// q.
std::vector<std::string_view> FilterNames();
/// Those of a call: the filters, `from` and `to`, and its own.
std::vector<std::string_view> WithFilterNames(std::initializer_list<std::string_view> own);

/// What the filters demand. Relative times are told from `now_ms`.
std::optional<FieldProblem> ParseFilters(
    const QueryParameters& parameters, int64_t now_ms, Expression& where
);

/// A time as queries write them; left as it is when it is not given.
std::optional<FieldProblem> ParseTimeParameter(
    const QueryParameters& parameters, std::string_view name, int64_t now_ms, int64_t& time
);
std::optional<FieldProblem> ParseDurationParameter(
    const QueryParameters& parameters, std::string_view name, std::optional<int64_t>& duration_ms
);
/// A whole number of that range; left as it is when it is not given.
struct NumberBounds {
  size_t least = 1;
  size_t most = 1;
  /// What to do about a number outside, for the message; may be empty.
  std::string_view advice;
};
std::optional<FieldProblem> ParseNumberParameter(
    const QueryParameters& parameters,
    std::string_view name,
    const NumberBounds& bounds,
    size_t& number
);

/// `from` and `to`. `from` is `default_from` when it is not given, `to` is unbounded.
struct WindowDefault {
  int64_t from = 0;
  /// What that is, for messages: "an hour ago".
  std::string_view from_words;
};
inline constexpr int64_t kDefaultWindowMs = 3'600'000;
inline WindowDefault LastHour(int64_t now_ms) {
  return {.from = now_ms - kDefaultWindowMs, .from_words = "an hour ago"};
}
inline WindowDefault AllTime() {
  return {.from = TimeWindow().from, .from_words = "the beginning"};
}
std::optional<FieldProblem> ParseWindow(
    const QueryParameters& parameters,
    int64_t now_ms,
    const WindowDefault& absent,
    TimeWindow& window
);

}  // namespace tidings::rest
