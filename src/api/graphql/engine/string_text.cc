#include "api/graphql/engine/string_text.h"

#include <algorithm>
#include <charconv>
#include <vector>

#include <tao/pegtl/contrib/unescape.hpp>

namespace tidings::graphql {
namespace {

constexpr std::string_view kBlank = " \t";
constexpr size_t kHexDigits = 4;

constexpr bool IsHighSurrogate(unsigned unit) {
  return unit >= 0xD800 && unit <= 0xDBFF;
}
constexpr bool IsLowSurrogate(unsigned unit) {
  return unit >= 0xDC00 && unit <= 0xDFFF;
}

unsigned HexValue(std::string_view digits) {
  unsigned value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  return value;
}

char SimpleEscape(char letter) {
  switch (letter) {
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return letter;
  }
}

/// Appends the character of the \u escape (or the pair of them) whose digits `rest` begins with,
/// and takes it from `rest`; false for half a pair.
bool TakeUnicodeEscape(std::string_view& rest, std::string& out) {
  unsigned character = HexValue(rest.substr(0, kHexDigits));
  rest.remove_prefix(kHexDigits);
  if (IsHighSurrogate(character) && rest.starts_with("\\u")) {
    const unsigned low = HexValue(rest.substr(2, kHexDigits));
    if (!IsLowSurrogate(low)) {
      return false;
    }
    character = 0x10000 + ((character - 0xD800) << 10) + (low - 0xDC00);
    rest.remove_prefix(2 + kHexDigits);
  }
  // False for what is no character: a surrogate.
  return tao::pegtl::unescape::utf8_append_utf32(out, character);
}

std::vector<std::string> SplitLines(std::string_view text) {
  std::vector<std::string> lines(1);
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n' || text[i] == '\r') {
      i += text.substr(i, 2) == "\r\n" ? 1 : 0;
      lines.emplace_back();
    } else {
      lines.back() += text[i];
    }
  }
  return lines;
}

bool IsBlank(const std::string& line) {
  return line.find_first_not_of(kBlank) == std::string::npos;
}

/// The least indentation of the lines behind the first that hold something.
size_t CommonIndent(const std::vector<std::string>& lines) {
  size_t indent = std::string::npos;
  for (size_t i = 1; i < lines.size(); ++i) {
    indent = std::min(indent, lines[i].find_first_not_of(kBlank));
  }
  return indent;
}

std::string UnescapeTripleQuotes(std::string_view content) {
  constexpr std::string_view kEscaped = "\\\"\"\"";
  std::string text;
  while (!content.empty()) {
    const bool is_escaped = content.starts_with(kEscaped);
    text += is_escaped ? kEscaped.substr(1) : content.substr(0, 1);
    content.remove_prefix(is_escaped ? kEscaped.size() : 1);
  }
  return text;
}

}  // namespace

std::optional<std::string> UnescapeString(std::string_view content) {
  std::string text;
  while (!content.empty()) {
    const char first = content.front();
    content.remove_prefix(1);
    if (first != '\\') {
      text += first;
      continue;
    }
    const char letter = content.front();
    content.remove_prefix(1);
    if (letter != 'u') {
      text += SimpleEscape(letter);
    } else if (!TakeUnicodeEscape(content, text)) {
      return std::nullopt;
    }
  }
  return text;
}

std::string UnindentBlockString(std::string_view content) {
  std::vector<std::string> lines = SplitLines(content);
  const size_t indent = CommonIndent(lines);
  for (size_t i = 1; i < lines.size(); ++i) {
    lines[i].erase(0, std::min(indent, lines[i].size()));
  }
  while (!lines.empty() && IsBlank(lines.back())) {
    lines.pop_back();
  }
  const auto first = std::find_if_not(lines.begin(), lines.end(), IsBlank);
  std::string text;
  for (auto line = first; line != lines.end(); ++line) {
    text += line == first ? "" : "\n";
    text += *line;
  }
  return UnescapeTripleQuotes(text);
}

}  // namespace tidings::graphql
