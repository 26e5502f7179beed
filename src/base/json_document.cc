#include "base/json_document.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string_view>
#include <utility>

#include <absl/strings/charconv.h>
#include <absl/strings/numbers.h>

#include "base/status.h"
#include "base/text.h"

namespace tidings {
namespace {

namespace ondemand = simdjson::ondemand;

/// The length of the number that `text` begins with by JSON's grammar (RFC 8259, section 6); 0 if
/// there is none.
size_t NumberLength(std::string_view text) {
  size_t at = 0;
  const auto take = [&](std::string_view any_of) {
    const bool found = at < text.size() && any_of.find(text[at]) != std::string_view::npos;
    at += found ? 1 : 0;
    return found;
  };
  const auto take_digits = [&] {
    const size_t first = at;
    while (take("0123456789")) {
    }
    return at > first;
  };
  take("-");
  if (!take("0") && !take_digits()) {
    return 0;
  }
  if (take(".") && !take_digits()) {
    return 0;
  }
  if (take("eE")) {
    take("+-");
    if (!take_digits()) {
      return 0;
    }
  }
  return at;
}

/// Whether simdjson has a type for the number: signed or unsigned 64 bits, or double.
bool IsRepresentable(std::string_view number) {
  if (number.find_first_of(".eE") == std::string_view::npos) {
    const absl::string_view digits(number.data(), number.size());
    int64_t negative = 0;
    uint64_t positive = 0;
    return absl::SimpleAtoi(digits, &negative) || absl::SimpleAtoi(digits, &positive);
  }
  double real = 0;
  absl::from_chars(number.data(), number.data() + number.size(), real);
  return std::isfinite(real);
}

/// `text` with JsonDocument::kHugeNumber in place of every number that is not representable.
/// Everything else is copied as it is, wrong or not.
std::string ReplaceHugeNumbers(std::string_view text) {
  std::string out;
  out.reserve(text.size() + simdjson::SIMDJSON_PADDING);
  bool in_string = false;
  size_t at = 0;
  while (at < text.size()) {
    const char c = text[at];
    const size_t escaped = in_string && c == '\\' ? 2 : 1;
    const bool begins_number = !in_string && (c == '-' || (c >= '0' && c <= '9'));
    const size_t number = begins_number ? NumberLength(text.substr(at)) : 0;
    in_string = c == '"' ? !in_string : in_string;
    const std::string_view token = text.substr(at, std::max(number, escaped));
    if (number > 0 && !IsRepresentable(token)) {
      out += JsonDocument::kHugeNumber;
    } else {
      out += token;
    }
    at += token.size();
  }
  return out;
}

bool IsNullToken(simdjson::simdjson_result<std::string_view> token) {
  std::string_view text;
  return !std::move(token).get(text) && text.substr(0, 4) == "null";
}

template <typename Value>
bool ReadScalar(Value& value, ondemand::json_type type) {
  switch (type) {
    case ondemand::json_type::string: {
      std::string_view text;
      return !value.get_string().get(text);
    }
    case ondemand::json_type::number: {
      double number = 0;
      return !value.get_double().get(number);
    }
    case ondemand::json_type::boolean: {
      bool flag = false;
      return !value.get_bool().get(flag);
    }
    default:
      return IsNullToken(value.raw_json_token());
  }
}

/// Reads a value to its end; false at the first thing that is wrong, and at what nests deeper than
/// `depth`.
template <typename Value>
bool Walk(Value& value, size_t depth) {
  ondemand::json_type type;
  if (depth == 0 || value.type().get(type)) {
    return false;
  }
  if (type == ondemand::json_type::array) {
    ondemand::array array;
    if (value.get_array().get(array)) {
      return false;
    }
    for (auto element : array) {
      ondemand::value inner;
      if (element.get(inner) || !Walk(inner, depth - 1)) {
        return false;
      }
    }
    return true;
  }
  if (type == ondemand::json_type::object) {
    ondemand::object object;
    if (value.get_object().get(object)) {
      return false;
    }
    for (auto field : object) {
      ondemand::value inner;
      std::string_view key;
      if (field.unescaped_key().get(key) || field.value().get(inner) || !Walk(inner, depth - 1)) {
        return false;
      }
    }
    return true;
  }
  return ReadScalar(value, type);
}

/// Where simdjson's lazy reader stops, for the message; nothing when it cannot tell.
std::optional<size_t> FindError(const simdjson::padded_string& text, size_t max_depth) {
  ondemand::parser parser;
  ondemand::document document;
  if (parser.iterate(text).get(document)) {
    return std::nullopt;
  }
  (void)Walk(document, max_depth + 1);
  const char* at = nullptr;
  if (document.current_location().get(at)) {
    return std::nullopt;
  }
  return std::min(static_cast<size_t>(at - text.data()), text.size());
}

absl::Status Describe(simdjson::error_code error, std::string_view text, size_t max_depth) {
  switch (error) {
    case simdjson::EMPTY:
      return InvalidArgument("the body is empty, expected JSON");
    case simdjson::DEPTH_ERROR:
      return InvalidArgument("the JSON is nested deeper than {} levels", max_depth);
    case simdjson::UTF8_ERROR:
      return InvalidArgument("the JSON is not valid UTF-8");
    case simdjson::UNCLOSED_STRING:
      return InvalidArgument("the JSON ends inside a string, at byte {}", text.size());
    default:
      break;
  }
  const std::optional<size_t> at = FindError(simdjson::padded_string(text), max_depth);
  if (!at) {
    return InvalidArgument("no JSON: {}", simdjson::error_message(error));
  }
  constexpr size_t kShown = 20;
  return InvalidArgument(
      "no JSON at byte {}, near '{}': {}",
      *at,
      EscapeForDisplay(text.substr(*at, kShown)),
      simdjson::error_message(error)
  );
}

}  // namespace

simdjson::error_code JsonDocument::Read(std::string& text, size_t max_depth) {
  // simdjson reads up to this many bytes behind the text, and never writes there.
  text.reserve(text.size() + simdjson::SIMDJSON_PADDING);
  const simdjson::error_code error = parser_.allocate(text.size(), max_depth);
  return error ? error : parser_.parse(text.data(), text.size(), false).get(root_);
}

absl::StatusOr<std::shared_ptr<const JsonDocument>> JsonDocument::Parse(
    std::string text, size_t max_depth
) {
  const auto document = std::make_shared<JsonDocument>();
  const simdjson::error_code error = document->Read(text, max_depth);
  if (error == simdjson::NUMBER_ERROR) {
    std::string replaced = ReplaceHugeNumbers(text);
    if (document->Read(replaced, max_depth)) {
      return Describe(error, text, max_depth);
    }
  } else if (error == simdjson::CAPACITY || error == simdjson::MEMALLOC) {
    return ResourceExhausted("a JSON text of {} bytes cannot be held", text.size());
  } else if (error) {
    return Describe(error, text, max_depth);
  }
  // What only parsing needs: 4 bytes per byte of text.
  document->parser_.implementation.reset();
  // The tape holds 8 bytes, the string buffer at most 5/3 of a byte, per byte of text.
  document->bytes_ = text.size() * 10;
  return document;
}

}  // namespace tidings
