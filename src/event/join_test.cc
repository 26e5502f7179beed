#include "event/join.h"

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "event/testing/batch_builder.h"

/// The rules of the law by example; as properties in join_law_test.cc.
namespace tidings {
namespace {

using testing::Describe;
using testing::EventOf;
using testing::ReportSpec;

std::string JoinedText(const ReportSpec& first, const ReportSpec& second) {
  const Event a = EventOf(first);
  const Event b = EventOf(second);
  Arena arena;
  return Describe(Join(a.view(), b.view(), arena).event);
}

Outcome OutcomeOf(const ReportSpec& first, const ReportSpec& second) {
  const Event a = EventOf(first);
  const Event b = EventOf(second);
  Arena arena;
  return Join(a.view(), b.view(), arena).outcome;
}

TEST(JoinTest, TakesNothingAwayByAnEndReport) {
  EXPECT_EQ(
      JoinedText(
          {.id = "a", .service = "shop", .name = "Deploy", .parameters = {{"k", true}}, .start = 5},
          {.id = "a", .end = 9}
      ),
      "a gen=0 Normal 5..9 service=\"shop\"@5 name=\"Deploy\"@5 k=true@5"
  );
}

TEST(JoinTest, ReplacesTheStartsMessageByTheEnds) {
  EXPECT_EQ(
      JoinedText({.id = "a", .message = "zzz", .start = 5}, {.id = "a", .message = "b", .end = 9}),
      "a gen=0 Normal 5..9 message=\"b\"@9"
  );
}

TEST(JoinTest, LetsTheGreaterTextWinOfEqualClocks) {
  EXPECT_EQ(
      JoinedText({.id = "a", .name = "x", .start = 5}, {.id = "a", .name = "y", .start = 5}),
      "a gen=0 Normal 5..0 name=\"y\"@5"
  );
}

TEST(JoinTest, TellsOfAnEventThatHadAnotherName) {
  const auto is_renamed = [](const ReportSpec& first, const ReportSpec& second, bool before) {
    const Event a = EventOf(first);
    const Event b = EventOf(second);
    EventView event = a.view();
    event.renamed = before;
    Arena arena;
    return Join(event, b.view(), arena).event.renamed;
  };
  const ReportSpec deploy = {.id = "a", .name = "Deploy", .start = 5};
  EXPECT_FALSE(is_renamed(deploy, {.id = "a", .end = 9}, false));
  EXPECT_FALSE(is_renamed(deploy, {.id = "a", .name = "Note", .start = 4}, false));
  EXPECT_FALSE(is_renamed({.id = "a", .start = 5}, deploy, false));
  EXPECT_TRUE(is_renamed(deploy, {.id = "a", .name = "Note", .start = 6}, false));
  EXPECT_TRUE(is_renamed(deploy, {.id = "a", .name = "Note", .start = 1, .generation = 1}, false));
  EXPECT_TRUE(is_renamed(deploy, {.id = "a", .generation = 1, .withdrawn = true}, false));
  EXPECT_TRUE(is_renamed(deploy, {.id = "a", .end = 9}, true));
}

TEST(JoinTest, KeepsTheClockThatEachRegisterWonWith) {
  EXPECT_EQ(
      JoinedText(
          {.id = "a", .name = "x", .message = "m", .start = 5}, {.id = "a", .name = "x", .end = 9}
      ),
      "a gen=0 Normal 5..9 name=\"x\"@9 message=\"m\"@5"
  );
}

TEST(JoinTest, GivesAReportWithoutTimesTheClockZero) {
  EXPECT_EQ(
      JoinedText({.id = "a", .name = "x", .start = 5}, {.id = "a", .name = "z"}),
      "a gen=0 Normal 5..0 name=\"x\"@5"
  );
}

TEST(JoinTest, CountsAParameterWithAnEmptyValue) {
  EXPECT_EQ(
      JoinedText(
          {.id = "a", .parameters = {{"k", std::string("v")}}, .start = 5},
          {.id = "a", .parameters = {{"k", std::string()}}, .end = 9}
      ),
      "a gen=0 Normal 5..9 k=string\"\"@9"
  );
}

TEST(JoinTest, OrdersValuesOfOneClockByType) {
  EXPECT_EQ(
      JoinedText(
          {.id = "a", .parameters = {{"k", 0.5}, {"l", true}}, .start = 5},
          {.id = "a", .parameters = {{"k", int64_t{7}}, {"l", int64_t{-7}}}, .start = 5}
      ),
      "a gen=0 Normal 5..0 k=double0.5@5 l=int-7@5"
  );
}

TEST(JoinTest, IsErrorIfAnyReportSaysSo) {
  EXPECT_EQ(
      JoinedText({.id = "a", .type = EventType::kError, .start = 5}, {.id = "a", .end = 9}),
      "a gen=0 Error 5..9"
  );
}

TEST(JoinTest, DropsTheInferredTimeOnceAnyTimeIsKnown) {
  EXPECT_EQ(
      JoinedText({.id = "a", .name = "x"}, {.id = "a", .end = 9}),
      "a gen=0 Normal 0..9 name=\"x\"@0"
  );
  EXPECT_EQ(
      OutcomeOf({.id = "a", .name = "x", .end = 9}, {.id = "a", .name = "x"}), Outcome::kUnchanged
  );
}

TEST(JoinTest, KeepsAContradiction) {
  EXPECT_EQ(JoinedText({.id = "a", .start = 9}, {.id = "a", .end = 5}), "a gen=0 Normal 9..5");
}

TEST(JoinTest, ReturnsTheEventItselfWhenNothingChanged) {
  const Event event = EventOf({.id = "a", .name = "x", .parameters = {{"k", true}}, .start = 5});
  const Event repeat = EventOf({.id = "a", .name = "x", .parameters = {{"k", true}}, .start = 5});
  Arena arena;
  const JoinResult result = Join(event.view(), repeat.view(), arena);
  EXPECT_EQ(result.outcome, Outcome::kUnchanged);
  EXPECT_EQ(result.event.parameters.data(), event->parameters.data());
  EXPECT_EQ(result.event.text[TextField::kName].data(), event->text[TextField::kName].data());
  EXPECT_EQ(arena.bytes(), 0);
}

TEST(JoinTest, AllocatesNothingForTheFirstParametersOfAnEvent) {
  const Event event = EventOf({.id = "a", .start = 5});
  const Event report = EventOf({.id = "a", .parameters = {{"k", true}}, .end = 9});
  Arena arena;
  const JoinResult result = Join(event.view(), report.view(), arena);
  EXPECT_EQ(result.event.parameters.data(), report->parameters.data());
  EXPECT_EQ(arena.bytes(), 0);
}

TEST(JoinTest, KeepsTheFlagOfAnEventThatCouldNotBeRead) {
  const Event start = EventOf({.id = "a", .start = 5});
  EventView damaged = start.view();
  damaged.incomplete = true;
  const Event end = EventOf({.id = "a", .end = 9});
  const Event correction = EventOf({.id = "a", .end = 9, .generation = 1});
  Arena arena;
  EXPECT_TRUE(Join(damaged, end.view(), arena).event.incomplete);
  EXPECT_FALSE(Join(damaged, correction.view(), arena).event.incomplete);
}

TEST(JoinTest, ReplacesTheWholeEventByAHigherGeneration) {
  EXPECT_EQ(
      JoinedText(
          {.id = "a", .name = "x", .parameters = {{"k", true}}, .start = 5, .derived = true},
          {.id = "a", .message = "m", .end = 3, .generation = 2}
      ),
      "a gen=2 Normal 0..3 message=\"m\"@3"
  );
}

TEST(JoinTest, LetsAWithdrawalWinOverACorrectionOfTheSameNumber) {
  const ReportSpec correction = {.id = "a", .name = "x", .start = 5, .generation = 2};
  const ReportSpec withdrawal = {.id = "a", .generation = 2, .withdrawn = true};
  EXPECT_EQ(JoinedText(correction, withdrawal), "a gen=2 Normal 0..0 withdrawn");
  EXPECT_EQ(JoinedText(withdrawal, correction), "a gen=2 Normal 0..0 withdrawn");
  EXPECT_EQ(OutcomeOf(withdrawal, correction), Outcome::kUnchanged);
}

TEST(JoinTest, TellsTheOutcomes) {
  const ReportSpec open = {.id = "a", .name = "x", .start = 5};
  const ReportSpec corrected = {.id = "a", .name = "y", .start = 5, .generation = 1};
  EXPECT_EQ(OutcomeOf(open, open), Outcome::kUnchanged);
  EXPECT_EQ(OutcomeOf(open, {.id = "a", .end = 9}), Outcome::kJoined);
  EXPECT_EQ(OutcomeOf(open, {.id = "a", .name = "x", .reported = 6}), Outcome::kJoined);
  EXPECT_EQ(OutcomeOf(open, corrected), Outcome::kJoined);
  EXPECT_EQ(OutcomeOf(corrected, corrected), Outcome::kUnchanged);
  EXPECT_EQ(OutcomeOf(corrected, open), Outcome::kSuperseded);
}

TEST(JoinTest, MovesOnlyTheLastReceipt) {
  const Event event = EventOf({.id = "a", .start = 5}, 100);
  const Event end = EventOf({.id = "a", .end = 9}, 50);
  Arena arena;
  const EventView joined = Join(event.view(), end.view(), arena).event;
  EXPECT_EQ(joined.received_first, 100);
  EXPECT_EQ(joined.received_last, 50);
}

TEST(JoinTest, TellsThatParametersWereCutWhenOnlyAGreaterKeyIsLeftOut) {
  ReportSpec full = {.id = "a", .start = 5};
  for (int i = 0; i < 256; ++i) {
    full.parameters.emplace_back("k" + std::to_string(1'000 + i), true);
  }
  const Event event = EventOf(full);
  const Event report = EventOf({.id = "a", .parameters = {{"z", true}}, .start = 5});
  Arena arena;
  const JoinResult once = Join(event.view(), report.view(), arena);
  EXPECT_EQ(once.outcome, Outcome::kJoined);
  EXPECT_TRUE(once.event.truncated);
  EXPECT_EQ(once.event.parameters.data(), event->parameters.data());
  EXPECT_EQ(Join(once.event, report.view(), arena).outcome, Outcome::kUnchanged);
}

TEST(CompareValuesTest, HasOneNanAndOneZero) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(CompareValues(nan, -nan), 0);
  EXPECT_EQ(CompareValues(-0.0, 0.0), 0);
  EXPECT_GT(CompareValues(nan, std::numeric_limits<double>::infinity()), 0);
  EXPECT_LT(CompareValues(-std::numeric_limits<double>::infinity(), nan), 0);
}

TEST(CompareValuesTest, OrdersTextByUnsignedBytes) {
  EXPECT_LT(CompareValues(std::string_view("z"), std::string_view("\xc3\xa9")), 0);
  EXPECT_LT(CompareValues(std::string_view("a"), std::string_view("aa")), 0);
}

TEST(CompareValuesTest, OrdersTypesBeforeValues) {
  const std::vector<Value> ascending = {
      true, std::numeric_limits<int64_t>::min(), -1e300, std::string_view()};
  for (size_t i = 0; i + 1 < ascending.size(); ++i) {
    EXPECT_EQ(CompareValues(ascending[i], ascending[i + 1]), -1);
    EXPECT_EQ(CompareValues(ascending[i + 1], ascending[i]), 1);
  }
}

}  // namespace
}  // namespace tidings
