#include "base/json_document.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "base/status.h"
#include "base/text.h"

namespace tidings {
namespace {

namespace ondemand = simdjson::ondemand;

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

/// Reads a value to its end; false at the first thing that is wrong. The text is known to be no
/// deeper than the parser allows.
template <typename Value>
bool Walk(Value& value) {
  ondemand::json_type type;
  if (value.type().get(type)) {
    return false;
  }
  if (type == ondemand::json_type::array) {
    ondemand::array array;
    if (value.get_array().get(array)) {
      return false;
    }
    for (auto element : array) {
      ondemand::value inner;
      if (element.get(inner) || !Walk(inner)) {
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
      if (field.unescaped_key().get(key) || field.value().get(inner) || !Walk(inner)) {
        return false;
      }
    }
    return true;
  }
  return ReadScalar(value, type);
}

/// Where simdjson's lazy reader stops, for the message; nothing when it cannot tell.
std::optional<size_t> FindError(const simdjson::padded_string& text) {
  ondemand::parser parser;
  ondemand::document document;
  if (parser.iterate(text).get(document)) {
    return std::nullopt;
  }
  (void)Walk(document);
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
  const std::optional<size_t> at = FindError(simdjson::padded_string(text));
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

absl::StatusOr<std::shared_ptr<const JsonDocument>> JsonDocument::Parse(
    std::string text, size_t max_depth
) {
  const auto document = std::make_shared<JsonDocument>();
  // simdjson reads up to this many bytes behind the text, and never writes there.
  text.reserve(text.size() + simdjson::SIMDJSON_PADDING);
  simdjson::error_code error = document->parser_.allocate(text.size(), max_depth);
  if (!error) {
    error = document->parser_.parse(text.data(), text.size(), false).get(document->root_);
  }
  if (error == simdjson::CAPACITY || error == simdjson::MEMALLOC) {
    return ResourceExhausted("a JSON text of {} bytes cannot be held", text.size());
  }
  if (error) {
    return Describe(error, text, max_depth);
  }
  // The tape holds 8 bytes, the string buffer at most 5/3 of a byte, per byte of text.
  document->bytes_ = text.size() * 10;
  return document;
}

}  // namespace tidings
