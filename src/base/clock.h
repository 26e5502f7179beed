#pragma once

#include <chrono>
#include <cstdint>

namespace tidings {

/// Tells the time; injected wherever time matters, so that tests need no sleeps.
///
/// Thread safety: safe.
class Clock {
 public:
  virtual ~Clock() = default;

  /// Wall clock, milliseconds since the epoch, UTC. May step either way.
  virtual int64_t NowMs() const = 0;

  /// Monotonic clock, for deadlines and durations.
  virtual std::chrono::steady_clock::time_point Steady() const = 0;
};

/// The machine's clocks.
class SystemClock final : public Clock {
 public:
  int64_t NowMs() const override {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               std::chrono::system_clock::now().time_since_epoch()
    )
        .count();
  }
  std::chrono::steady_clock::time_point Steady() const override {
    return std::chrono::steady_clock::now();
  }
};

}  // namespace tidings
