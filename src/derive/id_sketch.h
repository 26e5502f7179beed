#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tidings::derive {

/// Which ids were added, in 4 KiB at most: one that was is always told, one that was not now and
/// then. Up to 1,024 ids that is one in millions; of n more, about one in 32,768 / n.
class IdSketch {
 public:
  /// An id as it is looked for.
  static uint64_t HashOf(std::string_view id);

  /// One that may have any id.
  static IdSketch OfAll();

  void Add(std::string_view id);
  bool MayHave(uint64_t hash) const;
  bool MayHave(std::string_view id) const { return MayHave(HashOf(id)); }

  /// As it is kept: docs/formats/derive-state-v1.md.
  std::string ToBytes() const;
  static std::optional<IdSketch> FromBytes(std::string_view bytes);

  friend bool operator==(const IdSketch&, const IdSketch&) = default;

 private:
  static constexpr size_t kWords = 1024;

  void SetBit(uint32_t hash);

  /// Sorted hashes of 32 bits, while they are few; then bits, by the upper bits of the hash.
  std::vector<uint32_t> words_;
  bool is_bits_ = false;
};

}  // namespace tidings::derive
