#include "base/json_value.h"

#include <charconv>
#include <cmath>

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

bool ReadIntegral(double real, int64_t& number) {
  constexpr double kTwoTo63 = 9223372036854775808.0;
  if (real != std::trunc(real) || real < -kTwoTo63 || real >= kTwoTo63) {
    return false;
  }
  number = static_cast<int64_t>(real);
  return true;
}

/// Digits, or whatever JSON's grammar for numbers has and is an integer (1e3): proto3's JSON takes
/// both in a string too.
bool ReadIntegerText(std::string_view text, int64_t& number) {
  const char* const end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, number);
  if (!text.empty() && result.ec == std::errc() && result.ptr == end) {
    return true;
  }
  double real = 0;
  const bool is_number = !text.empty() && JsonNumberLength(text) == text.size();
  return is_number && absl::from_chars(text.data(), end, real).ec == std::errc() &&
         ReadIntegral(real, number);
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

absl::Status ReadInteger(element value, int64_t& number) {
  if (!value.get(number)) {
    return absl::OkStatus();
  }
  number = 0;
  std::string_view text;
  if (value.is_null() || (!value.get(text) && ReadIntegerText(text, number))) {
    return absl::OkStatus();
  }
  double real = 0;
  if (value.is_double() && !value.get(real) && ReadIntegral(real, number)) {
    return absl::OkStatus();
  }
  return InvalidArgument("is {}, expected a 64-bit integer", Shown(value));
}

}  // namespace tidings::json_value
