#pragma once

#include <chrono>
#include <cstdint>

namespace tidings::net {

/// Counts something cheap to send and dear to answer, in windows of 10 s.
///
/// Thread safety: one thread.
class FloodGuard {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  explicit FloodGuard(uint32_t limit) : limit_(limit) {}

  /// False when there were too many.
  bool Allow(TimePoint now) {
    constexpr std::chrono::seconds kWindow(10);
    if (now - window_start_ >= kWindow) {
      window_start_ = now;
      count_ = 0;
    }
    return ++count_ <= limit_;
  }

 private:
  uint32_t limit_;
  uint32_t count_ = 0;
  TimePoint window_start_{};
};

}  // namespace tidings::net
