#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tidings {

/// A text in which `*` may stand for any characters: `checkout`, `check*`, `*-canary-*`. Compares
/// bytes.
class TextPattern {
 public:
  /// The text itself, whatever characters it has.
  static TextPattern Exactly(std::string_view text);
  /// `pieces` with any characters between each two of them. At least one piece; one alone is the
  /// text itself, `{"", ""}` is `*`.
  static TextPattern FromPieces(std::vector<std::string> pieces);

  bool Matches(std::string_view text) const;

  /// `*` alone: asks whether there is a value at all.
  bool IsAnything() const;
  /// Without wildcards: the only text that matches.
  bool IsExact() const { return pieces_.size() == 1; }
  /// What every text that matches begins with; the whole text when the pattern is exact.
  const std::string& prefix() const { return pieces_.front(); }
  const std::vector<std::string>& pieces() const { return pieces_; }

  friend bool operator==(const TextPattern&, const TextPattern&) = default;

 private:
  explicit TextPattern(std::vector<std::string> pieces) : pieces_(std::move(pieces)) {}

  std::vector<std::string> pieces_;
};

}  // namespace tidings
