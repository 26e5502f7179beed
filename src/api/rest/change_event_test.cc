#include "api/rest/change_event.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/rest/testing/rest_harness.h"
#include "base/status.h"

namespace tidings::rest {
namespace {

using rest_testing::HeaderOf;
using rest_testing::RestHarness;
using testing::AllOf;
using testing::HasSubstr;

constexpr const char* kCorrection = R"({"name":"B","start":1000,"end":2000})";

class ChangeEventTest : public testing::Test {
 protected:
  ChangeEventTest() {
    rest_.Post(R"([{"id":"closed","name":"A","service":"s","start":1000,"end":3000},)"
               R"({"id":"open","name":"A","start":1000}])");
  }

  RestHarness rest_;
};

TEST_F(ChangeEventTest, ACorrectionReplacesTheEventWhole) {
  const net::HttpResponse answer = rest_.Put("/api/v1/events/closed", kCorrection);

  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(
      answer.body,
      AllOf(
          HasSubstr(R"({"id":"closed","source":{"service":"")"),
          HasSubstr(R"("name":"B")"),
          HasSubstr(R"("end":2000)"),
          HasSubstr(R"("generation":1)")
      )
  );
  EXPECT_EQ(rest_.Get("/api/v1/events/closed").body, answer.body);
}

TEST_F(ChangeEventTest, EachCorrectionIsTheNextGeneration) {
  rest_.Put("/api/v1/events/closed", kCorrection);

  EXPECT_THAT(rest_.Put("/api/v1/events/closed", kCorrection).body, HasSubstr(R"("generation":2)"));
}

TEST_F(ChangeEventTest, TakesWhatGetAnswers) {
  const std::string event = rest_.Get("/api/v1/event?id=closed").body;

  EXPECT_THAT(rest_.Put("/api/v1/event?id=closed", event).body, HasSubstr(R"("service":"s")"));
}

TEST_F(ChangeEventTest, CorrectsAnOpenEventOnlyTogetherWithItsEnd) {
  const net::HttpResponse refused =
      rest_.Put("/api/v1/events/open", R"({"name":"B","start":1000})");

  EXPECT_EQ(refused.status, 409);
  EXPECT_THAT(refused.body, AllOf(HasSubstr(R"("type":"open")"), HasSubstr(R"("field":"end")")));
  EXPECT_EQ(rest_.Put("/api/v1/events/open", kCorrection).status, 200);
}

TEST_F(ChangeEventTest, ACorrectionNeedsATime) {
  const net::HttpResponse answer = rest_.Put("/api/v1/events/closed", R"({"name":"B"})");

  EXPECT_EQ(answer.status, 400);
  EXPECT_THAT(
      answer.body, AllOf(HasSubstr(R"("field":"start")"), HasSubstr("nothing was changed"))
  );
}

TEST_F(ChangeEventTest, RefusesACorrectionThatNamesAnotherEvent) {
  const net::HttpResponse answer =
      rest_.Put("/api/v1/events/closed", R"({"id":"other","name":"B","start":1,"end":2})");

  EXPECT_EQ(answer.status, 400);
  EXPECT_THAT(answer.body, HasSubstr("id is 'other', but the request names 'closed'"));
}

TEST_F(ChangeEventTest, RefusesAWithdrawalByCorrection) {
  EXPECT_THAT(
      rest_.Put("/api/v1/events/closed", R"({"withdrawn":true})").body,
      HasSubstr("DELETE withdraws an event")
  );
}

TEST_F(ChangeEventTest, NamesAnUnknownField) {
  EXPECT_THAT(
      rest_.Put("/api/v1/events/closed", R"({"nam":"B"})").body,
      AllOf(HasSubstr(R"("field":"nam")"), HasSubstr("did you mean 'name'?"))
  );
}

TEST_F(ChangeEventTest, RefusesABodyThatIsNotOneEvent) {
  for (const char* body : {"", "[]", "{", "7", R"([{"name":"A"},{"name":"B"}])"}) {
    const net::HttpResponse answer = rest_.Put("/api/v1/events/closed", body);
    EXPECT_EQ(answer.status, 400) << body;
    EXPECT_THAT(answer.body, HasSubstr(R"("type":"malformed")")) << body;
  }
}

TEST_F(ChangeEventTest, RefusesABodyThatIsNoJson) {
  const net::HttpResponse answer =
      rest_.Send({.method = "PUT", .target = "/api/v1/events/closed", .body = kCorrection});

  EXPECT_EQ(answer.status, 415);
  EXPECT_THAT(answer.body, HasSubstr("add -H 'content-type: application/json'"));
}

TEST_F(ChangeEventTest, AWithdrawnEventLeavesEveryAnswer) {
  const net::HttpResponse answer = rest_.Delete("/api/v1/events/closed");

  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, R"({"id":"closed","withdrawn":true,"generation":1})");
  EXPECT_EQ(rest_.Get("/api/v1/events/closed").status, 410);
}

TEST_F(ChangeEventTest, WithdrawsAnOpenEvent) {
  EXPECT_EQ(rest_.Delete("/api/v1/event?id=open").status, 200);
}

TEST_F(ChangeEventTest, WhatIsWithdrawnIsGone) {
  rest_.Delete("/api/v1/events/closed");

  EXPECT_EQ(rest_.Delete("/api/v1/events/closed").status, 410);
  EXPECT_EQ(rest_.Put("/api/v1/events/closed", kCorrection).status, 410);
}

TEST_F(ChangeEventTest, SaysThatThereIsNone) {
  EXPECT_EQ(rest_.Delete("/api/v1/events/nobody").status, 404);
  EXPECT_EQ(rest_.Put("/api/v1/events/nobody", kCorrection).status, 404);
  EXPECT_FALSE(rest_.store.Get("nobody").value().has_value());
}

TEST_F(ChangeEventTest, NeedsTheScopeAdmin) {
  for (const char* method : {"PUT", "DELETE"}) {
    for (const char* path : {"/api/v1/events/closed", "/api/v1/event"}) {
      EXPECT_EQ(rest_.ScopeOf(method, path), net::Scope::kAdmin) << method << " " << path;
    }
  }
  EXPECT_EQ(rest_.ScopeOf("GET", "/api/v1/events/closed"), net::Scope::kQuery);
}

TEST_F(ChangeEventTest, SaysWhenToComeBack) {
  rest_.store.Stop();

  EXPECT_EQ(rest_.Delete("/api/v1/events/closed").status, 503);
  EXPECT_EQ(HeaderOf(rest_.Put("/api/v1/events/closed", kCorrection), "retry-after"), "1");
}

/// Answers the first commits as if somebody else had been faster.
class LosingSink final : public ReportSink {
 public:
  explicit LosingSink(int losses) : losses_(losses) {}

  void Commit(ReportBatch batch, IngestRights, IngestDone done) override {
    generations.push_back(batch.reports[0].generation);
    const bool loses = losses_-- > 0;
    IngestResult result;
    result.stored.push_back({.index = 0, .outcome = loses ? Outcome::kSuperseded : Outcome::kJoined}
    );
    done(std::move(result));
  }

  std::vector<int32_t> generations;

 private:
  int losses_;
};

TEST(ChangeEventRaceTest, TriesAgainWhenSomebodyElseWasFaster) {
  LosingSink sink(2);
  RestHarness rest(&sink);
  ReportBatch batch;
  batch.reports.push_back({.id = "a", .start = 1000, .end = 2000});
  rest.store.Commit(std::move(batch), [](const absl::StatusOr<CommitResult>&) {});

  EXPECT_EQ(rest.Put("/api/v1/events/a", kCorrection).status, 200);
  EXPECT_EQ(sink.generations.size(), 3u);
}

TEST(ChangeEventRaceTest, GivesUpAfterFiveTries) {
  LosingSink sink(100);
  RestHarness rest(&sink);
  ReportBatch batch;
  batch.reports.push_back({.id = "a", .start = 1000, .end = 2000});
  rest.store.Commit(std::move(batch), [](const absl::StatusOr<CommitResult>&) {});

  const net::HttpResponse answer = rest.Delete("/api/v1/events/a");

  EXPECT_EQ(answer.status, 409);
  EXPECT_THAT(answer.body, HasSubstr(R"("type":"conflict")"));
  EXPECT_EQ(sink.generations.size(), 5u);
}

}  // namespace
}  // namespace tidings::rest
