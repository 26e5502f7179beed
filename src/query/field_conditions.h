#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <absl/status/statusor.h>

#include "event/expression.h"

/// From what stands behind a field's name to what it means. Errors are kInvalidArgument and say
/// what was found and what was expected, without the field's name.
namespace tidings::query {

enum class Comparison : uint8_t { kNone, kAbove, kAtLeast, kBelow, kAtMost };

/// A value as it was written.
struct WrittenValue {
  Comparison comparison = Comparison::kNone;
  /// Its text, cut at each wildcard; never empty.
  std::vector<std::string> pieces = {""};
  bool is_quoted = false;

  bool has_wildcard() const { return pieces.size() > 1; }
  /// As it was written, for messages and for what has no wildcards.
  std::string text() const;
};

/// `text` with its escapes resolved: a backslash makes the next character literal, other `*` are
/// wildcards.
WrittenValue ReadValue(std::string_view text);

/// Layers, types and states are compared whatever their case; a type or state that there is not is
/// an error. Every event has both, and is derived or not: `*` is all, an empty one none.
absl::StatusOr<Expression> FieldExpression(FilterField field, const WrittenValue& value);
/// `5`, `>5`, `1..5` (both included), `*` (is known), empty (is not).
absl::StatusOr<Expression> NumberExpression(
    NumberField field, const WrittenValue& value, int64_t now_ms
);
absl::StatusOr<Expression> DerivedExpression(const WrittenValue& value);
/// In quotes a text, else also the number that is written; empty: also where there is none.
absl::StatusOr<Expression> ParameterExpression(std::string key, const WrittenValue& value);
/// Free text: its words, in their order.
absl::StatusOr<Expression> WordsExpression(const WrittenValue& value);

/// A time in a query: as ParseTime, but a number that looks like seconds, and a negative one, are
/// mistakes.
absl::StatusOr<int64_t> ParseQueryTime(std::string_view text, int64_t now_ms);

}  // namespace tidings::query
