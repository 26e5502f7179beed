// The order of statuses of one millisecond.

#include "derive/flink_status.h"

#include <algorithm>
#include <array>
#include <random>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace tidings::derive {
namespace {

/// By rank.
constexpr std::array<std::string_view, 12> kNames = {
    "INITIALIZING",
    "RECONCILING",
    "CREATED",
    kRunning,
    kFailing,
    kCancelling,
    kRestarting,
    kFinished,
    kCanceled,
    kFailed,
    kSuspended,
    "UNKNOWN"};

std::vector<FlinkPoint> PointsWith(const std::vector<std::string_view>& statuses) {
  std::vector<FlinkPoint> points;
  for (const std::string_view status : statuses) {
    FlinkPoint& point = points.emplace_back();
    point.id = fmt::format("{:04}", points.size());
    point.status = status;
  }
  return points;
}

std::vector<std::string> StatusesOf(const std::vector<const FlinkPoint*>& order) {
  std::vector<std::string> statuses;
  for (const FlinkPoint* const point : order) {
    statuses.push_back(point->status);
  }
  return statuses;
}

int WrongSteps(std::string_view before, const std::vector<const FlinkPoint*>& order) {
  int wrong = 0;
  for (const FlinkPoint* const point : order) {
    wrong += MayFollow(before, point->status) ? 0 : 1;
    before = point->status;
  }
  return wrong;
}

/// Tries all orders, by rank and id.
std::vector<const FlinkPoint*> BestOfAll(
    std::string_view before, const std::vector<FlinkPoint>& points
) {
  const auto rank = [](const FlinkPoint* point) {
    return std::pair(std::find(kNames.begin(), kNames.end(), point->status), point->id);
  };
  const auto is_before = [&](const auto* a, const auto* b) { return rank(a) < rank(b); };
  std::vector<const FlinkPoint*> order;
  for (const FlinkPoint& point : points) {
    order.push_back(&point);
  }
  std::sort(order.begin(), order.end(), is_before);
  std::vector<const FlinkPoint*> best = order;
  while (std::next_permutation(order.begin(), order.end(), is_before)) {
    best = WrongSteps(before, order) < WrongSteps(before, best) ? order : best;
  }
  return best;
}

TEST(FlinkStatusTest, TheOrderIsTheBestOfAll) {
  for (uint64_t seed = 0; seed < 400; ++seed) {
    std::mt19937_64 random(seed);
    const size_t kinds = 1 + random() % kNames.size();
    const size_t first = random() % kNames.size();
    std::vector<std::string_view> statuses;
    for (size_t i = 1 + random() % (seed % 40 == 0 ? 7 : 5); i > 0; --i) {
      statuses.push_back(kNames[(first + random() % kinds) % kNames.size()]);
    }
    const std::vector<FlinkPoint> points = PointsWith(statuses);
    const std::string_view before = random() % 4 == 0 ? "" : kNames[random() % kNames.size()];
    EXPECT_EQ(OrderStatuses(before, points), BestOfAll(before, points)) << "seed " << seed;
  }
}

TEST(FlinkStatusTest, ManyRestartsOfOneMillisecondAreInOrder) {
  std::vector<std::string_view> statuses(40, kRunning);
  statuses.insert(statuses.end(), 40, kRestarting);
  const std::vector<FlinkPoint> points = PointsWith(statuses);
  const std::vector<const FlinkPoint*> order = OrderStatuses(kRunning, points);
  EXPECT_EQ(WrongSteps(kRunning, order), 0);
  EXPECT_EQ(order.front()->status, kRestarting);
  EXPECT_EQ(order.back()->status, kRunning);
}

TEST(FlinkStatusTest, MoreWaysThanAreKeptEndInTheirTimeWithAllPoints) {
  std::vector<std::string_view> statuses;
  for (const std::string_view status : kNames) {
    statuses.insert(statuses.end(), status == kFinished ? 1 : 50, status);
  }
  const std::vector<FlinkPoint> points = PointsWith(statuses);
  const std::vector<const FlinkPoint*> order = OrderStatuses("", points);
  std::vector<std::string> sorted = StatusesOf(order);
  std::sort(sorted.begin(), sorted.end());
  std::vector<std::string> all(statuses.begin(), statuses.end());
  std::sort(all.begin(), all.end());
  EXPECT_EQ(sorted, all);
  EXPECT_LT(WrongSteps("", order), 200);
}

}  // namespace
}  // namespace tidings::derive
