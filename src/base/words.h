#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// Words of a text, as free text search knows them.
namespace tidings {

/// Reads the words of a text one by one, folded. A word is a run of Unicode letters and digits
/// (categories L and Nd); of Han and Kana each character is a word of its own, so that a search
/// matches inside runs.
///
/// Thread safety: one thread.
/// Lifetime:      borrows the text, which must be valid UTF-8.
class WordReader {
 public:
  explicit WordReader(std::string_view text) : text_(text) {}
  WordReader(const WordReader&) = delete;
  WordReader& operator=(const WordReader&) = delete;
  ~WordReader() = default;

  /// Goes on to the next word; false when there is none.
  bool Next();

  /// The present word, simple case folding applied. Valid until the next call of Next.
  std::string_view word() const { return word_; }
  /// Whether nothing stands between the word before and this one (inside a run with Han or Kana).
  bool is_glued() const { return is_glued_; }
  /// Where the present word begins and ends, in bytes of the text.
  size_t begin() const { return begin_; }
  size_t end() const { return end_; }

 private:
  /// Tries the way that nearly all text allows: a word in ASCII from `at` on, with nothing else at
  /// its end. False: nothing has changed.
  bool TakeAscii(size_t at);
  bool TakeAny(size_t at);

  std::string_view text_;
  /// In the text itself, or in folded_ where folding changes it.
  std::string_view word_;
  std::string folded_;
  size_t begin_ = 0;
  size_t end_ = 0;
  bool is_glued_ = false;
};

/// All of `text` (valid UTF-8) with simple case folding applied.
std::string FoldCase(std::string_view text);

}  // namespace tidings
