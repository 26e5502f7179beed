#include "store/embedded/clock_watch.h"

#include <cstdlib>

namespace tidings::embedded {
namespace {

/// What NTP slews between two readings, and more.
constexpr std::chrono::milliseconds kMostDrift = std::chrono::minutes(1);
constexpr std::chrono::milliseconds kDistrust = std::chrono::hours(1);

}  // namespace

bool ClockWatch::IsTrusted(const Clock& clock) {
  const Reading now = {.wall_ms = clock.NowMs(), .steady = clock.Steady()};
  if (last_) {
    const auto by_steady =
        std::chrono::duration_cast<std::chrono::milliseconds>(now.steady - last_->steady);
    const std::chrono::milliseconds by_wall(now.wall_ms - last_->wall_ms);
    if (std::chrono::abs(by_wall - by_steady) > kMostDrift) {
      stepped_ = now.steady;
    }
  }
  last_ = now;
  return !stepped_ || now.steady - *stepped_ >= kDistrust;
}

}  // namespace tidings::embedded
