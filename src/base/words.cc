#include "base/words.h"

#include <algorithm>
#include <array>
#include <utf8proc.h>

namespace tidings {
namespace {

/// A character and its size in bytes; 0 bytes at the end of the text.
struct Character {
  int32_t code = 0;
  size_t bytes = 0;
};

Character CharacterAt(std::string_view text, size_t at) {
  if (at == text.size()) {
    return {};
  }
  const auto byte = static_cast<unsigned char>(text[at]);
  if (byte < 0x80) {
    return {.code = byte, .bytes = 1};
  }
  Character character;
  const auto read = utf8proc_iterate(
      reinterpret_cast<const utf8proc_uint8_t*>(text.data()) + at,
      static_cast<utf8proc_ssize_t>(text.size() - at),
      &character.code
  );
  // The model knows valid UTF-8 only; a broken byte is no letter.
  character.bytes = read > 0 ? static_cast<size_t>(read) : 1;
  return character;
}

constexpr bool IsAsciiWord(int32_t code) {
  const int32_t lower = code | 0x20;
  return (lower >= 'a' && lower <= 'z') || (code >= '0' && code <= '9');
}

bool IsWordCharacter(int32_t code) {
  if (code < 0x80) {
    return IsAsciiWord(code);
  }
  switch (utf8proc_category(code)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_ND:
      return true;
    default:
      return false;
  }
}

constexpr std::array<char, 256> MakeFoldedAscii() {
  std::array<char, 256> folded{};
  for (int32_t code = 0; code < 0x80; ++code) {
    const bool is_upper = code >= 'A' && code <= 'Z';
    folded[static_cast<size_t>(code)] =
        IsAsciiWord(code) ? static_cast<char>(is_upper ? code | 0x20 : code) : '\0';
  }
  return folded;
}

/// A letter or digit of ASCII, folded; 0 for any other byte.
char FoldedAscii(char c) {
  static constexpr std::array<char, 256> kFolded = MakeFoldedAscii();
  return kFolded[static_cast<unsigned char>(c)];
}

bool IsAscii(char c) {
  return static_cast<unsigned char>(c) < 0x80;
}

struct Range {
  int32_t first = 0;
  int32_t last = 0;
};

/// Blocks of Han and Kana (Unicode 14, Blocks.txt).
constexpr std::array<Range, 9> kHanAndKana = {
    {{0x3005, 0x3007},
     {0x3040, 0x30FF},
     {0x31F0, 0x31FF},
     {0x3400, 0x4DBF},
     {0x4E00, 0x9FFF},
     {0xF900, 0xFAFF},
     {0xFF66, 0xFF9F},
     {0x1AFF0, 0x1B16F},
     {0x20000, 0x3FFFD}}};

bool StandsAlone(int32_t code) {
  return code >= kHanAndKana.front().first &&
         std::any_of(kHanAndKana.begin(), kHanAndKana.end(), [code](const Range& range) {
           return range.first <= code && code <= range.last;
         });
}

/// Simple case folding (CaseFolding.txt, C and S): characters that differ only by case become the
/// same one.
int32_t Fold(int32_t code) {
  constexpr int32_t kCapitalDottedI = 0x130;  // Folds by itself in Turkic languages only.
  constexpr int32_t kDotlessI = 0x131;
  if (code == kCapitalDottedI || code == kDotlessI) {
    return code;
  }
  return utf8proc_tolower(utf8proc_toupper(code));
}

void AppendFolded(std::string& out, int32_t code) {
  if (code < 0x80) {
    const bool is_upper = code >= 'A' && code <= 'Z';
    out.push_back(static_cast<char>(is_upper ? code | 0x20 : code));
    return;
  }
  std::array<utf8proc_uint8_t, 4> bytes{};
  const auto size = utf8proc_encode_char(Fold(code), bytes.data());
  out.append(reinterpret_cast<const char*>(bytes.data()), static_cast<size_t>(size));
}

}  // namespace

bool WordReader::Next() {
  size_t at = end_;
  while (at < text_.size() && IsAscii(text_[at]) && FoldedAscii(text_[at]) == 0) {
    ++at;
  }
  return TakeAscii(at) || TakeAny(at);
}

bool WordReader::TakeAscii(size_t at) {
  size_t end = at;
  int folds = 0;
  for (; end < text_.size() && FoldedAscii(text_[end]) != 0; ++end) {
    folds |= FoldedAscii(text_[end]) ^ text_[end];
  }
  if (end == at || (end < text_.size() && !IsAscii(text_[end]))) {
    return false;
  }
  is_glued_ = at == end_ && at != 0;
  begin_ = at;
  end_ = end;
  word_ = text_.substr(at, end - at);
  if (folds != 0) {
    folded_.resize(word_.size());
    std::transform(word_.begin(), word_.end(), folded_.begin(), FoldedAscii);
    word_ = folded_;
  }
  return true;
}

bool WordReader::TakeAny(size_t at) {
  Character character = CharacterAt(text_, at);
  while (character.bytes != 0 && !IsWordCharacter(character.code)) {
    at += character.bytes;
    character = CharacterAt(text_, at);
  }
  is_glued_ = at == end_ && at != 0;
  begin_ = at;
  end_ = at;
  folded_.clear();
  while (character.bytes != 0 && IsWordCharacter(character.code)) {
    const bool stands_alone = StandsAlone(character.code);
    if (stands_alone && begin_ != end_) {
      break;
    }
    AppendFolded(folded_, character.code);
    end_ += character.bytes;
    if (stands_alone) {
      break;
    }
    character = CharacterAt(text_, end_);
  }
  word_ = folded_;
  return begin_ != end_;
}

std::string FoldCase(std::string_view text) {
  std::string folded;
  folded.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    const Character character = CharacterAt(text, at);
    AppendFolded(folded, character.code);
    at += character.bytes;
  }
  return folded;
}

}  // namespace tidings
