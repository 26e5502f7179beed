#pragma once

#include <cstdint>
#include <string_view>

#include "base/hash.h"

/// What ids are known by in the store's indexes.
namespace tidings::embedded {

/// The store's own seed: nobody outside can choose ids that collide.
inline uint64_t HashOfId(std::string_view id, uint64_t seed) {
  return Xxh3Low(id, seed);
}

/// What of a hash stands in id runs. Ids that share it are told apart by their rows.
inline constexpr unsigned kShortHashBits = 48;
inline uint64_t ShortHash(uint64_t hash) {
  return hash >> (64 - kShortHashBits);
}

}  // namespace tidings::embedded
