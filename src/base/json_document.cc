#include "base/json_document.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
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

/// The length of the string that `text` begins with, with its quotes; all of `text` if it has no
/// end.
size_t JsonStringLength(std::string_view text) {
  size_t at = 1;
  while (at < text.size() && text[at] != '"') {
    at += text[at] == '\\' ? 2 : 1;
  }
  return std::min(at + 1, text.size());
}

/// The code unit that `text` begins with as `\uXXXX`.
std::optional<uint32_t> EscapedCodeUnit(std::string_view text) {
  constexpr size_t kLength = 6;
  uint32_t unit = 0;
  if (text.size() < kLength || !text.starts_with("\\u")) {
    return std::nullopt;
  }
  const auto result = std::from_chars(text.data() + 2, text.data() + kLength, unit, 16);
  return result.ptr == text.data() + kLength ? std::optional(unit) : std::nullopt;
}

bool IsHighSurrogate(uint32_t unit) {
  return unit >= 0xd800 && unit < 0xdc00;
}
bool IsLowSurrogate(uint32_t unit) {
  return unit >= 0xdc00 && unit < 0xe000;
}

/// What a string's only fault is, if it has one, that it is no Unicode text.
enum class Text : uint8_t { kGood, kNotUnicode, kNoString };

Text JudgeEscapes(std::string_view string) {
  constexpr size_t kUnit = 6;
  Text verdict = Text::kGood;
  size_t at = string.find('\\');
  while (at < string.size()) {
    const std::optional<uint32_t> unit = EscapedCodeUnit(string.substr(at));
    if (!unit) {
      constexpr std::string_view kEscapable = "\"\\/bfnrt";
      if (at + 1 == string.size() || kEscapable.find(string[at + 1]) == std::string_view::npos) {
        return Text::kNoString;
      }
      at = string.find('\\', at + 2);
      continue;
    }
    const std::optional<uint32_t> other = EscapedCodeUnit(string.substr(at + kUnit));
    const bool is_pair = IsHighSurrogate(*unit) && other && IsLowSurrogate(*other);
    if (!is_pair && (IsHighSurrogate(*unit) || IsLowSurrogate(*unit))) {
      verdict = Text::kNotUnicode;
    }
    at = string.find('\\', at + (is_pair ? 2 * kUnit : kUnit));
  }
  return verdict;
}

/// `string` with its quotes.
bool LacksOnlyUnicode(std::string_view string) {
  const bool has_control = std::any_of(string.begin(), string.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20;
  });
  if (has_control || string.size() < 2 || string.back() != '"') {
    return false;
  }
  const Text escapes = JudgeEscapes(string);
  return escapes != Text::kNoString &&
         (escapes == Text::kNotUnicode || !simdjson::validate_utf8(string.data(), string.size()));
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
    const size_t string = c == '"' ? JsonStringLength(text) : 0;
    const std::string_view token = text.substr(0, std::max({number, string, size_t{1}}));
    text.remove_prefix(token.size());
    const size_t next = text.find_first_not_of(" \t\r\n");
    const bool is_key = string > 0 && next != std::string_view::npos && text[next] == ':';
    if (number > 0 && !IsRepresentable(token)) {
      out += JsonDocument::kHugeNumber;
    } else if (string > 0 && !is_key && LacksOnlyUnicode(token)) {
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
  const simdjson::error_code error = parser_.allocate(text.size(), max_depth);
  return error ? error : parser_.parse(text.data(), text.size(), false).get(root_);
}

absl::StatusOr<std::shared_ptr<const JsonDocument>> JsonDocument::Parse(
    std::string text, size_t max_depth
) {
  const auto document = std::make_shared<JsonDocument>();
  const simdjson::error_code error = document->Read(text, max_depth);
  if (MayBeOneValue(error)) {
    std::string replaced = ReplaceUnreadableValues(text);
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
