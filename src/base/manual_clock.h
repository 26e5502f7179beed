#pragma once

#include <atomic>

#include "base/clock.h"

namespace tidings {

/// A clock that stands still until a test moves it.
///
/// Thread safety: safe.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(int64_t now_ms = 1'700'000'000'000) : now_ms_(now_ms) {}

  int64_t NowMs() const override { return now_ms_; }
  std::chrono::steady_clock::time_point Steady() const override {
    return std::chrono::steady_clock::time_point(std::chrono::milliseconds(now_ms_.load()));
  }

  void Set(int64_t now_ms) { now_ms_ = now_ms; }
  void Advance(std::chrono::milliseconds by) { now_ms_ += by.count(); }

 private:
  std::atomic<int64_t> now_ms_;
};

}  // namespace tidings
