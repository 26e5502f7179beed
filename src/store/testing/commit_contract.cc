#include <chrono>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/time_text.h"
#include "event/interval.h"
#include "store/testing/event_store_contract.h"

/// What a commit does to an event, and what Get tells of it.
namespace tidings::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using std::chrono_literals::operator""ms;

const ReportSpec kWholeStart = {
    .id = "deploy-7",
    .service = "shop",
    .instance = "shop-1",
    .endpoint = "/pay",
    .layer = "K8S",
    .name = "Deploy",
    .message = "to {version}",
    .parameters = {{"version", std::string("7")}, {"replicas", int64_t{3}}},
    .type = EventType::kError,
    .start = 1'000};

TEST_P(EventStoreContract, TellsWhetherAReportIsNewJoinedOrUnchanged) {
  EXPECT_EQ(CommitOne({.id = "a", .name = "Deploy", .start = 5}), Outcome::kNew);
  EXPECT_EQ(CommitOne({.id = "a", .end = 9}), Outcome::kJoined);
  EXPECT_EQ(CommitOne({.id = "a", .end = 9}), Outcome::kUnchanged);
  EXPECT_EQ(CommitOne({.id = "a", .name = "Deploy", .start = 5}), Outcome::kUnchanged);
}

TEST_P(EventStoreContract, TellsThatALowerGenerationIsSuperseded) {
  CommitOne({.id = "a", .name = "Deploy", .start = 5});
  EXPECT_EQ(CommitOne({.id = "a", .name = "Fixed", .start = 6, .generation = 2}), Outcome::kJoined);
  EXPECT_EQ(
      CommitOne({.id = "a", .name = "Late", .start = 7, .generation = 1}), Outcome::kSuperseded
  );
  EXPECT_EQ(CommitOne({.id = "a", .end = 9}), Outcome::kSuperseded);
  EXPECT_EQ(Got("a"), OnlyThis({.id = "a", .name = "Fixed", .start = 6, .generation = 2}));
}

TEST_P(EventStoreContract, GivesOneOutcomePerReportInTheBatchsOrder) {
  CommitOne({.id = "old", .name = "x", .start = 5});
  EXPECT_THAT(
      Commit(
          {{.id = "a", .start = 5},
           {.id = "old", .name = "x", .start = 5},
           {.id = "b", .start = 5},
           {.id = "old", .end = 8}}
      ),
      ElementsAre(Outcome::kNew, Outcome::kUnchanged, Outcome::kNew, Outcome::kJoined)
  );
}

TEST_P(EventStoreContract, JoinsReportsOfOneIdWithinABatchInTheirOrder) {
  EXPECT_THAT(
      Commit(
          {{.id = "a", .name = "Deploy", .start = 5},
           {.id = "a", .end = 9},
           {.id = "a", .end = 9},
           {.id = "a", .generation = 1, .withdrawn = true},
           {.id = "a", .end = 10}}
      ),
      ElementsAre(
          Outcome::kNew,
          Outcome::kJoined,
          Outcome::kUnchanged,
          Outcome::kJoined,
          Outcome::kSuperseded
      )
  );
  EXPECT_EQ(Got("a"), OnlyThis({.id = "a", .generation = 1, .withdrawn = true}));
}

TEST_P(EventStoreContract, TakesAnEmptyBatch) {
  EXPECT_THAT(Commit({}), IsEmpty());
}

TEST_P(EventStoreContract, TakesNothingAwayWhenOnlyTheEndIsReported) {
  CommitOne(kWholeStart);
  Reopen();
  CommitOne({.id = "deploy-7", .end = 2'000});
  EXPECT_EQ(
      Got("deploy-7"),
      "deploy-7 gen=0 Error 1000..2000 service=\"shop\"@1000 instance=\"shop-1\"@1000 "
      "endpoint=\"/pay\"@1000 layer=\"K8S\"@1000 name=\"Deploy\"@1000 "
      "message=\"to {version}\"@1000 replicas=int3@1000 version=string\"7\"@1000"
  );
}

TEST_P(EventStoreContract, TakesAnEndBeforeItsStart) {
  EXPECT_EQ(CommitOne({.id = "deploy-7", .end = 2'000}), Outcome::kNew);
  Compact();
  Reopen();
  EXPECT_EQ(CommitOne(kWholeStart), Outcome::kJoined);
  const absl::StatusOr<std::optional<Event>> event = store().Get("deploy-7");
  ASSERT_TRUE(event.ok() && *event);
  EXPECT_EQ((*event)->view().start, 1'000);
  EXPECT_EQ((*event)->view().end, 2'000);
  EXPECT_EQ((*event)->view().text[TextField::kName], "Deploy");
}

TEST_P(EventStoreContract, KeepsAnEndBeforeTheStartAsContradictory) {
  CommitOne({.id = "a", .start = 9});
  CommitOne({.id = "a", .end = 5});
  const absl::StatusOr<std::optional<Event>> event = store().Get("a");
  ASSERT_TRUE(event.ok() && *event);
  EXPECT_TRUE(IsContradictory((*event)->view()));
}

TEST_P(EventStoreContract, CountsAClockThatRisesWithoutAVisibleChangeAsAChange) {
  CommitOne({.id = "a", .name = "Deploy", .start = 5, .reported = 5});
  EXPECT_EQ(CommitOne({.id = "a", .name = "Deploy", .reported = 8}), Outcome::kJoined);
  Reopen();
  EXPECT_EQ(CommitOne({.id = "a", .name = "Zeal", .reported = 7}), Outcome::kUnchanged);
}

TEST_P(EventStoreContract, KeepsTheLeastReceiptAsTheInferredTime) {
  const int64_t first_ms = clock_.NowMs();
  CommitOne({.id = "a", .name = "Deploy"});
  clock_.Advance(50ms);
  EXPECT_EQ(CommitOne({.id = "a", .name = "Deploy"}), Outcome::kUnchanged);
  const absl::StatusOr<std::optional<Event>> event = store().Get("a");
  ASSERT_TRUE(event.ok() && *event);
  EXPECT_EQ((*event)->view().inferred, first_ms);
}

TEST_P(EventStoreContract, TellsTheFirstReceiptAndTheLastThatChangedAnything) {
  const int64_t first_ms = clock_.NowMs();
  CommitOne({.id = "a", .start = 5});
  clock_.Advance(10ms);
  const int64_t second_ms = clock_.NowMs();
  CommitOne({.id = "a", .end = 9});
  clock_.Advance(10ms);
  CommitOne({.id = "a", .end = 9});
  Compact();
  Reopen();
  const absl::StatusOr<std::optional<Event>> event = store().Get("a");
  ASSERT_TRUE(event.ok() && *event);
  EXPECT_EQ((*event)->view().received_first, first_ms);
  EXPECT_EQ((*event)->view().received_last, second_ms);
}

TEST_P(EventStoreContract, ReplacesTheEventWholeByACorrection) {
  CommitOne(kWholeStart);
  const ReportSpec correction = {
      .id = "deploy-7", .name = "Rollback", .start = 1'500, .end = 1'600, .generation = 1};
  EXPECT_EQ(CommitOne(correction), Outcome::kJoined);
  Reopen();
  EXPECT_EQ(CommitOne(correction), Outcome::kUnchanged);
  EXPECT_EQ(Got("deploy-7"), OnlyThis(correction));
}

TEST_P(EventStoreContract, TellsAWithdrawnEventByItsFlagAndLetsALaterCorrectionBringItBack) {
  CommitOne(kWholeStart);
  const ReportSpec withdrawal = {.id = "deploy-7", .generation = 1, .withdrawn = true};
  EXPECT_EQ(CommitOne(withdrawal), Outcome::kJoined);
  Compact();
  Reopen();
  EXPECT_EQ(Got("deploy-7"), OnlyThis(withdrawal));
  const ReportSpec correction = {.id = "deploy-7", .name = "Deploy", .end = 9, .generation = 2};
  EXPECT_EQ(CommitOne(correction), Outcome::kJoined);
  EXPECT_EQ(Got("deploy-7"), OnlyThis(correction));
}

TEST_P(EventStoreContract, TakesAWithdrawalOfAnEventThatItDoesNotKnow) {
  EXPECT_EQ(CommitOne({.id = "a", .generation = 3, .withdrawn = true}), Outcome::kNew);
  EXPECT_EQ(CommitOne({.id = "a", .name = "Deploy", .start = 5}), Outcome::kSuperseded);
}

TEST_P(EventStoreContract, KnowsNothingOfAnIdThatWasNotReported) {
  CommitOne({.id = "a", .start = 5});
  EXPECT_EQ(Got("b"), "nothing");
  EXPECT_EQ(Got(""), "nothing");
}

TEST_P(EventStoreContract, TakesAnyId) {
  std::vector<ReportSpec> reports;
  for (const std::string& id :
       {std::string("abcde"),
        std::string("0198f3a2-7c1e-7abc-8def-0123456789ab"),
        std::string("0198F3A2-7C1E-7ABC-8DEF-0123456789AB"),
        std::string("a/b?c=d e"),
        std::string("événement"),
        std::string("nul\0in", 6),
        std::string("\n"),
        std::string(128, 'x')}) {
    reports.push_back({.id = id, .name = "Deploy", .start = 5});
  }
  Commit(reports);
  Compact();
  Reopen();
  for (const ReportSpec& report : reports) {
    EXPECT_EQ(Got(report.id), OnlyThis(report));
  }
}

TEST_P(EventStoreContract, GivesParametersBackWithTheirTypesInOrderOfKey) {
  const ReportSpec report = {
      .id = "a",
      .parameters =
          {{"z", true},
           {"y", std::numeric_limits<int64_t>::min()},
           {"x", 0.1},
           {"w", std::numeric_limits<double>::quiet_NaN()},
           {"v", -std::numeric_limits<double>::infinity()},
           {"u", std::string()},
           {"t", std::string("nul\0in", 6)},
           {"é", std::string("7")},
           {"s", false},
           {"r", 7.0}},
      .start = 5};
  CommitOne(report);
  Compact();
  Reopen();
  EXPECT_EQ(Got("a"), OnlyThis(report));
}

TEST_P(EventStoreContract, KeepsTheLeastKeysOfTooManyParameters) {
  ReportSpec low = {.id = "a", .start = 5};
  ReportSpec high = {.id = "a", .start = 5};
  for (int i = 0; i < 200; ++i) {
    low.parameters.emplace_back(fmt::format("p{:03}", i), int64_t{i});
    high.parameters.emplace_back(fmt::format("p{:03}", i + 150), int64_t{i});
  }
  CommitOne(high);
  CommitOne(low);
  Reopen();
  const absl::StatusOr<std::optional<Event>> event = store().Get("a");
  ASSERT_TRUE(event.ok() && *event);
  EXPECT_TRUE((*event)->view().truncated);
  ASSERT_EQ((*event)->view().parameters.size(), kMaxEventParameters);
  EXPECT_EQ((*event)->view().parameters.back().key, "p255");
}

TEST_P(EventStoreContract, TakesTimesFromTheFirstMillisecondToTheYear9999) {
  const std::vector<ReportSpec> reports = {
      {.id = "1970", .name = "Deploy", .start = 1, .end = 2},
      {.id = "2023", .name = "Deploy", .start = 1'700'000'000'000},
      {.id = "9999", .name = "Deploy", .start = kMaxTimeMs - 1, .end = kMaxTimeMs},
      {.id = "all", .name = "Deploy", .start = 1, .end = kMaxTimeMs}};
  Commit(reports);
  Compact();
  Reopen();
  for (const ReportSpec& report : reports) {
    EXPECT_EQ(Got(report.id), OnlyThis(report));
  }
  EXPECT_THAT(IdsOf({}), ElementsAre("1970", "all", "2023", "9999"));
}

TEST_P(EventStoreContract, KeepsTheLongestTexts) {
  const ReportSpec report = {
      .id = std::string(128, 'i'),
      .service = std::string(512, 's'),
      .layer = std::string(64, 'L'),
      .name = std::string(256, 'n'),
      .message = std::string(16 * 1024, 'm'),
      .parameters =
          {{std::string(256, 'k'), std::string(16 * 1024, 'v')},
           {"l", std::string(16 * 1024, 'w')}},
      .start = 5};
  CommitOne(report);
  Compact();
  Reopen();
  EXPECT_EQ(Got(report.id), OnlyThis(report));
}

TEST_P(EventStoreContract, RefusesCommitsOnceItIsStopped) {
  CommitOne({.id = "a", .start = 5});
  store().Stop();
  store().Stop();
  const absl::StatusOr<CommitResult> result =
      CommitAndWait(store(), BatchBuilder(clock_.NowMs()).Add({.id = "b", .start = 5}).Build());
  EXPECT_EQ(result.status().code(), absl::StatusCode::kUnavailable) << result.status();
}

}  // namespace
}  // namespace tidings::testing
