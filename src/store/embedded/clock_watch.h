#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "base/clock.h"

namespace tidings::embedded {

/// Tells whether the wall clock can be trusted with deleting things: for an hour after it stepped
/// against the monotonic one, it cannot.
///
/// Thread safety: one thread at a time.
class ClockWatch {
 public:
  /// To be called every few minutes or more often.
  bool IsTrusted(const Clock& clock);

 private:
  struct Reading {
    int64_t wall_ms = 0;
    std::chrono::steady_clock::time_point steady;
  };

  std::optional<Reading> last_;
  std::optional<std::chrono::steady_clock::time_point> stepped_;
};

}  // namespace tidings::embedded
