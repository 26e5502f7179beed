#include "event/filter.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "event/testing/batch_builder.h"

namespace tidings {
namespace {

using testing::EventOf;
using testing::ReportSpec;

constexpr int64_t kNow = 1'000;

const ReportSpec kDeploy = {
    .id = "a",
    .service = "shop",
    .instance = "shop-1",
    .endpoint = "/pay",
    .layer = "k8s",
    .name = "Deploy",
    .type = EventType::kError,
    .start = 10,
    .end = 20};

bool Passes(const Filter& filter, const ReportSpec& report) {
  return Matches(filter, EventOf(report).view(), kNow);
}

struct FieldCase {
  FilterField field;
  std::string value;
};

class FilterFieldTest : public ::testing::TestWithParam<FieldCase> {};

TEST_P(FilterFieldTest, IsMatchedByItsExactValue) {
  Filter filter;
  filter.On(GetParam().field).any_of = {GetParam().value};
  EXPECT_TRUE(Passes(filter, kDeploy));
  filter.On(GetParam().field).any_of = {GetParam().value + "x", ""};
  EXPECT_FALSE(Passes(filter, kDeploy));
}

TEST_P(FilterFieldTest, IsExcludedByItsExactValue) {
  Filter filter;
  filter.On(GetParam().field).none_of = {"x", GetParam().value};
  EXPECT_FALSE(Passes(filter, kDeploy));
  filter.On(GetParam().field).none_of = {"x"};
  EXPECT_TRUE(Passes(filter, kDeploy));
}

TEST_P(FilterFieldTest, IsShownWithThatValue) {
  EXPECT_EQ(ShownValue(EventOf(kDeploy).view(), GetParam().field), GetParam().value);
}

TEST_P(FilterFieldTest, HasANameThatLeadsBackToIt) {
  EXPECT_EQ(FilterFieldFromName(NameOf(GetParam().field)), GetParam().field);
}

std::string NameOfCase(const ::testing::TestParamInfo<FieldCase>& info) {
  return std::string(NameOf(info.param.field));
}

INSTANTIATE_TEST_SUITE_P(
    AllFields,
    FilterFieldTest,
    ::testing::Values(
        FieldCase{FilterField::kService, "shop"},
        FieldCase{FilterField::kInstance, "shop-1"},
        FieldCase{FilterField::kEndpoint, "/pay"},
        FieldCase{FilterField::kLayer, "K8S"},
        FieldCase{FilterField::kName, "Deploy"},
        FieldCase{FilterField::kType, "Error"},
        FieldCase{FilterField::kState, "closed"},
        FieldCase{FilterField::kId, "a"}
    ),
    NameOfCase
);

TEST(FilterTest, KnowsNoOtherFields) {
  EXPECT_EQ(FilterFieldFromName("message"), std::nullopt);
  EXPECT_EQ(FilterFieldFromName("Service"), std::nullopt);
}

TEST(FilterTest, PassesEverythingWhenItIsEmpty) {
  EXPECT_TRUE(Passes({}, kDeploy));
  EXPECT_TRUE(Passes({}, {.id = "a"}));
}

TEST(FilterTest, NeverPassesAWithdrawnEvent) {
  EXPECT_FALSE(Passes({}, {.id = "a", .generation = 1, .withdrawn = true}));
}

TEST(FilterTest, AppliesDefaults) {
  Filter filter;
  filter.On(FilterField::kLayer).any_of = {"GENERAL"};
  filter.On(FilterField::kType).any_of = {"Normal"};
  EXPECT_TRUE(Passes(filter, {.id = "a", .start = 5}));
  EXPECT_FALSE(Passes(filter, kDeploy));
}

TEST(FilterTest, FindsAnEmptyValueWhenAskedForIt) {
  Filter filter;
  filter.On(FilterField::kService).any_of = {""};
  EXPECT_TRUE(Passes(filter, {.id = "a", .start = 5}));
  EXPECT_FALSE(Passes(filter, kDeploy));
}

TEST(FilterTest, DemandsAllConditionsAndTheWindow) {
  Filter filter;
  filter.On(FilterField::kService).any_of = {"cart", "shop"};
  filter.On(FilterField::kName).none_of = {"Restart"};
  filter.window = {.from = 15, .to = 16};
  EXPECT_TRUE(Passes(filter, kDeploy));
  filter.window = {.from = 21, .to = 30};
  EXPECT_FALSE(Passes(filter, kDeploy));
  filter.window = {};
  filter.On(FilterField::kName).none_of.emplace_back("Deploy");
  EXPECT_FALSE(Passes(filter, kDeploy));
}

TEST(FilterTest, LetsExclusionWinOverInclusion) {
  Filter filter;
  filter.On(FilterField::kService) = {
      .field = FilterField::kService, .any_of = {"shop"}, .none_of = {"shop"}};
  EXPECT_FALSE(Passes(filter, kDeploy));
}

TEST(FilterTest, LetsAnOpenEventLastUntilNow) {
  Filter filter;
  filter.window = {.from = kNow, .to = kNow + 1};
  EXPECT_TRUE(Passes(filter, {.id = "a", .start = 5}));
  filter.window = {.from = kNow + 1, .to = kNow + 2};
  EXPECT_FALSE(Passes(filter, {.id = "a", .start = 5}));
}

TEST(FilterTest, MakesOneConditionPerField) {
  Filter filter;
  filter.On(FilterField::kService).any_of.emplace_back("a");
  filter.On(FilterField::kService).any_of.emplace_back("b");
  filter.On(FilterField::kName);
  ASSERT_EQ(filter.conditions.size(), 2);
  EXPECT_EQ(filter.conditions[0].any_of, (std::vector<std::string>{"a", "b"}));
}

}  // namespace
}  // namespace tidings
