#include "base/json_writer.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstring>

#include <fmt/format.h>

namespace tidings {
namespace {

/// For each byte: 0 = stands for itself, 1 = \u00NN, else the letter after the backslash.
constexpr std::array<char, 256> MakeEscapes() {
  std::array<char, 256> escapes{};
  for (int c = 0; c < 0x20; ++c) {
    escapes[c] = 1;
  }
  escapes['"'] = '"';
  escapes['\\'] = '\\';
  escapes['\b'] = 'b';
  escapes['\f'] = 'f';
  escapes['\n'] = 'n';
  escapes['\r'] = 'r';
  escapes['\t'] = 't';
  escapes[0x7f] = 1;
  return escapes;
}
constexpr std::array<char, 256> kEscapes = MakeEscapes();

char EscapeOf(char c) {
  return kEscapes[static_cast<unsigned char>(c)];
}

void AppendEscaped(std::string& out, char c) {
  if (EscapeOf(c) == 1) {
    fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned char>(c));
  } else {
    out.push_back('\\');
    out.push_back(EscapeOf(c));
  }
}

/// Whether one of eight bytes needs an escape. By the bits: a byte below n borrows when n is taken
/// from it, and has no high bit of its own.
bool NeedEscape(const char* bytes) {
  constexpr uint64_t kOnes = 0x0101010101010101;
  constexpr uint64_t kHighs = 0x80 * kOnes;
  const auto has_below = [](uint64_t word, uint64_t n) { return (word - n * kOnes) & ~word; };
  uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof(word));
  const uint64_t found = has_below(word, 0x20) | has_below(word ^ ('"' * kOnes), 1) |
                         has_below(word ^ ('\\' * kOnes), 1) | has_below(word ^ (0x7f * kOnes), 1);
  return (found & kHighs) != 0;
}

/// Of what stands for itself at the begin of the text.
size_t PlainLength(std::string_view text) {
  size_t at = 0;
  while (at + sizeof(uint64_t) <= text.size() && !NeedEscape(text.data() + at)) {
    at += sizeof(uint64_t);
  }
  while (at < text.size() && EscapeOf(text[at]) == 0) {
    ++at;
  }
  return at;
}

template <typename Integer>
void AppendInteger(std::string& out, Integer value) {
  std::array<char, 24> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out.append(digits.data(), end);
}

}  // namespace

void AppendJsonString(std::string& out, std::string_view text) {
  out.push_back('"');
  while (true) {
    const size_t plain = PlainLength(text);
    out.append(text, 0, plain);
    if (plain == text.size()) {
      break;
    }
    AppendEscaped(out, text[plain]);
    text.remove_prefix(plain + 1);
  }
  out.push_back('"');
}

void AppendJsonDouble(std::string& out, double value) {
  if (std::isnan(value)) {
    out += "\"NaN\"";
    return;
  }
  if (std::isinf(value)) {
    out += value > 0 ? "\"Infinity\"" : "\"-Infinity\"";
    return;
  }
  std::array<char, 32> buffer{};
  const auto result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  const std::string_view digits(buffer.data(), static_cast<size_t>(result.ptr - buffer.data()));
  out += digits;
  if (digits.find_first_of(".e") == std::string_view::npos) {
    out += ".0";  // A double stays a double when it is read back.
  }
}

void JsonWriter::Separate() {
  if (out_.size() == begin_) {
    return;
  }
  const char last = out_.back();
  if (last != '{' && last != '[' && last != ':') {
    out_.push_back(',');
  }
}

JsonWriter& JsonWriter::BeginObject() {
  Separate();
  out_.push_back('{');
  return *this;
}

JsonWriter& JsonWriter::EndObject() {
  out_.push_back('}');
  return *this;
}

JsonWriter& JsonWriter::BeginArray() {
  Separate();
  out_.push_back('[');
  return *this;
}

JsonWriter& JsonWriter::EndArray() {
  out_.push_back(']');
  return *this;
}

JsonWriter& JsonWriter::Key(std::string_view key) {
  Separate();
  AppendJsonString(out_, key);
  out_.push_back(':');
  return *this;
}

JsonWriter& JsonWriter::String(std::string_view text) {
  Separate();
  AppendJsonString(out_, text);
  return *this;
}

JsonWriter& JsonWriter::Int(int64_t value) {
  Separate();
  AppendInteger(out_, value);
  return *this;
}

JsonWriter& JsonWriter::Uint(uint64_t value) {
  Separate();
  AppendInteger(out_, value);
  return *this;
}

JsonWriter& JsonWriter::Double(double value) {
  Separate();
  AppendJsonDouble(out_, value);
  return *this;
}

JsonWriter& JsonWriter::Bool(bool value) {
  return Raw(value ? "true" : "false");
}

JsonWriter& JsonWriter::Null() {
  return Raw("null");
}

JsonWriter& JsonWriter::Raw(std::string_view json) {
  Separate();
  out_ += json;
  return *this;
}

}  // namespace tidings
