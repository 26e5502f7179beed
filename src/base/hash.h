#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tidings {

/// A 128-bit XXH3 hash.
struct Hash128 {
  uint64_t high = 0;
  uint64_t low = 0;

  friend bool operator==(const Hash128&, const Hash128&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const Hash128& v) {
    return H::combine(std::move(h), v.high, v.low);
  }

  /// 32 lower-case hex digits, most significant first.
  std::string ToHex() const;
};

Hash128 Xxh3(std::string_view bytes, uint64_t seed = 0);
uint64_t Xxh3Low(std::string_view bytes, uint64_t seed = 0);

/// 64 random bits, for hashes and names that outsiders should not foresee.
uint64_t RandomSeed();

/// A version 7 UUID (RFC 9562, section 5.7) for time `now_ms`; ascending within a process.
std::string NewUuidV7(int64_t now_ms);
/// A random version 4 UUID, for reports that users make.
std::string NewUuidV4();

}  // namespace tidings
