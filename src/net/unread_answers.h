#pragma once

#include <atomic>
#include <cstddef>

namespace tidings::net {

/// Bytes of answers that wait in memory because their clients do not read them, in all.
///
/// Thread safety: safe.
class UnreadAnswers {
 public:
  size_t bytes() const { return bytes_.load(std::memory_order_relaxed); }

 private:
  friend class UnreadShare;
  std::atomic<size_t> bytes_{0};
};

/// What one place of output holds of them. Little counts for nothing: most answers are short, and
/// gone at once.
///
/// Thread safety: one thread.
/// Lifetime:      must not outlive its UnreadAnswers.
class UnreadShare {
 public:
  static constexpr size_t kLittle = size_t{4} << 10;

  explicit UnreadShare(UnreadAnswers& all) : all_(all) {}
  UnreadShare(const UnreadShare&) = delete;
  UnreadShare& operator=(const UnreadShare&) = delete;
  ~UnreadShare() { Set(0); }

  void Set(size_t bytes) {
    const size_t counted = bytes > kLittle ? bytes : 0;
    if (counted != bytes_) {
      all_.bytes_.fetch_add(counted - bytes_, std::memory_order_relaxed);
      bytes_ = counted;
    }
  }

 private:
  UnreadAnswers& all_;
  size_t bytes_ = 0;
};

}  // namespace tidings::net
