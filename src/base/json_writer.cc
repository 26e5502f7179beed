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

/// As many bytes as are looked at in one go.
constexpr size_t kStep = 16;
using Bytes [[gnu::vector_size(kStep)]] = unsigned char;
using Words [[gnu::vector_size(kStep)]] = uint64_t;

template <typename T>
inline T Load(const char* text) {
  T value;
  std::memcpy(&value, text, sizeof(value));
  return value;
}

inline bool NeedEscape(Bytes bytes) {
  const auto found =
      reinterpret_cast<Words>((bytes < 0x20) | (bytes == '"') | (bytes == '\\') | (bytes == 0x7f));
  return (found[0] | found[1]) != 0;
}

/// Every byte of a text of 4 to 15, some of them twice.
inline Bytes LoadShort(std::string_view text) {
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  Words words{};
  if (text.size() >= sizeof(uint64_t)) {
    words[0] = Load<uint64_t>(begin);
    words[1] = Load<uint64_t>(end - sizeof(uint64_t));
  } else {
    words[0] = words[1] = Load<uint32_t>(begin) | uint64_t{Load<uint32_t>(end - sizeof(uint32_t))}
                                                      << 32;
  }
  return reinterpret_cast<Bytes>(words);
}

/// Of what stands for itself at the begin of the text, as much as is seen in steps.
inline size_t PlainSteps(std::string_view text) {
  if (text.size() < sizeof(uint32_t)) {
    return 0;
  }
  if (text.size() < kStep) {
    return NeedEscape(LoadShort(text)) ? 0 : text.size();
  }
  size_t at = 0;
  for (; at + kStep <= text.size(); at += kStep) {
    if (NeedEscape(Load<Bytes>(text.data() + at))) {
      return at;
    }
  }
  // What is left is less than a step: looked at with what stands before it.
  return NeedEscape(Load<Bytes>(text.data() + text.size() - kStep)) ? at : text.size();
}

/// Of what stands for itself at the begin of the text.
size_t PlainLength(std::string_view text) {
  size_t at = PlainSteps(text);
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

/// Appends `part` as it stands and `text` quoted and escaped.
void AppendPartAndString(std::string& out, std::string_view part, std::string_view text) {
  size_t plain = PlainLength(text);
  if (plain == text.size()) {
    // Nearly always: room is made once, of what the ends hold.
    const size_t at = out.size();
    out.append(part.size() + text.size() + 2, '"');
    part.copy(out.data() + at, part.size());
    text.copy(out.data() + at + part.size() + 1, text.size());
    return;
  }
  out += part;
  out.push_back('"');
  while (plain < text.size()) {
    out.append(text, 0, plain);
    AppendEscaped(out, text[plain]);
    text.remove_prefix(plain + 1);
    plain = PlainLength(text);
  }
  out += text;
  out.push_back('"');
}

}  // namespace

void AppendJsonString(std::string& out, std::string_view text) {
  AppendPartAndString(out, {}, text);
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

JsonWriter& JsonWriter::Part(std::string_view part, std::string_view text) {
  AppendPartAndString(out_, part, text);
  return *this;
}

JsonWriter& JsonWriter::Part(std::string_view part, int64_t value) {
  out_ += part;
  AppendInteger(out_, value);
  return *this;
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
