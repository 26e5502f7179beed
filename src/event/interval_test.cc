#include "event/interval.h"

#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace tidings {
namespace {

constexpr int64_t kNowMs = 1'000;
constexpr int64_t kLeast = std::numeric_limits<int64_t>::min();
constexpr int64_t kMost = std::numeric_limits<int64_t>::max();

struct StateCase {
  std::string_view name;
  int64_t start;
  int64_t end;
  int64_t inferred;
  State state;
  int64_t lo;
  int64_t hi;
  int64_t order_time;
};

class StateTest : public ::testing::TestWithParam<StateCase> {
 protected:
  static EventView ViewOfCase() {
    EventView event;
    event.start = GetParam().start;
    event.end = GetParam().end;
    event.inferred = GetParam().inferred;
    return event;
  }
};

TEST_P(StateTest, FollowsFromTheTimes) {
  EXPECT_EQ(StateOf(ViewOfCase()), GetParam().state);
}

TEST_P(StateTest, HasItsInterval) {
  const Interval interval = IntervalOf(ViewOfCase(), kNowMs);
  EXPECT_EQ(interval.lo, GetParam().lo);
  EXPECT_EQ(interval.hi, GetParam().hi);
}

TEST_P(StateTest, HasItsPlaceInTheOrder) {
  EXPECT_EQ(OrderTime(ViewOfCase()), GetParam().order_time);
}

std::string NameOfStateCase(const ::testing::TestParamInfo<StateCase>& info) {
  return std::string(info.param.name);
}

INSTANTIATE_TEST_SUITE_P(
    AllStates,
    StateTest,
    ::testing::Values(
        StateCase{"Open", 10, 0, 0, State::kOpen, 10, kNowMs, 10},
        StateCase{"OpenFromLater", 2'000, 0, 0, State::kOpen, 2'000, 2'000, 2'000},
        StateCase{"Closed", 10, 20, 0, State::kClosed, 10, 20, 10},
        StateCase{"ClosedLater", 10, 2'000, 0, State::kClosed, 10, 2'000, 10},
        StateCase{"Contradictory", 20, 10, 0, State::kClosed, 10, 20, 20},
        StateCase{"Instant", 10, 10, 0, State::kInstant, 10, 10, 10},
        StateCase{"Inferred", 0, 0, 30, State::kInstant, 30, 30, 30},
        StateCase{"OrphanEnd", 0, 20, 0, State::kOrphanEnd, 20, 20, 20}
    ),
    NameOfStateCase
);

TEST(IntervalTest, TellsInferredAndContradictoryTimes) {
  EventView event;
  EXPECT_TRUE(IsTimeInferred(event));
  event.end = 5;
  EXPECT_FALSE(IsTimeInferred(event));
  EXPECT_FALSE(IsContradictory(event));
  event.start = 6;
  EXPECT_TRUE(IsContradictory(event));
  event.start = 5;
  EXPECT_FALSE(IsContradictory(event));
}

TEST(IntervalTest, NamesStatesBothWays) {
  for (const State state : {State::kOpen, State::kClosed, State::kInstant, State::kOrphanEnd}) {
    EXPECT_EQ(StateFromName(NameOf(state)), state);
  }
  EXPECT_EQ(NameOf(State::kOrphanEnd), "orphan_end");
  EXPECT_EQ(StateFromName("Open"), std::nullopt);
  EXPECT_EQ(StateFromName(""), std::nullopt);
}

struct OverlapCase {
  Interval interval;
  TimeWindow window;
  bool overlaps;
};

class OverlapTest : public ::testing::TestWithParam<OverlapCase> {};

TEST_P(OverlapTest, IsToldByLowAndHigh) {
  EXPECT_EQ(Overlaps(GetParam().interval, GetParam().window), GetParam().overlaps);
}

INSTANTIATE_TEST_SUITE_P(
    Windows,
    OverlapTest,
    ::testing::Values(
        OverlapCase{{10, 20}, {5, 9}, false},
        OverlapCase{{10, 20}, {5, 10}, false},  // half open: the window ends before 10
        OverlapCase{{10, 20}, {5, 11}, true},
        OverlapCase{{10, 20}, {12, 13}, true},
        OverlapCase{{10, 20}, {5, 30}, true},
        OverlapCase{{10, 20}, {20, 30}, true},  // the interval is closed: it holds 20
        OverlapCase{{10, 20}, {21, 30}, false},
        OverlapCase{{10, 10}, {10, 11}, true},
        OverlapCase{{10, 10}, {9, 10}, false},
        OverlapCase{{10, 20}, {9, 9}, false},
        OverlapCase{{10, 20}, {10, 10}, true},
        OverlapCase{{10, 20}, {15, 15}, true},
        OverlapCase{{10, 20}, {20, 20}, true},
        OverlapCase{{10, 20}, {21, 21}, false},
        OverlapCase{{10, 10}, {10, 10}, true},
        OverlapCase{{10, 20}, {kLeast, kMost}, true},
        OverlapCase{{10, 20}, {kLeast, 11}, true},
        OverlapCase{{10, 20}, {20, kMost}, true},
        OverlapCase{{10, 20}, {0, 0}, false}
    )
);

}  // namespace
}  // namespace tidings
