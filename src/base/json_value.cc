#include "base/json_value.h"

#include <charconv>
#include <cmath>
#include <limits>

#include <absl/strings/charconv.h>

#include "base/json_document.h"
#include "base/json_mistake.h"
#include "base/status.h"
#include "base/text.h"

namespace tidings::json_value {
namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;

constexpr size_t kShownBytes = 64;

template <typename Integer>
bool ReadIntegral(double real, Integer& number) {
  constexpr auto kLeast = static_cast<double>(std::numeric_limits<Integer>::min());
  // The greatest integer is no double, the one behind it is: twice 2^62 or 2^63.
  constexpr Integer kHalf = std::numeric_limits<Integer>::max() / 2 + 1;
  constexpr double kBehind = 2.0 * static_cast<double>(kHalf);
  if (real != std::trunc(real) || real < kLeast || real >= kBehind) {
    return false;
  }
  number = static_cast<Integer>(real);
  return true;
}

/// Digits, or whatever JSON's grammar for numbers has and is an integer (1e3): proto3's JSON takes
/// both in a string too.
template <typename Integer>
bool ReadIntegerText(std::string_view text, Integer& number) {
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  const auto result = std::from_chars(begin, end, number);
  if (!text.empty() && result.ec == std::errc() && result.ptr == end) {
    return true;
  }
  double real = 0;
  const bool is_number = !text.empty() && JsonNumberLength(text) == text.size();
  return is_number && absl::from_chars(begin, end, real).ec == std::errc() &&
         ReadIntegral(real, number);
}

template <typename Integer>
absl::Status ReadAnyInteger(element value, Integer& number) {
  if (!IsUnreadable(value) && !value.get(number)) {
    return absl::OkStatus();
  }
  number = 0;
  std::string_view text;
  double real = 0;
  const bool is_read = value.is_null() || (!value.get(text) && ReadIntegerText(text, number)) ||
                       (value.is_double() && !value.get(real) && ReadIntegral(real, number));
  return is_read ? absl::OkStatus()
                 : InvalidArgument("is {}, expected a 64-bit integer", Shown(value));
}

}  // namespace

std::string_view KindOf(element value) {
  switch (value.type()) {
    case element_type::ARRAY:
      return "an array";
    case element_type::OBJECT:
      return "an object";
    case element_type::STRING:
      return "a string";
    case element_type::BOOL:
      return "a boolean";
    case element_type::NULL_VALUE:
      return "null";
    default:
      return "a number";
  }
}

absl::Status ReadText(element value, std::string_view& text) {
  if (!value.get(text)) {
    return absl::OkStatus();
  }
  text = {};
  return value.is_null() ? absl::OkStatus()
                         : InvalidArgument("is {}, expected a string", Shown(value));
}

std::string Shown(element value) {
  std::string_view text;
  if (!value.get(text)) {
    return fmt::format("'{}'", EscapeForDisplay(text, kShownBytes));
  }
  if (value.is_uint64() && !value.is_int64()) {
    return simdjson::minify(value) == JsonDocument::kBrokenText
               ? "not valid UTF-8, or holds half of a surrogate pair"
               : "a number beyond 64 signed bits";
  }
  return value.is_number() ? simdjson::minify(value) : std::string(KindOf(value));
}

bool IsUnreadable(element value) {
  // The stand-ins are the two greatest.
  uint64_t integer = 0;
  return value.is_uint64() && !value.get(integer) &&
         integer >= std::numeric_limits<uint64_t>::max() - 1;
}

absl::Status ReadInteger(element value, int64_t& number) {
  return ReadAnyInteger(value, number);
}

absl::Status ReadInteger(element value, uint64_t& number) {
  return ReadAnyInteger(value, number);
}

}  // namespace tidings::json_value
