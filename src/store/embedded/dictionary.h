#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "store/embedded/bytes.h"

namespace tidings::embedded {

/// Gives each distinct text a number, in order of first use.
///
/// Lifetime: keeps views of the texts.
class DictionaryBuilder {
 public:
  DictionaryBuilder();

  uint32_t CodeOf(std::string_view text);
  std::string_view text(uint32_t code) const { return texts_[code]; }

  /// Count, then each text.
  void AppendTo(std::string& out) const;

 private:
  void Grow();

  static constexpr uint32_t kFree = ~uint32_t{0};

  std::vector<std::string_view> texts_;
  std::vector<uint64_t> hashes_;
  /// Open addressing; a power of two, at most half full.
  std::vector<uint32_t> slots_;
  /// Neighbours often say the same.
  std::string_view last_text_;
  uint32_t last_code_ = kFree;
};

/// The texts, views into the reader's bytes. False when they are malformed or more than
/// `max_texts`.
bool ReadDictionary(ByteReader& reader, size_t max_texts, std::vector<std::string_view>& texts);

}  // namespace tidings::embedded
