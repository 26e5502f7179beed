#include "load/latency_histogram.h"

#include <gtest/gtest.h>

namespace tidings::load {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

TEST(LatencyHistogramTest, HasNoQuantileOfNothing) {
  EXPECT_EQ(LatencyHistogram().Quantile(0.99), nanoseconds(0));
}

TEST(LatencyHistogramTest, TellsShortLatenciesExactly) {
  LatencyHistogram histogram;
  for (int us = 1; us <= 100; ++us) {
    histogram.Add(microseconds(us));
  }
  EXPECT_EQ(histogram.Quantile(0.5), microseconds(50));
  EXPECT_EQ(histogram.Quantile(0.99), microseconds(99));
  EXPECT_EQ(histogram.Quantile(1), microseconds(100));
}

TEST(LatencyHistogramTest, IsAtMostOnePercentAboveTheTruthAtAnySize) {
  for (int64_t us = 3; us < int64_t{36'000'000'000}; us = us * 3 + 1) {
    LatencyHistogram histogram;
    histogram.Add(microseconds(us));
    histogram.Add(milliseconds(40'000'000));
    const double found = static_cast<double>(histogram.Quantile(0.5).count()) / 1000;
    EXPECT_GE(found, static_cast<double>(us));
    EXPECT_LE(found, static_cast<double>(us) * 1.01);
  }
}

TEST(LatencyHistogramTest, NeverTellsMoreThanTheLongest) {
  LatencyHistogram histogram;
  histogram.Add(microseconds(1'000'001));
  EXPECT_EQ(histogram.Quantile(0.5), microseconds(1'000'001));
  EXPECT_EQ(histogram.longest(), microseconds(1'000'001));
}

}  // namespace
}  // namespace tidings::load
