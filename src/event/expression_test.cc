#include "event/expression.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "event/testing/batch_builder.h"

namespace tidings {
namespace {

using ::testing::ElementsAre;
using testing::EventOf;
using ::testing::IsEmpty;
using ::testing::Optional;

const testing::ReportSpec kShopDeploy = {
    .id = "a", .service = "shop", .name = "Deploy", .start = 10, .end = 20};

bool ExpressionHolds(const Expression& expression) {
  return Holds(expression, EventOf(kShopDeploy).view(), 1'000);
}

Expression Service(const std::string& value) {
  return OneOf(FilterField::kService, {value});
}

Expression Words(std::vector<QueryWord> words) {
  return ConditionOf(WordsCondition{std::move(words)});
}

TEST(ExpressionTest, HoldsForEverythingWhenItIsEmpty) {
  EXPECT_TRUE(Expression().IsEverything());
  EXPECT_TRUE(ExpressionHolds({}));
  EXPECT_FALSE(ExpressionHolds(AnyOf({})));
}

TEST(ExpressionTest, JoinsConditions) {
  EXPECT_TRUE(ExpressionHolds(AllOf({Service("shop"), OneOf(FilterField::kName, {"Deploy"})})));
  EXPECT_FALSE(ExpressionHolds(AllOf({Service("shop"), OneOf(FilterField::kName, {"Restart"})})));
  EXPECT_TRUE(ExpressionHolds(AnyOf({Service("cart"), OneOf(FilterField::kName, {"Deploy"})})));
  EXPECT_FALSE(ExpressionHolds(Not(Service("shop"))));
  EXPECT_TRUE(ExpressionHolds(NoneOf(FilterField::kService, {"cart", "mail"})));
}

TEST(ExpressionTest, DemandsWhatIsRequiredToo) {
  Expression expression = AnyOf({Service("shop"), Service("cart")});
  expression.Require(OneOf(FilterField::kName, {"Deploy"}));
  EXPECT_TRUE(ExpressionHolds(expression));
  expression.Require(OneOf(FilterField::kName, {"Restart"}));
  EXPECT_FALSE(ExpressionHolds(expression));
}

TEST(ExpressionTest, JudgesByWhatIsKnown) {
  const auto judge = [](const Expression& expression) {
    return Judge(expression, [](const Condition& condition) {
      const auto* const field = std::get_if<FieldCondition>(&condition);
      return field == nullptr                 ? Verdict::kUnknown
             : field->pattern.Matches("shop") ? Verdict::kYes
                                              : Verdict::kNo;
    });
  };
  const Expression unknown = Words({{"x"}});
  EXPECT_EQ(judge(AllOf({unknown, Service("shop")})), Verdict::kUnknown);
  EXPECT_EQ(judge(AllOf({unknown, Service("cart")})), Verdict::kNo);
  EXPECT_EQ(judge(AnyOf({unknown, Service("shop")})), Verdict::kYes);
  EXPECT_EQ(judge(AnyOf({unknown, Service("cart")})), Verdict::kUnknown);
  EXPECT_EQ(judge(Not(unknown)), Verdict::kUnknown);
  EXPECT_EQ(judge(Not(Service("cart"))), Verdict::kYes);
}

TEST(ExpressionTest, KnowsWordsThatEveryMatchHas) {
  const Expression upgrade_to = Words({{"upgrade"}, {"to"}});
  const Expression to_prefix = Words({{"to"}, {"ver", true}});
  EXPECT_THAT(RequiredWords(AllOf({upgrade_to, to_prefix})), ElementsAre("to", "upgrade"));
  EXPECT_THAT(RequiredWords(AnyOf({upgrade_to, to_prefix})), ElementsAre("to"));
  EXPECT_THAT(RequiredWords(Not(upgrade_to)), IsEmpty());
  EXPECT_THAT(RequiredWords(AnyOf({upgrade_to, Service("shop")})), IsEmpty());
  EXPECT_THAT(RequiredWords({}), IsEmpty());
}

TEST(ExpressionTest, KnowsTheValuesThatAFieldMustHave) {
  const auto services = [](const Expression& expression) {
    return RequiredValues(expression, FilterField::kService);
  };
  const Expression both = OneOf(FilterField::kService, {"shop", "cart"});
  EXPECT_THAT(services(both), Optional(ElementsAre("cart", "shop")));
  EXPECT_THAT(services(AllOf({both, Service("shop")})), Optional(ElementsAre("shop")));
  EXPECT_THAT(services(AllOf({Words({{"x"}}), both})), Optional(ElementsAre("cart", "shop")));
  EXPECT_THAT(services(AllOf({Service("shop"), Service("cart")})), Optional(IsEmpty()));
  EXPECT_EQ(services(AnyOf({both, Words({{"x"}})})), std::nullopt);
  EXPECT_EQ(services(Not(both)), std::nullopt);
  EXPECT_EQ(RequiredValues(both, FilterField::kName), std::nullopt);
  EXPECT_EQ(
      services(ConditionOf(FieldCondition{
          FilterField::kService, TextPattern::FromPieces({"shop", ""})})),
      std::nullopt
  );
}

}  // namespace
}  // namespace tidings
