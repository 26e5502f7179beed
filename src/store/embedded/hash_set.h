#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace tidings::embedded {

/// Tells whether a hash was seen before. Hashes are random already, so that their own bits place
/// them: open addressing, at most half full.
///
/// Thread safety: one thread.
class HashSet {
 public:
  /// True when the hash was not there.
  bool Insert(uint64_t hash) {
    if (hash == kFree) {
      return !std::exchange(has_free_, true);
    }
    uint64_t& slot = SlotOf(hash);
    if (slot == hash) {
      return false;
    }
    slot = hash;
    if (++size_ * 2 > slots_.size()) {
      Grow();
    }
    return true;
  }

  /// Keeps its memory.
  void Clear() {
    std::fill(slots_.begin(), slots_.end(), kFree);
    size_ = 0;
    has_free_ = false;
  }

 private:
  static constexpr size_t kFirstSlots = 1024;
  /// Marks a free slot; the hash of that value is remembered apart.
  static constexpr uint64_t kFree = 0;

  uint64_t& SlotOf(uint64_t hash) {
    const size_t mask = slots_.size() - 1;
    size_t slot = hash & mask;
    while (slots_[slot] != kFree && slots_[slot] != hash) {
      slot = (slot + 1) & mask;
    }
    return slots_[slot];
  }

  void Grow() {
    const std::vector<uint64_t> before = std::exchange(slots_, {});
    slots_.assign(before.size() * 2, kFree);
    for (const uint64_t hash : before) {
      if (hash != kFree) {
        SlotOf(hash) = hash;
      }
    }
  }

  std::vector<uint64_t> slots_ = std::vector<uint64_t>(kFirstSlots, kFree);
  size_t size_ = 0;
  bool has_free_ = false;
};

}  // namespace tidings::embedded
