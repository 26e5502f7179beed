#include "demo/shop_day.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/time_text.h"

namespace tidings::demo {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Ge;
using ::testing::Le;
using ::testing::SizeIs;

/// 2026-11-24T08:00:00Z
constexpr int64_t kEndMs = 1'795'507'200'000;
constexpr int64_t kDayMs = 86'400'000;

std::vector<Report> SmallDay(int64_t end_ms = kEndMs) {
  return ShopDay({.end_ms = end_ms, .events = 30'000, .id_prefix = "d-"});
}

std::string AllJson(const std::vector<Report>& reports) {
  std::string text;
  for (const Report& report : reports) {
    text += ToJson(report) + "\n";
  }
  return text;
}

/// What is known of each event in the end.
struct Known {
  int64_t start_ms = 0;
  int64_t end_ms = 0;
  std::string name;
};
std::map<std::string, Known> Joined(const std::vector<Report>& reports) {
  std::map<std::string, Known> events;
  for (const Report& report : reports) {
    Known& event = events[report.id];
    event.start_ms = std::max(event.start_ms, report.start_ms);
    event.end_ms = std::max(event.end_ms, report.end_ms);
    event.name = report.name.empty() ? event.name : report.name;
  }
  return events;
}

TEST(ShopDayTest, HasAsManyEventsAsAskedFor) {
  EXPECT_THAT(Joined(SmallDay()), SizeIs(30'000));
  EXPECT_THAT(Joined(ShopDay({.end_ms = kEndMs, .id_prefix = "d-"})), SizeIs(100'000));
}

TEST(ShopDayTest, IsTheSameForTheSameOptions) {
  EXPECT_EQ(AllJson(SmallDay()), AllJson(SmallDay()));
}

TEST(ShopDayTest, HasAnotherBackgroundForAnotherSeed) {
  const std::vector<Report> other =
      ShopDay({.end_ms = kEndMs, .events = 30'000, .seed = 2, .id_prefix = "d-"});
  EXPECT_NE(AllJson(other), AllJson(SmallDay()));
}

TEST(ShopDayTest, TellsTheSameStoryOnAnotherDay) {
  const std::map<std::string, Known> today = Joined(SmallDay());
  const std::map<std::string, Known> next = Joined(SmallDay(kEndMs + kDayMs));
  const std::string upgrade = "d-checkout-upgrade-1.5.0";
  EXPECT_EQ(FormatTimeUtc(today.at(upgrade).start_ms), "2026-11-24T02:41:00.000Z");
  EXPECT_EQ(FormatTimeUtc(next.at(upgrade).start_ms), "2026-11-25T02:41:00.000Z");
}

TEST(ShopDayTest, LiesInTheDayBeforeItsEnd) {
  for (const auto& [id, event] : Joined(SmallDay())) {
    for (const int64_t time : {event.start_ms, event.end_ms}) {
      if (time != 0) {
        ASSERT_THAT(time, AllOf(Ge(kEndMs - kDayMs), Le(kEndMs))) << id << ' ' << event.name;
      }
    }
    ASSERT_TRUE(event.end_ms == 0 || event.end_ms >= event.start_ms) << id;
  }
}

TEST(ShopDayTest, HasOneEventWithoutEndAndItsReportComesFirst) {
  const std::vector<Report> reports = SmallDay();
  std::vector<std::string> open;
  for (const auto& [id, event] : Joined(reports)) {
    if (event.end_ms == 0) {
      open.push_back(id);
    }
  }
  const std::string expected = "d-" + std::string(kOpenDeploy);
  EXPECT_THAT(open, ElementsAre(expected));
  EXPECT_EQ(reports.front().id, expected);
}

TEST(ShopDayTest, IsReportedInTheOrderOfItsTimes) {
  const std::vector<Report> reports = SmallDay();
  EXPECT_TRUE(std::is_sorted(
      reports.begin() + 1,
      reports.end(),
      [](const Report& a, const Report& b) { return MadeAtMs(a) < MadeAtMs(b); }
  ));
}

TEST(ShopDayTest, HasWhatAnOnCallGuideAsksFor) {
  std::set<std::string> names;
  for (const auto& [id, event] : Joined(SmallDay())) {
    names.insert(event.name);
  }
  for (const char* const name :
       {"Deploy",
        "Upgrade",
        "Rollback",
        "Restart",
        "ChaosTest",
        "OOMKilled",
        "CheckpointEvent",
        "JobFailureEvent",
        "OrderFailed"}) {
    EXPECT_TRUE(names.contains(name)) << name;
  }
}

TEST(ReportTest, SaysOnlyWhatItKnows) {
  EXPECT_EQ(ToJson({.id = "a", .end_ms = 5}), R"({"id":"a","end":5})");
  EXPECT_EQ(
      ToJson(
          {.id = "a",
           .service = "s",
           .name = "N",
           .is_error = true,
           .parameters = {{"n", int64_t{3}}, {"t", "x"}},
           .start_ms = 1,
           .count = 2}
      ),
      R"({"id":"a","service":"s","name":"N","type":"Error","parameters":{"n":3,"t":"x"},"start":1,"count":2})"
  );
}

}  // namespace
}  // namespace tidings::demo
