#include "net/rate_limiter.h"

#include <chrono>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace tidings::net {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const RateLimiter::TimePoint kBegin{seconds(1'000'000)};

TEST(RateLimiterTest, LetsABurstPassAndThenTheRate) {
  RateLimiter limiter({.rate = {.events_per_second = 10}, .burst_seconds = 2});
  limiter.Charge("a", 20, 0, kBegin);
  EXPECT_EQ(limiter.WaitOf("a", kBegin), milliseconds(0));
  limiter.Charge("a", 10, 0, kBegin);
  EXPECT_EQ(limiter.WaitOf("a", kBegin), milliseconds(1000));
  EXPECT_EQ(limiter.WaitOf("a", kBegin + seconds(1)), milliseconds(0));
}

TEST(RateLimiterTest, TakesUpANewRate) {
  RateLimiter limiter({.burst_seconds = 2});
  EXPECT_FALSE(limiter.is_limited());
  limiter.Charge("a", 1'000'000, 0, kBegin);
  limiter.SetRate({.events_per_second = 10});
  EXPECT_EQ(limiter.WaitOf("a", kBegin), milliseconds(0)) << "what was free stays free";
  limiter.Charge("a", 40, 0, kBegin);
  EXPECT_EQ(limiter.WaitOf("a", kBegin), milliseconds(2000));
  limiter.SetRate({.events_per_second = 20});
  EXPECT_EQ(limiter.WaitOf("a", kBegin), milliseconds(0));
  limiter.Charge("a", 20, 0, kBegin);
  limiter.SetRate({});
  EXPECT_EQ(limiter.WaitOf("a", kBegin), milliseconds(0));
}

TEST(RateLimiterTest, CountsBytesApart) {
  RateLimiter limiter({.rate = {.bytes_per_second = 100}, .burst_seconds = 1});
  limiter.Charge("a", 1'000'000, 100, kBegin);
  EXPECT_EQ(limiter.WaitOf("a", kBegin), milliseconds(0));
  limiter.Charge("a", 0, 50, kBegin);
  EXPECT_EQ(limiter.WaitOf("a", kBegin), milliseconds(500));
}

TEST(RateLimiterTest, DoesNotMakeOthersWait) {
  RateLimiter limiter({.rate = {.events_per_second = 1}});
  limiter.Charge("a", 1000, 0, kBegin);
  EXPECT_GT(limiter.WaitOf("a", kBegin), milliseconds(0));
  EXPECT_EQ(limiter.WaitOf("b", kBegin), milliseconds(0));
}

TEST(RateLimiterTest, RemembersNoMoreThanItMayOfAMillionKeys) {
  RateLimiter limiter({.rate = {.events_per_second = 1}, .max_keys = 1000});
  for (int i = 0; i < 1'000'000; ++i) {
    limiter.Charge(fmt::format("10.{}", i), 5, 0, kBegin + milliseconds(i));
    ASSERT_LE(limiter.size(), 1000U);
  }
}

TEST(RateLimiterTest, ForgetsWhoOwesNothingWhenItNeedsThePlace) {
  RateLimiter limiter({.rate = {.events_per_second = 1}, .max_keys = 2});
  limiter.Charge("a", 10, 0, kBegin);
  limiter.Charge("b", 10'000, 0, kBegin);
  limiter.Charge("c", 10'000, 0, kBegin + seconds(60));
  EXPECT_EQ(limiter.size(), 2U);
  EXPECT_GT(limiter.WaitOf("b", kBegin + seconds(60)), seconds(9000));
  EXPECT_GT(limiter.WaitOf("c", kBegin + seconds(60)), seconds(9000));
}

TEST(RateLimiterTest, TakesANetworkOfIpv6ForOneSender) {
  EXPECT_EQ(RateKeyOf("192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(RateKeyOf("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2");
  EXPECT_EQ(RateKeyOf("2001:db8:1:2::6"), "2001:db8:1:2");
  EXPECT_EQ(RateKeyOf("2001:db8::6"), "2001:db8");
  EXPECT_EQ(RateKeyOf("::ffff:192.0.2.7"), "::ffff:192.0.2.7");
}

}  // namespace
}  // namespace tidings::net
