#include "store/embedded/clock_watch.h"

#include <gtest/gtest.h>

namespace tidings::embedded {
namespace {

using std::chrono_literals::operator""min;
using std::chrono_literals::operator""h;

/// Both hands move apart.
class TwoHandedClock final : public Clock {
 public:
  int64_t NowMs() const override { return wall_ms_; }
  std::chrono::steady_clock::time_point Steady() const override { return steady_; }

  void Advance(std::chrono::milliseconds by) {
    wall_ms_ += by.count();
    steady_ += by;
  }
  void Step(std::chrono::milliseconds by) { wall_ms_ += by.count(); }

 private:
  int64_t wall_ms_ = 1'700'000'000'000;
  std::chrono::steady_clock::time_point steady_{std::chrono::hours(1)};
};

TEST(ClockWatchTest, TrustsAClockThatOnlyMovesOn) {
  TwoHandedClock clock;
  ClockWatch watch;
  for (int i = 0; i < 100; ++i) {
    EXPECT_TRUE(watch.IsTrusted(clock));
    clock.Advance(10h);
  }
}

TEST(ClockWatchTest, DistrustsAClockForAnHourAfterItStepped) {
  for (const auto step : {std::chrono::hours(24 * 365), std::chrono::hours(-1)}) {
    TwoHandedClock clock;
    ClockWatch watch;
    EXPECT_TRUE(watch.IsTrusted(clock));
    clock.Step(step);
    EXPECT_FALSE(watch.IsTrusted(clock));
    clock.Advance(59min);
    EXPECT_FALSE(watch.IsTrusted(clock));
    clock.Advance(1min);
    EXPECT_TRUE(watch.IsTrusted(clock));
  }
}

TEST(ClockWatchTest, BearsWithSmallCorrections) {
  TwoHandedClock clock;
  ClockWatch watch;
  EXPECT_TRUE(watch.IsTrusted(clock));
  clock.Advance(10min);
  clock.Step(std::chrono::milliseconds(500));
  EXPECT_TRUE(watch.IsTrusted(clock));
}

}  // namespace
}  // namespace tidings::embedded
