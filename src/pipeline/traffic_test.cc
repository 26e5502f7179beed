#include "pipeline/traffic.h"

#include <array>
#include <chrono>

#include <gtest/gtest.h>

#include "base/manual_clock.h"

namespace tidings {
namespace {

TEST(TrafficTest, TellsTheRateOfTheLastMinuteAndOfTwoHours) {
  ManualClock clock;
  Traffic traffic(clock);
  clock.Advance(std::chrono::hours(3));
  traffic.CountReports("rest", 7200);
  clock.Advance(std::chrono::minutes(10));
  traffic.CountReports("rest", 60);

  const auto read = traffic.Read();

  ASSERT_EQ(read.size(), 1u);
  EXPECT_EQ(read[0].reports, 7260u);
  EXPECT_DOUBLE_EQ(read[0].per_second_now, 1.0);
  EXPECT_NEAR(read[0].per_second_2h, 7260 / 7200.0, 1e-9);
}

TEST(TrafficTest, ForgetsWhatIsOlderThanTwoHours) {
  ManualClock clock;
  Traffic traffic(clock);
  traffic.CountReports("rest", 1000);
  clock.Advance(std::chrono::minutes(121));

  const auto read = traffic.Read();

  EXPECT_EQ(read[0].per_second_2h, 0);
  EXPECT_EQ(read[0].reports, 1000u) << "the total stays";
}

TEST(TrafficTest, TellsTwoHoursPieceByPieceUntilNow) {
  ManualClock clock;
  Traffic traffic(clock);
  clock.Advance(std::chrono::hours(5));
  traffic.CountReports("rest", 1);
  clock.Advance(std::chrono::minutes(5));
  traffic.CountReports("rest", 20);
  clock.Advance(std::chrono::minutes(110));
  traffic.CountReports("rest", 300);

  const auto columns = traffic.Read()[0].columns;

  std::array<uint64_t, Traffic::kColumns> expected{};
  expected[0] = 1;
  expected[1] = 20;
  expected[23] = 300;
  EXPECT_EQ(columns, expected);
}

TEST(TrafficTest, RemembersTheLastErrorOfEachProtocol) {
  ManualClock clock;
  Traffic traffic(clock);
  traffic.NoteError("rest", "the disk is full");
  traffic.CountReports("skywalking-grpc", 1);

  const auto read = traffic.Read();

  ASSERT_EQ(read.size(), 2u);
  EXPECT_EQ(read[0].last_error, "the disk is full");
  EXPECT_EQ(read[0].last_error_ms, clock.NowMs());
  EXPECT_EQ(read[1].last_error_ms, std::nullopt);
}

}  // namespace
}  // namespace tidings
