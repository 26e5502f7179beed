#include "query/before.h"

#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "event/testing/batch_builder.h"
#include "query/config.h"

namespace tidings::query {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using testing::EventOf;
using testing::ReportSpec;

constexpr int64_t kMinute = 60'000;
/// The moment that is asked about.
constexpr int64_t kT = 1'700'000'000'000;

const NameSet kRankedChanges((Config().change_names));

std::vector<RankedEvent> Rank(
    const BeforeQuestion& question, const std::vector<ReportSpec>& reports
) {
  BeforeRanking ranking(question, kRankedChanges);
  for (const ReportSpec& report : reports) {
    ranking.CountName(EventOf(report).view());
  }
  for (const ReportSpec& report : reports) {
    ranking.Add(EventOf(report).view());
  }
  return ranking.Finish();
}

std::vector<std::string> ShownRanks(const std::vector<RankedEvent>& ranked) {
  std::vector<std::string> shown;
  for (const RankedEvent& event : ranked) {
    shown.push_back(fmt::format("{} {}", event.rank_class, event.why));
  }
  return shown;
}

/// A bad upgrade of checkout, and what else was there at that time.
const std::vector<ReportSpec> kNight = {
    {.id = "upgrade",
     .service = "checkout",
     .name = "Upgrade",
     .start = kT - 3 * kMinute,
     .end = kT - 40'000},
    {.id = "oom",
     .service = "checkout",
     .name = "OOMKilled",
     .type = EventType::kError,
     .start = kT - 10'000,
     .end = kT - 10'000},
    {.id = "load", .service = "checkout", .name = "LoadTest", .start = kT - 20 * kMinute},
    {.id = "alarm",
     .service = "checkout",
     .name = "Alarm",
     .type = EventType::kError,
     .start = kT - 30'000,
     .end = kT + kMinute},
    {.id = "probe",
     .service = "checkout",
     .name = "Probe",
     .start = kT - 5 * kMinute,
     .end = kT - 4 * kMinute},
    {.id = "restart", .service = "cart", .name = "restart", .start = kT, .end = kT},
    {.id = "backup", .service = "cart", .name = "Backup", .start = kT - 2 * 3'600'000},
    {.id = "cart-error",
     .service = "cart",
     .name = "Timeout",
     .type = EventType::kError,
     .start = kT - 1000,
     .end = kT - 1000}};

TEST(BeforeTest, PutsCausesAboveSymptoms) {
  EXPECT_THAT(
      ShownRanks(Rank({.t = kT, .of_service = OneOf(FilterField::kService, {"checkout"})}, kNight)),
      ElementsAreArray(
          {"1 Upgrade of checkout ended 40 s before",
           "2 Alarm of checkout (Error) was open, started 30 s before",
           "2 LoadTest of checkout was open and has no end yet, started 20 m before",
           "3 OOMKilled of checkout (Error) happened 10 s before",
           "4 restart of cart happened at that moment",
           "5 Backup of cart was open and has no end yet, started 2 h before",
           "6 Timeout of cart (Error) happened 1 s before",
           "6 Probe of checkout ended 4 m before"}
      )
  );
}

TEST(BeforeTest, AsksAboutAllServicesAlikeWithoutOne) {
  EXPECT_THAT(
      ShownRanks(Rank({.t = kT}, kNight)),
      ElementsAreArray(
          {"1 restart of cart happened at that moment",
           "1 Upgrade of checkout ended 40 s before",
           "2 Alarm of checkout (Error) was open, started 30 s before",
           "2 LoadTest of checkout was open and has no end yet, started 20 m before",
           "2 Backup of cart was open and has no end yet, started 2 h before",
           "3 Timeout of cart (Error) happened 1 s before",
           "3 OOMKilled of checkout (Error) happened 10 s before",
           "6 Probe of checkout ended 4 m before"}
      )
  );
}

TEST(BeforeTest, PutsARareNameAboveACommonOneAtTheSameDistance) {
  std::vector<ReportSpec> reports = {
      {.id = "a", .service = "shop", .name = "Common", .start = kT - 1000, .end = kT - 1000},
      {.id = "b", .service = "shop", .name = "Rare", .start = kT - 1000, .end = kT - 1000},
      {.id = "c", .service = "shop", .name = "Common", .start = kT - 2000, .end = kT - 2000}};
  EXPECT_THAT(
      ShownRanks(Rank({.t = kT}, reports)),
      ElementsAre(
          "6 Rare of shop happened 1 s before",
          "6 Common of shop happened 1 s before",
          "6 Common of shop happened 2 s before"
      )
  );
}

TEST(BeforeTest, CountsNamesOfADayOnly) {
  BeforeRanking ranking({.t = kT}, kRankedChanges);
  // Each time, the one that was counted more often stands below.
  ranking.CountName(
      EventOf({.id = "x", .name = "A", .start = kT - kRarityMs - 1, .end = kT - kRarityMs - 1})
          .view()
  );
  ranking.CountName(EventOf({.id = "y", .name = "B", .start = kT - kRarityMs}).view());
  ranking.Add(EventOf({.id = "b", .name = "B", .start = kT - 1, .end = kT - 1}).view());
  ranking.Add(EventOf({.id = "c", .name = "A", .start = kT - 1, .end = kT - 1}).view());
  EXPECT_THAT(
      ShownRanks(ranking.Finish()),
      ElementsAre("6 A happened 1 ms before", "6 B happened 1 ms before")
  );
}

TEST(BeforeTest, KeepsTheBest) {
  const std::vector<RankedEvent> best =
      Rank({.t = kT, .of_service = OneOf(FilterField::kService, {"checkout"}), .limit = 2}, kNight);
  ASSERT_EQ(best.size(), 2);
  EXPECT_EQ(best[0].event->id, "upgrade");
  EXPECT_EQ(best[1].event->id, "alarm");
}

TEST(BeforeTest, LooksAtTheWindowAndAtTItself) {
  const TimeWindow window = WindowOf({.t = 1'000, .window_ms = 100});
  EXPECT_EQ(window.from, 900);
  EXPECT_EQ(window.to, 1'001);
}

TEST(BeforeTest, SaysDurationsRoughly) {
  EXPECT_THAT(
      ShownRanks(Rank(
          {.t = kT},
          {{.id = "a", .start = kT - 3 * kMinute - 20'900, .end = kT - 3 * kMinute - 20'900},
           {.id = "b", .start = kT - 90'000'000, .end = kT - 90'000'000}}
      )),
      ElementsAre("6 an event happened 3 m 20 s before", "6 an event happened 1 d 1 h before")
  );
}

}  // namespace
}  // namespace tidings::query
