#include "event/filter.h"

#include <gtest/gtest.h>

#include "event/testing/batch_builder.h"

namespace tidings {
namespace {

using testing::EventOf;
using testing::ReportSpec;

constexpr int64_t kNow = 1'000;

const ReportSpec kDeploy = {.id = "a", .service = "shop", .start = 10, .end = 20};

bool Passes(const Filter& filter, const ReportSpec& report) {
  return Matches(filter, EventOf(report).view(), kNow);
}

TEST(FilterTest, PassesEverythingWhenItIsEmpty) {
  EXPECT_TRUE(Passes({}, kDeploy));
  EXPECT_TRUE(Passes({}, {.id = "a"}));
}

TEST(FilterTest, NeverPassesAWithdrawnEvent) {
  EXPECT_FALSE(Passes({}, {.id = "a", .generation = 1, .withdrawn = true}));
}

TEST(FilterTest, DemandsTheExpressionAndTheWindow) {
  Filter filter{.where = OneOf(FilterField::kService, {"cart", "shop"}), .window = {15, 16}};
  EXPECT_TRUE(Passes(filter, kDeploy));
  filter.window = {.from = 21, .to = 30};
  EXPECT_FALSE(Passes(filter, kDeploy));
  filter.window = {};
  filter.where.Require(NoneOf(FilterField::kService, {"shop"}));
  EXPECT_FALSE(Passes(filter, kDeploy));
}

TEST(FilterTest, LetsAnOpenEventLastUntilNow) {
  Filter filter;
  filter.window = {.from = kNow, .to = kNow + 1};
  EXPECT_TRUE(Passes(filter, {.id = "a", .start = 5}));
  filter.window = {.from = kNow + 1, .to = kNow + 2};
  EXPECT_FALSE(Passes(filter, {.id = "a", .start = 5}));
}

}  // namespace
}  // namespace tidings
