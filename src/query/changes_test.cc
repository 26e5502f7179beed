#include "query/changes.h"

#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "event/testing/batch_builder.h"
#include "query/config.h"

namespace tidings::query {
namespace {

using ::testing::ElementsAre;
using testing::EventOf;
using testing::ReportSpec;

const NameSet kChanges((Config().change_names));
const NameSet kLifecycle((Config().lifecycle_names));

std::vector<std::string> LastIds(const std::vector<ReportSpec>& reports, ChangeLevel level) {
  LastChanges last(kChanges, kLifecycle, level);
  for (const ReportSpec& report : reports) {
    last.Add(EventOf(report).view());
  }
  std::vector<std::string> ids;
  for (const Event& event : last.Finish()) {
    ids.emplace_back(event->id);
  }
  return ids;
}

const std::vector<ReportSpec> kDay = {
    {.id = "old", .service = "shop", .name = "Deploy", .start = 10, .end = 90},
    {.id = "new", .service = "shop", .name = "ROLLBACK", .start = 20},
    {.id = "started", .service = "shop", .name = "Started", .start = 30},
    {.id = "cart", .service = "cart", .name = "Killing", .start = 25},
    {.id = "other", .service = "cart", .name = "OutOfMemory", .start = 40},
    {.id = "nobody", .name = "Deploy", .start = 50}};

TEST(LastChangesTest, AreTheNewestOfEachService) {
  EXPECT_THAT(LastIds(kDay, ChangeLevel::kChanges), ElementsAre("cart", "new"));
}

TEST(LastChangesTest, TakeTheLifecycleForAChangeWhenAllLevelsAreAsked) {
  EXPECT_THAT(LastIds(kDay, ChangeLevel::kAll), ElementsAre("started", "cart"));
}

TEST(LastChangesTest, BreakTiesById) {
  EXPECT_THAT(
      LastIds(
          {{.id = "b", .service = "shop", .name = "Deploy", .start = 10},
           {.id = "a", .service = "shop", .name = "Deploy", .start = 10}},
          ChangeLevel::kChanges
      ),
      ElementsAre("b")
  );
}

TEST(LastChangesTest, TellTheFirstVersionThatAnEventBrings) {
  const auto version = [](std::vector<std::pair<std::string, testing::OwnedValue>> parameters) {
    return VersionOf(EventOf({.id = "a", .parameters = std::move(parameters), .start = 1}).view());
  };
  EXPECT_EQ(version({{"image", std::string("shop:7")}, {"to", std::string("1.5")}}), "1.5");
  EXPECT_EQ(version({{"service.version", 2.5}}), "2.5");
  EXPECT_EQ(version({{"from", std::string("1.4")}}), std::nullopt);
}

TEST(ErrorsSinceTest, CountsErrorsOfTheServiceThatStartedLater) {
  ErrorsSince errors;
  errors.Watch("shop", 20);
  errors.Watch("cart", 10);
  EXPECT_EQ(errors.earliest_ms(), 10);
  for (const ReportSpec& report : std::vector<ReportSpec>{
           {.id = "1", .service = "shop", .type = EventType::kError, .start = 21},
           {.id = "2", .service = "shop", .type = EventType::kError, .start = 20, .end = 30},
           {.id = "3", .service = "shop", .start = 22},
           {.id = "4", .service = "shop", .type = EventType::kError, .end = 40},
           {.id = "5", .service = "mail", .type = EventType::kError, .start = 40}}) {
    errors.Add(EventOf(report).view());
  }
  EXPECT_EQ(errors.CountOf("shop"), 1);
  EXPECT_EQ(errors.CountOf("cart"), 0);
  EXPECT_EQ(errors.CountOf("mail"), 0);
}

}  // namespace
}  // namespace tidings::query
