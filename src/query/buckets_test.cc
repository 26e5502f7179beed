#include "query/buckets.h"

#include <algorithm>
#include <fstream>
#include <functional>
#include <sstream>
#include <string>
#include <vector>

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

TEST(BucketsTest, LeaveOutADayThatAZoneLeftOut) {
  absl::TimeZone apia;
  ASSERT_TRUE(absl::LoadTimeZone("Pacific/Apia", &apia));
  // 2011-12-28T00:00Z to 2012-01-02T00:00Z; there was no 30th.
  const auto buckets =
      CutBySteps({.from = 1'325'030'400'000, .to = 1'325'462'400'000}, kDayMs, apia);
  ASSERT_TRUE(buckets.ok());
  EXPECT_THAT(
      buckets->edges,
      ElementsAre(
          1'324'980'000'000,  // the 27th
          1'325'066'400'000,
          1'325'152'800'000,  // the 29th, then the 31st
          1'325'239'200'000,
          1'325'325'600'000,
          1'325'412'000'000,
          1'325'498'400'000
      )
  );
}

/// The zones of this machine; of several names for one the first.
std::vector<absl::TimeZone> AllZones() {
  std::vector<absl::TimeZone> zones;
  std::ifstream table("/usr/share/zoneinfo/zone1970.tab");
  for (std::string line; std::getline(table, line);) {
    std::istringstream fields(line);
    std::string countries;
    std::string place;
    std::string name;
    absl::TimeZone zone;
    if (fields >> countries >> place >> name && absl::LoadTimeZone(name, &zone)) {
      zones.push_back(zone);
    }
  }
  return zones;
}

void ExpectCover(const TimeWindow& window, int64_t step_ms, const absl::TimeZone& zone) {
  const auto buckets = CutBySteps(window, step_ms, zone);
  ASSERT_TRUE(buckets.ok()) << buckets.status();
  const std::vector<int64_t>& edges = buckets->edges;
  ASSERT_GE(edges.size(), 2U);
  // As one run of comparisons, for the many windows that there are.
  const bool is_good =
      std::adjacent_find(edges.begin(), edges.end(), std::greater_equal<>()) == edges.end() &&
      edges[0] <= window.from && window.from < edges[1] && edges[edges.size() - 2] < window.to &&
      window.to <= edges.back();
  EXPECT_TRUE(is_good) << zone.name() << " " << window.from << ".." << window.to << ": "
                       << ::testing::PrintToString(edges);
}

TEST(BucketsTest, CoverWindowsAroundEveryChangeOfEveryZone) {
  constexpr int64_t kHalfHour = 30 * kBucketMinute;
  const std::vector<absl::TimeZone> zones = AllZones();
  ASSERT_GT(zones.size(), 100U);
  for (const absl::TimeZone& zone : zones) {
    absl::TimeZone::CivilTransition change;
    absl::Time at = absl::FromUnixSeconds(-5'000'000'000);
    while (at < absl::FromUnixSeconds(1'700'000'000) && zone.NextTransition(at, &change)) {
      at = std::max(at + absl::Seconds(1), zone.At(change.to).trans);
      const int64_t ms = absl::ToUnixMillis(at);
      ExpectCover({.from = ms - 2 * kDayMs, .to = ms + 3 * kDayMs}, kDayMs, zone);
      ExpectCover({.from = ms - 2 * kDayMs, .to = ms + 3 * kDayMs}, 2 * kDayMs, zone);
      for (const int64_t begin : {ms - kHalfHour, ms, ms + 1, ms + kHalfHour}) {
        ExpectCover({.from = begin, .to = begin + 1}, kDayMs, zone);
      }
    }
  }
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
