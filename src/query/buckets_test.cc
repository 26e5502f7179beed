#include "query/buckets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/status.h"

namespace tidings::query {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr int64_t kBucketMinute = 60'000;

const absl::TimeZone kUtc = absl::UTCTimeZone();

absl::TimeZone Berlin() {
  absl::TimeZone zone;
  EXPECT_TRUE(absl::LoadTimeZone("Europe/Berlin", &zone));
  return zone;
}

TEST(BucketsTest, AreAlignedToTheEpoch) {
  const auto buckets = CutBySteps({.from = 90'500, .to = 180'001}, kBucketMinute, kUtc);
  ASSERT_TRUE(buckets.ok());
  EXPECT_THAT(buckets->edges, ElementsAre(60'000, 120'000, 180'000, 240'000));
  EXPECT_EQ(buckets->step_ms, kBucketMinute);
}

TEST(BucketsTest, EndWithTheWindow) {
  EXPECT_THAT(
      CutBySteps({.from = 60'000, .to = 120'000}, kBucketMinute, kUtc)->edges,
      ElementsAre(60'000, 120'000)
  );
  EXPECT_THAT(
      CutBySteps({.from = 60'000, .to = 60'000}, kBucketMinute, kUtc)->edges,
      ElementsAre(60'000, 120'000)
  );
}

TEST(BucketsTest, ReachBackBeforeTheEpoch) {
  EXPECT_THAT(CutBySteps({.from = -1, .to = 1}, 1000, kUtc)->edges, ElementsAre(-1000, 0, 1000));
}

TEST(BucketsTest, AreDaysOfAZone) {
  // 2023-10-29, the day on which summer time ends, and the one after.
  const TimeWindow window{.from = 1'698'573'600'000, .to = 1'698'573'600'000 + 30 * 3'600'000};
  const auto buckets = CutBySteps(window, kDayMs, Berlin());
  ASSERT_TRUE(buckets.ok());
  EXPECT_THAT(buckets->edges, ElementsAre(1'698'530'400'000, 1'698'620'400'000, 1'698'706'800'000));
}

TEST(BucketsTest, RefuseTooShortStepsAndTooManyBuckets) {
  EXPECT_THAT(
      MessageOf(CutBySteps({.from = 0, .to = 1}, 999, kUtc).status()),
      HasSubstr("is 999 ms, expected at least 1s")
  );
  EXPECT_TRUE(CutBySteps({.from = 0, .to = 1'000'000}, 1000, kUtc).ok());
  EXPECT_THAT(
      MessageOf(CutBySteps({.from = 0, .to = 1'000'001}, 1000, kUtc).status()),
      HasSubstr("into more than 1000 buckets")
  );
}

TEST(BucketsTest, HaveTheLeastRoundStep) {
  EXPECT_EQ(CutInto({.from = 0, .to = 60 * kBucketMinute}, 60, kUtc).step_ms, kBucketMinute);
  EXPECT_EQ(
      CutInto({.from = 1, .to = 60 * kBucketMinute + 1}, 60, kUtc).step_ms, 2 * kBucketMinute
  );
  EXPECT_EQ(CutInto({.from = 0, .to = 60 * kBucketMinute}, 100, kUtc).step_ms, kBucketMinute);
  EXPECT_EQ(CutInto({.from = 0, .to = 1}, 1, kUtc).step_ms, 1000);
}

TEST(BucketsTest, CoverAllTimeWithAsManyAsAreAsked) {
  for (const size_t count : {size_t{1}, size_t{2}, size_t{7}, size_t{1000}}) {
    const TimeWindow window{.from = 0, .to = 253'402'300'799'999};
    const Buckets buckets = CutInto(window, count, Berlin());
    EXPECT_LE(buckets.count(), count);
    EXPECT_LE(buckets.edges.front(), window.from);
    EXPECT_GE(buckets.edges.back(), window.to);
  }
}

}  // namespace
}  // namespace tidings::query
