#include "base/json_value.h"

#include <charconv>
#include <cmath>

#include "base/status.h"
#include "base/text.h"

namespace tidings::json_value {
namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;

constexpr size_t kShownBytes = 64;

bool ReadIntegerText(std::string_view text, int64_t& number) {
  const auto result = std::from_chars(text.data(), text.data() + text.size(), number);
  return !text.empty() && result.ec == std::errc() && result.ptr == text.data() + text.size();
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
    return "a number beyond 64 signed bits";
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
  constexpr double kTwoTo63 = 9223372036854775808.0;
  if (value.is_double() && !value.get(real) && real == std::trunc(real) && real >= -kTwoTo63 &&
      real < kTwoTo63) {
    number = static_cast<int64_t>(real);
    return absl::OkStatus();
  }
  return InvalidArgument("is {}, expected a 64-bit integer", Shown(value));
}

}  // namespace tidings::json_value
