#include "load/pacer.h"

#include <gtest/gtest.h>

namespace tidings::load {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr TimePoint kStart{seconds(1000)};

TEST(PacerTest, TakesAtOnceInAClosedLoopUntilAllAreTaken) {
  Pacer pacer({.requests = 2}, kStart);
  EXPECT_EQ(pacer.TakeDue(kStart), kStart);
  EXPECT_EQ(pacer.TakeDue(kStart + seconds(5)), kStart + seconds(5));
  EXPECT_EQ(pacer.TakeDue(kStart + seconds(5)), std::nullopt);
  EXPECT_TRUE(pacer.IsOver(kStart + seconds(5)));
}

TEST(PacerTest, TakesNothingBeforeItIsDueAtAFixedRate) {
  Pacer pacer({.requests_per_second = 10}, kStart);
  EXPECT_EQ(pacer.TakeDue(kStart), kStart);
  EXPECT_EQ(pacer.TakeDue(kStart + milliseconds(99)), std::nullopt);
  EXPECT_EQ(pacer.next_due(), kStart + milliseconds(100));
  EXPECT_EQ(pacer.TakeDue(kStart + milliseconds(100)), kStart + milliseconds(100));
}

TEST(PacerTest, KeepsTheIntendedTimesOfWhatIsTakenLate) {
  Pacer pacer({.requests_per_second = 10}, kStart);
  const TimePoint late = kStart + milliseconds(250);
  EXPECT_EQ(pacer.TakeDue(late), kStart);
  EXPECT_EQ(pacer.TakeDue(late), kStart + milliseconds(100));
  EXPECT_EQ(pacer.TakeDue(late), kStart + milliseconds(200));
  EXPECT_EQ(pacer.TakeDue(late), std::nullopt);
}

TEST(PacerTest, IsOverWhenTheDurationIs) {
  Pacer pacer({.duration = seconds(2)}, kStart);
  EXPECT_FALSE(pacer.IsOver(kStart + milliseconds(1999)));
  EXPECT_TRUE(pacer.IsOver(kStart + seconds(2)));
  EXPECT_EQ(pacer.TakeDue(kStart + seconds(2)), std::nullopt);
}

TEST(PacerTest, CountsWhatWasDueButNobodyTook) {
  Pacer pacer({.requests_per_second = 10, .duration = seconds(2)}, kStart);
  pacer.TakeDue(kStart);
  pacer.TakeDue(kStart + milliseconds(100));
  EXPECT_EQ(pacer.missed(kStart + seconds(1)), 0);
  EXPECT_EQ(pacer.missed(kStart + seconds(2)), 18);
}

TEST(PacerTest, HasNoNextTimeInAClosedLoop) {
  EXPECT_EQ(Pacer({.requests = 5}, kStart).next_due(), std::nullopt);
}

}  // namespace
}  // namespace tidings::load
