#include "event/filter.h"

#include <gtest/gtest.h>

#include "event/testing/batch_builder.h"

namespace tidings {
namespace {

using testing::EventOf;
using testing::ReportSpec;

constexpr int64_t kFilterNow = 1'000;

const ReportSpec kFilteredDeploy = {.id = "a", .service = "shop", .start = 10, .end = 20};

bool Passes(const Filter& filter, const ReportSpec& report) {
  return Matches(filter, EventOf(report).view(), kFilterNow);
}

TEST(FilterTest, PassesEverythingWhenItIsEmpty) {
  EXPECT_TRUE(Passes({}, kFilteredDeploy));
  EXPECT_TRUE(Passes({}, {.id = "a"}));
}

TEST(FilterTest, NeverPassesAWithdrawnEvent) {
  EXPECT_FALSE(Passes({}, {.id = "a", .generation = 1, .withdrawn = true}));
}

TEST(FilterTest, DemandsTheExpressionAndTheWindow) {
  Filter filter{.where = OneOf(FilterField::kService, {"cart", "shop"}), .window = {15, 16}};
  EXPECT_TRUE(Passes(filter, kFilteredDeploy));
  filter.window = {.from = 21, .to = 30};
  EXPECT_FALSE(Passes(filter, kFilteredDeploy));
  filter.window = {};
  filter.where.Require(NoneOf(FilterField::kService, {"shop"}));
  EXPECT_FALSE(Passes(filter, kFilteredDeploy));
}

TEST(FilterTest, LetsAnOpenEventLastUntilNow) {
  Filter filter;
  filter.window = {.from = kFilterNow, .to = kFilterNow + 1};
  EXPECT_TRUE(Passes(filter, {.id = "a", .start = 5}));
  filter.window = {.from = kFilterNow + 1, .to = kFilterNow + 2};
  EXPECT_FALSE(Passes(filter, {.id = "a", .start = 5}));
}

}  // namespace
}  // namespace tidings
