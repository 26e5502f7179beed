#include "base/arena.h"

#include <algorithm>
#include <cstring>

namespace tidings {

char* Arena::Allocate(size_t size) {
  const size_t rounded = (size + kAlignment - 1) / kAlignment * kAlignment;
  if (rounded > left_) {
    const size_t chunk = std::max(
        rounded, std::min(kChunkBytes << std::min<size_t>(chunks_.size(), 6), size_t{1} << 18)
    );
    chunks_.push_back(std::make_unique_for_overwrite<char[]>(chunk));
    next_ = chunks_.back().get();
    left_ = chunk;
    bytes_ += chunk;
  }
  char* const result = next_;
  next_ += rounded;
  left_ -= rounded;
  return result;
}

std::string_view Arena::Copy(std::string_view text) {
  if (text.empty()) {
    return {};
  }
  char* const copy = Allocate(text.size());
  std::memcpy(copy, text.data(), text.size());
  return {copy, text.size()};
}

}  // namespace tidings
