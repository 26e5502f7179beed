#include "base/json_mistake.h"

#include <algorithm>
#include <optional>
#include <vector>

namespace tidings {
namespace {

bool IsHexDigit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/// Reads tokens one after the other and keeps a stack of open brackets: no recursion, whatever the
/// depth. Every function that reads says with true that it went on, else `mistake_` is set.
class Scanner {
 public:
  explicit Scanner(std::string_view text, bool takes_half_pairs = false)
      : text_(text), takes_half_pairs_(takes_half_pairs) {}

  std::optional<JsonMistake> Scan() {
    bool go_on = Value();
    while (go_on && !open_.empty()) {
      go_on = open_.back() == '[' ? AfterElement() : AfterMember();
    }
    SkipSpace();
    if (go_on && at_ < text_.size()) {
      Fail("the end");
    }
    return mistake_;
  }

  JsonString ScanString() {
    return Peek() == '"' && String() ? JsonString{.length = at_, .has_half_pair = has_half_pair_}
                                     : JsonString();
  }

 private:
  bool Fail(std::string_view expected) {
    mistake_ = JsonMistake{at_, expected};
    return false;
  }

  char Peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  void SkipSpace() { at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size()); }

  bool Take(char c) {
    SkipSpace();
    const bool found = at_ < text_.size() && text_[at_] == c;
    at_ += found ? 1 : 0;
    return found;
  }

  /// A scalar, an empty container, or the way into a container up to its first scalar.
  bool Value() {
    while (true) {
      if (Take('[')) {
        if (Take(']')) {
          return true;
        }
        open_.push_back('[');
      } else if (Take('{')) {
        if (Take('}')) {
          return true;
        }
        open_.push_back('{');
        if (!Key("a member's name in quotes, or '}'")) {
          return false;
        }
      } else {
        return Scalar();
      }
    }
  }

  bool AfterElement() {
    if (Take(']')) {
      open_.pop_back();
      return true;
    }
    return Take(',') ? Value() : Fail("',' or ']'");
  }

  bool AfterMember() {
    if (Take('}')) {
      open_.pop_back();
      return true;
    }
    return Take(',') ? Key("a member's name in quotes") && Value() : Fail("',' or '}'");
  }

  bool Key(std::string_view expected) {
    SkipSpace();
    if (Peek() != '"') {
      return Fail(expected);
    }
    return String() && (Take(':') || Fail("':'"));
  }

  bool Scalar() {
    if (Peek() == '"') {
      return String();
    }
    for (const std::string_view literal : {"true", "false", "null"}) {
      if (text_.substr(at_, literal.size()) == literal) {
        at_ += literal.size();
        return true;
      }
    }
    const size_t number = JsonNumberLength(text_.substr(at_));
    at_ += number;
    return number > 0 || Fail("a value");
  }

  bool String() {
    ++at_;
    while (at_ < text_.size() && text_[at_] != '"') {
      if (static_cast<unsigned char>(text_[at_]) < 0x20) {
        return Fail("control characters in a string as \\u escapes");
      }
      if (text_[at_] == '\\' && !Escape()) {
        return false;
      }
      ++at_;
    }
    return Take('"') || Fail("the '\"' that ends the string");
  }

  /// Up to the last character of an escape; the halves of a surrogate pair together.
  bool Escape() {
    const std::string_view escape = text_.substr(at_, 2);
    if (escape == "\\u") {
      return UnicodeEscape();
    }
    if (escape.size() < 2 ||
        std::string_view("\"\\/bfnrt").find(escape[1]) == std::string_view::npos) {
      return Fail("an escape of \" \\ / b f n r t or uXXXX");
    }
    ++at_;
    return true;
  }

  bool UnicodeEscape() {
    const std::optional<unsigned> high = HexAt(at_);
    if (!high) {
      return Fail("four hex digits after \\u");
    }
    const bool begins_pair = *high >= 0xD800 && *high < 0xDC00;
    const std::optional<unsigned> low = begins_pair ? HexAt(at_ + 6) : std::nullopt;
    const bool has_low = low && *low >= 0xDC00 && *low < 0xE000;
    if ((begins_pair && !has_low) || (*high >= 0xDC00 && *high < 0xE000)) {
      if (!takes_half_pairs_) {
        return Fail("both halves of a surrogate pair");
      }
      has_half_pair_ = true;
      at_ += 5;
      return true;
    }
    at_ += begins_pair ? 11 : 5;
    return true;
  }

  /// The value of the escape \uXXXX that stands at `at`.
  std::optional<unsigned> HexAt(size_t at) const {
    const std::string_view escape = at < text_.size() ? text_.substr(at, 6) : std::string_view();
    if (escape.size() < 6 || escape.substr(0, 2) != "\\u" ||
        !std::all_of(escape.begin() + 2, escape.end(), &IsHexDigit)) {
      return std::nullopt;
    }
    unsigned value = 0;
    for (const char c : escape.substr(2)) {
      const unsigned digit = c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
      value = value * 16 + digit;
    }
    return value;
  }

  const std::string_view text_;
  const bool takes_half_pairs_;
  bool has_half_pair_ = false;
  size_t at_ = 0;
  std::vector<char> open_;
  std::optional<JsonMistake> mistake_;
};

}  // namespace

size_t JsonNumberLength(std::string_view text) {
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
    return take_digits() ? at : 0;
  }
  return at;
}

JsonString ScanJsonString(std::string_view text) {
  return Scanner(text, /*takes_half_pairs=*/true).ScanString();
}

std::optional<JsonMistake> FindJsonMistake(std::string_view text) {
  return Scanner(text).Scan();
}

}  // namespace tidings
