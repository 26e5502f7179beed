#include "net/progress_deadline.h"

#include <gtest/gtest.h>

#include "net/flood_guard.h"

namespace tidings::net {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr ProgressDeadline::TimePoint kStart{};

TEST(ProgressDeadlineTest, IsNotDueWhileNothingIsIncomplete) {
  ProgressDeadline deadline(seconds(10), 1024);
  EXPECT_FALSE(deadline.due());
  deadline.Begin(kStart);
  deadline.End();
  EXPECT_FALSE(deadline.IsOver(kStart + seconds(99)));
}

TEST(ProgressDeadlineTest, IsEarnedByBytes) {
  ProgressDeadline deadline(seconds(10), 1024);
  deadline.Begin(kStart);
  EXPECT_EQ(deadline.due(), kStart + seconds(10));
  deadline.AddBytes(512);
  EXPECT_EQ(deadline.due(), kStart + seconds(10) + milliseconds(500));
}

TEST(ProgressDeadlineTest, DoesNotCountTheServersOwnPauses) {
  ProgressDeadline deadline(seconds(10), 1024);
  deadline.Begin(kStart);
  deadline.Pause(kStart + seconds(1));
  EXPECT_FALSE(deadline.IsOver(kStart + seconds(99)));
  deadline.Resume(kStart + seconds(5));
  EXPECT_EQ(deadline.due(), kStart + seconds(14));
}

TEST(FloodGuardTest, AllowsSoManyPerWindow) {
  FloodGuard guard(2);
  EXPECT_TRUE(guard.Allow(kStart + seconds(100)));
  EXPECT_TRUE(guard.Allow(kStart + seconds(101)));
  EXPECT_FALSE(guard.Allow(kStart + seconds(102)));
  EXPECT_TRUE(guard.Allow(kStart + seconds(111)));
}

}  // namespace
}  // namespace tidings::net
