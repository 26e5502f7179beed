#include "base/hash.h"

#include <random>

#include <absl/base/thread_annotations.h>
#include <fmt/format.h>
// Most of what is hashed are words and ids: a call into the shared library would cost as much.
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/mutex.h"

namespace tidings {
namespace {

/// RFC 9562, section 5.7, method 1: 48 bits of ms, then a counter that starts at random each ms.
class UuidV7Source {
 public:
  std::string Next(int64_t now_ms) {
    MutexLock lock(mutex_);
    if (now_ms > last_ms_) {
      last_ms_ = now_ms;
      // The top bit stays free, so that the counter cannot run over within a millisecond.
      counter_ = random_() & 0x1FF;
    } else if (++counter_ > 0xFFF) {
      ++last_ms_;
      counter_ = 0;
    }
    const uint64_t random = (uint64_t{random_()} << 32) | random_();
    return fmt::format(
        "{:08x}-{:04x}-7{:03x}-{:04x}-{:012x}",
        static_cast<uint64_t>(last_ms_) >> 16,
        static_cast<uint64_t>(last_ms_) & 0xFFFF,
        counter_,
        0x8000 | (random >> 50),
        random & 0xFFFF'FFFF'FFFF
    );
  }

 private:
  Mutex mutex_;
  std::random_device random_ ABSL_GUARDED_BY(mutex_);
  int64_t last_ms_ ABSL_GUARDED_BY(mutex_) = 0;
  uint32_t counter_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace

std::string Hash128::ToHex() const {
  return fmt::format("{:016x}{:016x}", high, low);
}

Hash128 Xxh3(std::string_view bytes, uint64_t seed) {
  const XXH128_hash_t hash = XXH3_128bits_withSeed(bytes.data(), bytes.size(), seed);
  return {hash.high64, hash.low64};
}

uint64_t Xxh3Low(std::string_view bytes, uint64_t seed) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

std::string NewUuidV7(int64_t now_ms) {
  static UuidV7Source source;
  return source.Next(now_ms);
}

uint64_t RandomSeed() {
  std::random_device random;
  return uint64_t{random()} << 32 | random();
}

std::string NewUuidV4() {
  const uint64_t high = RandomSeed();
  const uint64_t low = RandomSeed();
  return fmt::format(
      "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
      high >> 32,
      (high >> 16) & 0xFFFF,
      high & 0xFFF,
      0x8000 | (low >> 50),
      low & 0xFFFF'FFFF'FFFF
  );
}

}  // namespace tidings
