#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <absl/status/status.h>
#include <simdjson.h>

/// Values of a JsonDocument as codecs want them. The errors say what the value is and what was
/// expected, as the end of a sentence that begins with the field's name.
namespace tidings::json_value {

/// `an array`, `a string`, `null`, ...
std::string_view KindOf(simdjson::dom::element value);

/// What stands there, for an error: `'soon'`, `1.5`, `a number beyond 64 signed bits`, `an array`.
std::string Shown(simdjson::dom::element value);

/// A string; null is the empty one.
absl::Status ReadText(simdjson::dom::element value, std::string_view& text);

/// Whether it is a value that no element can hold: one of JsonDocument's stand-ins.
bool IsUnreadable(simdjson::dom::element value);

/// A 64-bit integer as a number (1.0 and 1e3 are integers) or as a string of one; null is 0.
absl::Status ReadInteger(simdjson::dom::element value, int64_t& number);
absl::Status ReadInteger(simdjson::dom::element value, uint64_t& number);

}  // namespace tidings::json_value
