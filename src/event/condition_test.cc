#include "event/condition.h"

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

constexpr int64_t kConditionNow = 1'000;

const ReportSpec kDeploy = {
    .id = "a",
    .service = "shop",
    .instance = "shop-1",
    .endpoint = "/pay",
    .layer = "k8s",
    .name = "Deploy",
    .message = "to {version}",
    .type = EventType::kError,
    .start = 10,
    .end = 20};

bool DoesHold(const Condition& condition, const ReportSpec& report) {
  return Holds(condition, EventOf(report).view(), kConditionNow);
}

Condition Is(FilterField field, const std::string& value) {
  return FieldCondition{.field = field, .pattern = TextPattern::Exactly(value)};
}

struct FieldCase {
  FilterField field;
  std::string value;
};

class FieldConditionTest : public ::testing::TestWithParam<FieldCase> {};

TEST_P(FieldConditionTest, AsksForTheExactValue) {
  const auto& [field, value] = GetParam();
  EXPECT_TRUE(DoesHold(Is(field, value), kDeploy));
  EXPECT_FALSE(DoesHold(Is(field, value + "x"), kDeploy));
  EXPECT_FALSE(DoesHold(Is(field, ""), kDeploy));
}

TEST_P(FieldConditionTest, AsksForAPattern) {
  const auto& [field, value] = GetParam();
  const std::string first = value.substr(0, 1);
  EXPECT_TRUE(DoesHold(
      FieldCondition{.field = field, .pattern = TextPattern::FromPieces({first, ""})}, kDeploy
  ));
  EXPECT_FALSE(DoesHold(
      FieldCondition{.field = field, .pattern = TextPattern::FromPieces({"", "~", ""})}, kDeploy
  ));
}

TEST_P(FieldConditionTest, IsAboutTheShownValueOfANamedField) {
  EXPECT_EQ(ShownValue(EventOf(kDeploy).view(), GetParam().field), GetParam().value);
  EXPECT_EQ(FilterFieldFromName(NameOf(GetParam().field)), GetParam().field);
}

std::string NameOfFieldCase(const ::testing::TestParamInfo<FieldCase>& info) {
  return std::string(NameOf(info.param.field));
}

INSTANTIATE_TEST_SUITE_P(
    AllFields,
    FieldConditionTest,
    ::testing::Values(
        FieldCase{FilterField::kService, "shop"},
        FieldCase{FilterField::kInstance, "shop-1"},
        FieldCase{FilterField::kEndpoint, "/pay"},
        FieldCase{FilterField::kLayer, "K8S"},
        FieldCase{FilterField::kName, "Deploy"},
        FieldCase{FilterField::kType, "Error"},
        FieldCase{FilterField::kState, "closed"},
        FieldCase{FilterField::kId, "a"},
        FieldCase{FilterField::kMessage, "to {version}"}
    ),
    NameOfFieldCase
);

TEST(ConditionTest, KnowsNoOtherFields) {
  EXPECT_EQ(FilterFieldFromName("Service"), std::nullopt);
  EXPECT_EQ(FilterFieldFromName("count"), std::nullopt);
  EXPECT_EQ(NumberFieldFromName("service"), std::nullopt);
  EXPECT_EQ(NumberFieldFromName("duration"), NumberField::kDuration);
}

TEST(ConditionTest, AppliesDefaults) {
  EXPECT_TRUE(DoesHold(Is(FilterField::kLayer, "GENERAL"), {.id = "a", .start = 5}));
  EXPECT_TRUE(DoesHold(Is(FilterField::kType, "Normal"), {.id = "a", .start = 5}));
  EXPECT_FALSE(DoesHold(Is(FilterField::kLayer, "GENERAL"), kDeploy));
  EXPECT_TRUE(
      DoesHold(NumberCondition{NumberField::kCount, {.low = 1, .high = 1}}, {.id = "a", .start = 5})
  );
}

TEST(ConditionTest, AsksByAnythingForAValueThatIsNotEmpty) {
  const Condition has_service =
      FieldCondition{FilterField::kService, TextPattern::FromPieces({"", ""})};
  EXPECT_TRUE(DoesHold(has_service, kDeploy));
  EXPECT_FALSE(DoesHold(has_service, {.id = "a", .start = 5}));
  EXPECT_TRUE(DoesHold(Is(FilterField::kService, ""), {.id = "a", .start = 5}));
}

bool InRange(NumberField field, NumberRange range, const ReportSpec& report) {
  return DoesHold(NumberCondition{field, range}, report);
}

TEST(ConditionTest, ComparesTimesAsTheyAreShown) {
  EXPECT_TRUE(InRange(NumberField::kStart, {.low = 10, .high = 10}, kDeploy));
  EXPECT_FALSE(InRange(NumberField::kStart, {.low = 10, .includes_low = false}, kDeploy));
  EXPECT_TRUE(InRange(NumberField::kEnd, {.high = 20}, kDeploy));
  EXPECT_FALSE(InRange(NumberField::kEnd, {.high = 20, .includes_high = false}, kDeploy));
}

TEST(ConditionTest, DoesNotFindTimesThatAreNotKnown) {
  EXPECT_FALSE(InRange(NumberField::kEnd, {}, {.id = "a", .start = 5}));
  EXPECT_FALSE(InRange(NumberField::kStart, {}, {.id = "a", .end = 5}));
  EXPECT_FALSE(InRange(NumberField::kDuration, {}, {.id = "a", .end = 5}));
}

TEST(ConditionTest, TakesAnInferredTimeForStartAndEnd) {
  const Event event = EventOf({.id = "a", .name = "A"}, 77);
  const Condition at_77 = NumberCondition{NumberField::kEnd, {.low = 77, .high = 77}};
  const Condition instant = NumberCondition{NumberField::kDuration, {.low = 0, .high = 0}};
  EXPECT_TRUE(Holds(at_77, event.view(), kConditionNow));
  EXPECT_TRUE(Holds(instant, event.view(), kConditionNow));
}

TEST(ConditionTest, LetsAnOpenEventLastUntilNow) {
  EXPECT_TRUE(InRange(NumberField::kDuration, {.low = 995, .high = 995}, {.id = "a", .start = 5}));
  EXPECT_TRUE(InRange(NumberField::kDuration, {.low = 0, .high = 0}, {.id = "a", .start = 1'007}));
}

TEST(ConditionTest, TellsDerivedEvents) {
  EXPECT_TRUE(DoesHold(DerivedCondition{true}, {.id = "a", .start = 5, .derived = true}));
  EXPECT_FALSE(DoesHold(DerivedCondition{true}, kDeploy));
  EXPECT_TRUE(DoesHold(DerivedCondition{false}, kDeploy));
}

ReportSpec WithParameter(testing::OwnedValue value) {
  return {.id = "a", .parameters = {{"k", std::move(value)}}, .start = 5};
}

TEST(ConditionTest, FindsParametersByTheirText) {
  const Condition condition =
      ParameterCondition{.key = "k", .text = TextPattern::FromPieces({"1.2", ""})};
  EXPECT_TRUE(DoesHold(condition, WithParameter(std::string("1.2.7"))));
  EXPECT_TRUE(DoesHold(condition, WithParameter(1.25)));
  EXPECT_FALSE(DoesHold(condition, WithParameter(std::string("1.3"))));
  EXPECT_FALSE(DoesHold(condition, kDeploy));
}

TEST(ConditionTest, FindsAParameterThatIsThereWithWhateverValue) {
  const Condition exists =
      ParameterCondition{.key = "k", .text = TextPattern::FromPieces({"", ""})};
  EXPECT_TRUE(DoesHold(exists, WithParameter(std::string())));
  EXPECT_TRUE(DoesHold(exists, WithParameter(false)));
  EXPECT_FALSE(DoesHold(exists, kDeploy));
}

TEST(ConditionTest, ComparesParametersAsNumbers) {
  const Condition above_9 =
      ParameterCondition{.key = "k", .number = NumberRange{.low = 9, .includes_low = false}};
  EXPECT_TRUE(DoesHold(above_9, WithParameter(int64_t{10})));
  EXPECT_TRUE(DoesHold(above_9, WithParameter(9.5)));
  EXPECT_TRUE(DoesHold(above_9, WithParameter(std::string("10"))));
  EXPECT_FALSE(DoesHold(above_9, WithParameter(int64_t{9})));
  EXPECT_FALSE(DoesHold(above_9, WithParameter(std::string("x10"))));
  EXPECT_FALSE(DoesHold(above_9, WithParameter(true)));
}

TEST(ConditionTest, ComparesGreatIntegersExactly) {
  const Condition condition = ParameterCondition{
      .key = "k",
      .number = NumberRange{.low = 9'007'199'254'740'993, .high = 9'007'199'254'740'993}};
  EXPECT_TRUE(DoesHold(condition, WithParameter(int64_t{9'007'199'254'740'993})));
  EXPECT_FALSE(DoesHold(condition, WithParameter(int64_t{9'007'199'254'740'992})));
}

TEST(ConditionTest, TakesEqualityOfTextsByTheirCharacters) {
  const Condition is_3 = ParameterCondition{
      .key = "k", .text = TextPattern::Exactly("3"), .number = NumberRange{.low = 3, .high = 3}};
  EXPECT_TRUE(DoesHold(is_3, WithParameter(std::string("3"))));
  EXPECT_TRUE(DoesHold(is_3, WithParameter(3.0)));
  EXPECT_FALSE(DoesHold(is_3, WithParameter(std::string("3.0"))));
}

bool FindsPhrase(std::vector<QueryWord> words, const std::string& message) {
  return DoesHold(WordsCondition{std::move(words)}, {.id = "a", .message = message, .start = 5});
}

TEST(ConditionTest, FindsAPhrase) {
  EXPECT_TRUE(FindsPhrase({{"1"}, {"4"}, {"0"}}, "from 1.4.0"));
  EXPECT_TRUE(FindsPhrase({{"1"}, {"4"}, {"0"}}, "1.1.4.0"));
  EXPECT_FALSE(FindsPhrase({{"1"}, {"4"}, {"0"}}, "1.4 and 0"));
  EXPECT_FALSE(FindsPhrase({{"1"}, {"4"}}, "14"));
}

TEST(ConditionTest, FindsTheBeginningOfAWord) {
  EXPECT_TRUE(FindsPhrase({{"time", true}}, "It timed out"));
  EXPECT_FALSE(FindsPhrase({{"imed", true}}, "It timed out"));
}

TEST(ConditionTest, FindsHanInsideOfARunOnly) {
  const std::vector<QueryWord> tokyo = {{"東"}, {.text = "京", .is_glued = true}};
  EXPECT_TRUE(FindsPhrase(tokyo, "大東京都"));
  EXPECT_FALSE(FindsPhrase(tokyo, "東 京"));
}

TEST(ConditionTest, FindsWordsWhateverTheirCaseAndWhereverTheyStand) {
  EXPECT_TRUE(FindsPhrase({{"shop", false}}, "xshop SHOP"));
  EXPECT_TRUE(FindsPhrase({{"shop", false}}, "sho shop"));
  EXPECT_FALSE(FindsPhrase({{"shop", false}}, "xshop shops SHO"));
  EXPECT_TRUE(FindsPhrase({{"v12", false}}, "v12"));
  // The long s folds to s, the Kelvin sign to k.
  EXPECT_TRUE(FindsPhrase({{"shop", false}}, "\u017Fhop"));
  EXPECT_TRUE(FindsPhrase({{"k", false}}, "3 \u212A"));
}

TEST(ConditionTest, FindsWordsOfNameAndParametersEachByItself) {
  const WordsCondition phrase = {{{"upgrade"}, {"7"}}};
  EXPECT_TRUE(DoesHold(phrase, {.id = "a", .name = "Upgrade-7", .start = 5}));
  EXPECT_TRUE(DoesHold(phrase, WithParameter(std::string("Upgrade 7"))));
  EXPECT_TRUE(DoesHold(WordsCondition{{{"7"}}}, WithParameter(int64_t{7})));
  ReportSpec split = WithParameter(int64_t{7});
  split.name = "Upgrade";
  EXPECT_FALSE(DoesHold(phrase, split));
  EXPECT_FALSE(DoesHold(WordsCondition{{{"shop"}}}, kDeploy));
}

}  // namespace
}  // namespace tidings
