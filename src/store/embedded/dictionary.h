#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "store/embedded/bytes.h"

namespace tidings::embedded {

/// Gives each distinct text a number, in order of first use. A view that it was given lately is
/// known by its place alone: rows that come out of another block share the texts of that block.
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
  struct Seen {
    std::string_view text;
    uint32_t code = kFree;
  };

  uint32_t Find(std::string_view text);
  void Grow();

  static constexpr uint32_t kFree = ~uint32_t{0};
  static constexpr size_t kSeen = 64;

  std::vector<std::string_view> texts_;
  std::vector<uint64_t> hashes_;
  /// Open addressing; a power of two, at most half full.
  std::vector<uint32_t> slots_;
  /// By the place of the view.
  std::array<Seen, kSeen> seen_;
};

/// The texts, views into the reader's bytes. False when they are malformed or more than
/// `max_texts`.
bool ReadDictionary(ByteReader& reader, size_t max_texts, std::vector<std::string_view>& texts);

}  // namespace tidings::embedded
