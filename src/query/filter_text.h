#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "event/expression.h"

/// The filter language: `service:checkout -type:Error duration:>10m "free text"`
/// (docs/filter-language.md).
namespace tidings::query {

/// What is wrong with a text, and where.
struct Mistake {
  /// The character at which it shows, counted from 1; one behind the last where the text ends too
  /// early.
  size_t position = 1;
  /// What was found and what was expected instead.
  std::string message;
};

/// Parentheses, negations and groups may stand inside each other as deep.
inline constexpr size_t kMaxNesting = 100;

/// What `text` (valid UTF-8) means; relative times are told from `now_ms`. An empty text means
/// everything.
std::variant<Expression, Mistake> ParseFilterText(std::string_view text, int64_t now_ms);

}  // namespace tidings::query
