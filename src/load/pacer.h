#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace tidings::load {

using TimePoint = std::chrono::steady_clock::time_point;

/// Decides when requests are due, on the clock that is handed in.
///
/// At a fixed rate a request's latency counts from when it was due, also when it could be sent only
/// later: a server that stalls is not asked less often than it says it can take.
///
/// Thread safety: externally synchronised.
class Pacer {
 public:
  struct Options {
    /// 0: whenever a connection is free.
    double requests_per_second = 0;
    /// 0: without end.
    uint64_t requests = 0;
    std::chrono::nanoseconds duration{0};
  };

  Pacer(Options options, TimePoint start) : options_(options), start_(start) {}

  /// The intended time of the next request if it is due at `now`, and counts it as taken.
  std::optional<TimePoint> TakeDue(TimePoint now);
  /// When there is something to take again; nothing at the end, nor in a closed loop.
  std::optional<TimePoint> next_due() const;
  /// Whether nothing is taken any more from `now` on.
  bool IsOver(TimePoint now) const { return HasTakenAll() || IsBehindEnd(now); }
  /// Requests that were due before the end, and that nobody could take in time.
  uint64_t missed(TimePoint now) const;

 private:
  TimePoint DueAt(uint64_t request) const;
  bool HasTakenAll() const { return options_.requests > 0 && taken_ >= options_.requests; }
  bool IsBehindEnd(TimePoint time) const;

  const Options options_;
  const TimePoint start_;
  uint64_t taken_ = 0;
};

}  // namespace tidings::load
