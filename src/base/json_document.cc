#include "base/json_document.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string_view>
#include <utility>

#include <absl/strings/charconv.h>
#include <absl/strings/numbers.h>

#include "base/json_mistake.h"
#include "base/status.h"
#include "base/text.h"

namespace tidings {
namespace {

/// Whether simdjson has a type for the number: signed or unsigned 64 bits, or double.
bool IsRepresentable(std::string_view number) {
  if (number.find_first_of(".eE") == std::string_view::npos) {
    const absl::string_view digits(number.data(), number.size());
    int64_t negative = 0;
    uint64_t positive = 0;
    return absl::SimpleAtoi(digits, &negative) || absl::SimpleAtoi(digits, &positive);
  }
  // What is out of range by being too small reads as nearly 0.
  double real = 0;
  const auto result = absl::from_chars(number.data(), number.data() + number.size(), real);
  return result.ec == std::errc() || std::abs(real) < 1;
}

bool IsBrokenText(const JsonString& string, std::string_view token) {
  return string.length > 0 && (string.has_half_pair || !IsValidUtf8(token));
}

/// Whether what stands before `rest` is the key of a member.
bool IsKey(std::string_view rest) {
  const size_t next = rest.find_first_not_of(" \t\r\n");
  return next != std::string_view::npos && rest[next] == ':';
}

/// `text` with JsonDocument's stand-ins for values that JSON allows, or nearly, and no element can
/// hold. Everything else is copied as it is, wrong or not; also keys.
std::string ReplaceUnreadableValues(std::string_view text) {
  std::string out;
  out.reserve(text.size() + simdjson::SIMDJSON_PADDING);
  while (!text.empty()) {
    const char c = text.front();
    const bool begins_number = c == '-' || (c >= '0' && c <= '9');
    const size_t number = begins_number ? JsonNumberLength(text) : 0;
    const JsonString string = c == '"' ? ScanJsonString(text) : JsonString();
    const std::string_view token = text.substr(0, std::max({number, string.length, size_t{1}}));
    text.remove_prefix(token.size());
    if (number > 0 && !IsRepresentable(token)) {
      out += JsonDocument::kHugeNumber;
    } else if (IsBrokenText(string, token) && !IsKey(text)) {
      out += JsonDocument::kBrokenText;
    } else {
      out += token;
    }
  }
  return out;
}

/// Whether a value alone may be what is wrong.
bool MayBeOneValue(simdjson::error_code error) {
  return error == simdjson::NUMBER_ERROR || error == simdjson::STRING_ERROR ||
         error == simdjson::UTF8_ERROR;
}

absl::Status Describe(simdjson::error_code error, std::string_view text, size_t max_depth) {
  switch (error) {
    case simdjson::EMPTY:
      return InvalidArgument("the body is empty, expected JSON");
    case simdjson::DEPTH_ERROR:
      return InvalidArgument("the JSON is nested deeper than {} levels", max_depth);
    case simdjson::UTF8_ERROR:
      return InvalidArgument("the JSON is not valid UTF-8");
    default:
      break;
  }
  const std::optional<JsonMistake> mistake = FindJsonMistake(text);
  if (!mistake) {
    return InvalidArgument("no JSON: {}", simdjson::error_message(error));
  }
  if (mistake->position == text.size()) {
    return InvalidArgument(
        "no JSON: it ends at byte {}, expected {}", mistake->position, mistake->expected
    );
  }
  constexpr size_t kShown = 20;
  return InvalidArgument(
      "no JSON at byte {}, near '{}': expected {}",
      mistake->position,
      EscapeForDisplay(text.substr(mistake->position, kShown)),
      mistake->expected
  );
}

}  // namespace

simdjson::error_code JsonDocument::Read(std::string& text, size_t max_depth) {
  // simdjson reads up to this many bytes behind the text, and never writes there.
  text.reserve(text.size() + simdjson::SIMDJSON_PADDING);
  if (parser_.capacity() < text.size() || parser_.max_depth() != max_depth) {
    const size_t capacity = std::max(text.size(), parser_.capacity());
    if (const simdjson::error_code error = parser_.allocate(capacity, max_depth)) {
      return error;
    }
  }
  return parser_.parse(text.data(), text.size(), false).get(root_);
}

absl::Status JsonDocument::ParseNext(std::string& text, size_t max_depth) {
  const simdjson::error_code error = Read(text, max_depth);
  if (MayBeOneValue(error)) {
    std::string replaced = ReplaceUnreadableValues(text);
    return Read(replaced, max_depth) ? Describe(error, text, max_depth) : absl::OkStatus();
  }
  if (error == simdjson::CAPACITY || error == simdjson::MEMALLOC) {
    return ResourceExhausted("a JSON text of {} bytes cannot be held", text.size());
  }
  return error ? Describe(error, text, max_depth) : absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<const JsonDocument>> JsonDocument::Parse(
    std::string text, size_t max_depth
) {
  const auto document = std::make_shared<JsonDocument>();
  if (absl::Status status = document->ParseNext(text, max_depth); !status.ok()) {
    return status;
  }
  // What only parsing needs: 4 bytes per byte of text.
  document->parser_.implementation.reset();
  // The tape holds 8 bytes, the string buffer at most 5/3 of a byte, per byte of text.
  document->bytes_ = text.size() * 10;
  return document;
}

}  // namespace tidings
