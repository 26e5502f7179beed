#include "event/text_pattern.h"

#include <algorithm>

namespace tidings {

TextPattern TextPattern::Exactly(std::string_view text) {
  return TextPattern({std::string(text)});
}

TextPattern TextPattern::FromPieces(std::vector<std::string> pieces) {
  if (pieces.size() > 2) {
    // `a**b` is `a*b`: empty pieces in the middle say nothing.
    pieces.erase(
        std::remove(pieces.begin() + 1, pieces.end() - 1, std::string()), pieces.end() - 1
    );
  }
  return TextPattern(std::move(pieces));
}

bool TextPattern::IsAnything() const {
  return pieces_.size() == 2 && pieces_.front().empty() && pieces_.back().empty();
}

bool TextPattern::Matches(std::string_view text) const {
  if (IsExact()) {
    return text == pieces_.front();
  }
  const std::string& first = pieces_.front();
  const std::string& last = pieces_.back();
  if (text.size() < first.size() + last.size() || !text.starts_with(first) ||
      !text.ends_with(last)) {
    return false;
  }
  text.remove_prefix(first.size());
  text.remove_suffix(last.size());
  // The leftmost place of each piece leaves the most room for the next.
  for (size_t i = 1; i + 1 < pieces_.size(); ++i) {
    const size_t found = text.find(pieces_[i]);
    if (found == std::string_view::npos) {
      return false;
    }
    text.remove_prefix(found + pieces_[i].size());
  }
  return true;
}

}  // namespace tidings
