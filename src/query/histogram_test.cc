#include "query/histogram.h"

#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "event/testing/batch_builder.h"

namespace tidings::query {
namespace {

using ::testing::ElementsAre;
using testing::EventOf;
using testing::ReportSpec;

constexpr int64_t kHistogramNow = 45'000;
constexpr TimeWindow kHistogramWindow{.from = 10'000, .to = 40'000};

std::vector<HistogramBucket> CountAll(
    const std::vector<ReportSpec>& reports, const TimeWindow& window = kHistogramWindow
) {
  const Buckets buckets = *CutBySteps(window, 10'000, absl::UTCTimeZone());
  HistogramBuilder builder(buckets, window, kHistogramNow);
  for (const ReportSpec& report : reports) {
    builder.Add(EventOf(report, 25'000).view());
  }
  return builder.Finish();
}

std::vector<uint64_t> NormalOf(
    const std::vector<HistogramBucket>& buckets, TypeCounts HistogramBucket::*counts
) {
  std::vector<uint64_t> normal;
  for (const HistogramBucket& bucket : buckets) {
    normal.push_back((bucket.*counts)[0]);
  }
  return normal;
}

TEST(HistogramTest, CountsStartsEndsAndWhatIsActive) {
  const auto buckets = CountAll({{.id = "a", .start = 12'000, .end = 25'000}});
  EXPECT_THAT(NormalOf(buckets, &HistogramBucket::started), ElementsAre(1, 0, 0));
  EXPECT_THAT(NormalOf(buckets, &HistogramBucket::ended), ElementsAre(0, 1, 0));
  EXPECT_THAT(NormalOf(buckets, &HistogramBucket::active), ElementsAre(1, 1, 0));
}

TEST(HistogramTest, CountsErrorsByThemselves) {
  const auto buckets =
      CountAll({{.id = "a", .type = EventType::kError, .start = 12'000, .end = 12'000}});
  EXPECT_THAT(buckets[0].started, ElementsAre(0, 1));
  EXPECT_THAT(buckets[0].ended, ElementsAre(0, 1));
  EXPECT_THAT(buckets[0].active, ElementsAre(0, 1));
}

TEST(HistogramTest, LetsEventsReachBeyondTheWindow) {
  const auto buckets =
      CountAll({{.id = "a", .start = 5'000, .end = 99'000}, {.id = "b", .start = 31'000}});
  EXPECT_THAT(NormalOf(buckets, &HistogramBucket::started), ElementsAre(0, 0, 1));
  EXPECT_THAT(NormalOf(buckets, &HistogramBucket::ended), ElementsAre(0, 0, 0));
  EXPECT_THAT(NormalOf(buckets, &HistogramBucket::active), ElementsAre(1, 1, 2));
}

TEST(HistogramTest, CountsAnEndThatTouchesABucketAsActiveThere) {
  const auto buckets = CountAll({{.id = "a", .start = 12'000, .end = 20'000}});
  EXPECT_THAT(NormalOf(buckets, &HistogramBucket::active), ElementsAre(1, 1, 0));
}

TEST(HistogramTest, PutsOrphanEndsAndInferredTimesWhereTheyStand) {
  const auto buckets = CountAll({{.id = "a", .end = 15'000}, {.id = "b", .name = "A"}});
  EXPECT_THAT(NormalOf(buckets, &HistogramBucket::started), ElementsAre(0, 1, 0));
  EXPECT_THAT(NormalOf(buckets, &HistogramBucket::ended), ElementsAre(1, 1, 0));
  EXPECT_THAT(NormalOf(buckets, &HistogramBucket::active), ElementsAre(1, 1, 0));
}

TEST(HistogramTest, DoesNotCountWhatLiesInABucketButOutsideOfTheWindow) {
  const auto buckets = CountAll({{.id = "a", .start = 11'000, .end = 16'000}}, {15'000, 25'000});
  EXPECT_THAT(NormalOf(buckets, &HistogramBucket::started), ElementsAre(0, 0));
  EXPECT_THAT(NormalOf(buckets, &HistogramBucket::ended), ElementsAre(1, 0));
}

TEST(HistogramTest, CountsAnInstant) {
  const auto buckets = CountAll({{.id = "a", .start = 15'000, .end = 16'000}}, {15'000, 15'000});
  EXPECT_THAT(NormalOf(buckets, &HistogramBucket::started), ElementsAre(1));
  EXPECT_THAT(NormalOf(buckets, &HistogramBucket::ended), ElementsAre(0));
  EXPECT_THAT(NormalOf(buckets, &HistogramBucket::active), ElementsAre(1));
}

}  // namespace
}  // namespace tidings::query
