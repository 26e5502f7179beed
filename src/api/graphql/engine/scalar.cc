#include "api/graphql/engine/scalar.h"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>

namespace tidings::graphql {
namespace {

template <typename Number>
std::optional<Number> ParseNumber(const std::string& text) {
  Number number{};
  const char* const end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, number);
  if (result.ec != std::errc() || result.ptr != end) {
    return std::nullopt;
  }
  return number;
}

std::optional<Json> CoerceFloat(const Literal& literal) {
  if (literal.kind != Literal::Kind::kInt && literal.kind != Literal::Kind::kFloat) {
    return std::nullopt;
  }
  const std::optional<double> number = ParseNumber<double>(literal.text);
  return number && std::isfinite(*number) ? std::optional(Json{*number}) : std::nullopt;
}

std::optional<int64_t> WholeNumber(const Literal& literal, bool is_from_json) {
  if (literal.kind == Literal::Kind::kInt) {
    return ParseNumber<int64_t>(literal.text);
  }
  if (literal.kind != Literal::Kind::kFloat || !is_from_json) {
    return std::nullopt;
  }
  // Up to 2^53 every whole double is exactly the number that was meant.
  constexpr double kMaxExact = 9007199254740992.0;
  const std::optional<double> number = ParseNumber<double>(literal.text);
  if (!number || std::trunc(*number) != *number || std::abs(*number) > kMaxExact) {
    return std::nullopt;
  }
  return static_cast<int64_t>(*number);
}

std::optional<Json> CoerceWhole(
    const Literal& literal, bool is_from_json, int64_t least, int64_t greatest
) {
  const std::optional<int64_t> number = WholeNumber(literal, is_from_json);
  if (!number || *number < least || *number > greatest) {
    return std::nullopt;
  }
  return Json{*number};
}

template <typename Number>
std::optional<Json> CoerceWhole(const Literal& literal, bool is_from_json) {
  using Range = std::numeric_limits<Number>;
  return CoerceWhole(literal, is_from_json, Range::min(), Range::max());
}

}  // namespace

std::optional<Json> CoerceScalar(
    const Literal& literal, std::string_view scalar, bool is_from_json
) {
  if (scalar == "Int") {
    return CoerceWhole<int32_t>(literal, is_from_json);
  }
  if (scalar == "Long") {
    return CoerceWhole<int64_t>(literal, is_from_json);
  }
  if (scalar == "Float") {
    return CoerceFloat(literal);
  }
  const bool is_text = literal.kind == Literal::Kind::kString;
  if (is_text && (scalar == "String" || scalar == "ID")) {
    return Json{literal.text};
  }
  if (scalar == "ID" && literal.kind == Literal::Kind::kInt) {
    return Json{literal.text};
  }
  if (scalar == "Boolean" && literal.kind == Literal::Kind::kBoolean) {
    return Json{literal.text == "true"};
  }
  return std::nullopt;
}

}  // namespace tidings::graphql
