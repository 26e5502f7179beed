#include "api/rest/report_events.h"

#include <optional>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/rest/testing/rest_harness.h"
#include "base/status.h"
#include "event/interval.h"
#include "receiver/testing/held_sink.h"

namespace tidings::rest {
namespace {

using rest_testing::HeaderOf;
using rest_testing::RestHarness;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class ReportEventsTest : public testing::Test {
 protected:
  RestHarness rest_;
};

TEST_F(ReportEventsTest, CountsOutcomesAndTellsIds) {
  const net::HttpResponse answer =
      rest_.Post(R"([{"id":"a","name":"Deploy","start":1700000000000},)"
                 R"({"id":"a","end":1700000060000},{"id":"a","end":1700000060000}])");

  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(HeaderOf(answer, "content-type"), "application/json");
  EXPECT_EQ(
      answer.body,
      R"({"accepted":3,"new":1,"joined":1,"unchanged":1,"superseded":0,"rejected":[],)"
      R"("ids":["a","a","a"],"warnings":[]})"
  );
}

TEST_F(ReportEventsTest, TakesOneReport) {
  const net::HttpResponse answer =
      rest_.Post(R"({"id":"a","service":"checkout","name":"Deploy","start":"-2m","end":"now"})");

  EXPECT_EQ(answer.status, 200);
  const auto event = rest_.store.Get("a").value();
  ASSERT_TRUE(event.has_value());
  EXPECT_EQ(event->view().end - event->view().start, 120'000);
}

TEST_F(ReportEventsTest, TakesNoReports) {
  EXPECT_EQ(
      rest_.Post("[]").body,
      R"({"accepted":0,"new":0,"joined":0,"unchanged":0,"superseded":0,"rejected":[],)"
      R"("ids":[],"warnings":[]})"
  );
}

TEST_F(ReportEventsTest, NamesTheRejectedAndStoresTheOthers) {
  const net::HttpResponse answer = rest_.Post(
      R"([{"id":"a","name":"A"},{"id":"b","nam":"B"},{"id":"c","name":"C","start":5,"end":4}])"
  );

  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(HeaderOf(answer, "content-type"), "application/problem+json");
  EXPECT_THAT(
      answer.body,
      AllOf(
          HasSubstr(R"("type":"partially-stored")"),
          HasSubstr(R"("accepted":1,"new":1,"joined":0)"),
          HasSubstr(R"({"index":1,"field":"nam","error":"is no field of a report; did you mean)"),
          HasSubstr(R"({"index":2,"field":"end",)"),
          HasSubstr(R"("ids":["a",null,null])"),
          HasSubstr(R"("rejected_count":2)")
      )
  );
  EXPECT_TRUE(rest_.store.Get("a").value().has_value());
  EXPECT_FALSE(rest_.store.Get("b").value().has_value());
}

TEST_F(ReportEventsTest, TellsTheFirstHundredRejections) {
  std::string body = "[";
  for (int i = 0; i < 150; ++i) {
    body += i == 0 ? "{}" : ",{}";
  }
  const net::HttpResponse answer = rest_.Post(body + "]");

  EXPECT_THAT(
      answer.body, AllOf(HasSubstr(R"("rejected_count":150)"), HasSubstr(R"("index":99,)"))
  );
  EXPECT_THAT(answer.body, Not(HasSubstr(R"("index":100,)")));
}

TEST_F(ReportEventsTest, TellsNoIdsOfMoreThanAThousandReports) {
  std::string body = R"([{"id":"a","name":"A"})";
  for (int i = 1; i < 1001; ++i) {
    body += R"(,{"id":"a","name":"A"})";
  }

  const net::HttpResponse answer = rest_.Post(body + "]");

  EXPECT_THAT(answer.body, AllOf(HasSubstr(R"("accepted":1001)"), HasSubstr(R"("ids":[])")));
}

TEST_F(ReportEventsTest, WarnsOfSecondsButStoresThem) {
  const net::HttpResponse answer = rest_.Post(R"({"id":"a","name":"A","start":1700000000})");

  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.body, HasSubstr(R"("warnings":["report 0: start is 1700000000, which looks)"));
}

TEST_F(ReportEventsTest, WarnsOfNothingInAReportThatIsRejected) {
  const net::HttpResponse answer =
      rest_.Post(R"([{"id":"a","name":"A","start":1700000000,"nam":"A"},)"
                 R"({"id":"c","name":"C","start":1700000000}])");

  EXPECT_THAT(
      answer.body,
      AllOf(
          HasSubstr(R"("rejected_count":1)"),
          HasSubstr(R"("warnings":["report 1: start is 1700000000, which looks)"),
          Not(HasSubstr("report 0: start"))
      )
  );
}

TEST_F(ReportEventsTest, SaysInOneSentenceWhatBecameOfReports) {
  constexpr const char* kGood = R"({"id":"a","name":"A"})";
  const auto detail_of = [this](const std::string& body) {
    const std::string answer = rest_.Post(body).body;
    const size_t begin = answer.find(R"("detail":")");
    return answer.substr(begin, answer.find(R"(",")", begin) - begin);
  };
  EXPECT_THAT(
      detail_of(R"({"id":"b","":1})"),
      HasSubstr("the report broke a rule and was not stored; index 0: '' is no field of a report")
  );
  EXPECT_THAT(
      detail_of("[5,{}]"),
      HasSubstr("all 2 reports broke a rule, none is stored; the first: index 0: the report is 5, "
                "expected an object")
  );
  EXPECT_THAT(
      detail_of(fmt::format("[{},5]", kGood)),
      HasSubstr("1 of 2 reports broke a rule and was not stored, the others are; index 1: the ")
  );
  EXPECT_THAT(rest_.Post("{}").body, HasSubstr(R"("title":"No report was stored")"));
}

TEST_F(ReportEventsTest, TellsOfAnIdThatItMade) {
  const net::HttpResponse answer = rest_.Post(R"({"name":"A","start":1700000000000})");

  EXPECT_THAT(answer.body, testing::ContainsRegex(R"("ids":\["[0-9a-f]{32}"\])"));
}

TEST_F(ReportEventsTest, StoresNothingOfWhatIsNoJson) {
  const net::HttpResponse answer = rest_.Post(R"([{"id":"a","name":"A"},)");

  EXPECT_EQ(answer.status, 400);
  EXPECT_THAT(
      answer.body, AllOf(HasSubstr(R"("type":"malformed")"), HasSubstr("nothing was stored"))
  );
  EXPECT_FALSE(rest_.store.Get("a").value().has_value());
}

TEST_F(ReportEventsTest, RefusesAnEmptyBody) {
  EXPECT_EQ(rest_.Post("").status, 400);
}

TEST_F(ReportEventsTest, RefusesTooManyReports) {
  RestHarness small(nullptr, {.max_reports = 1});

  const net::HttpResponse answer = small.Post(R"([{"id":"a"},{"id":"b"}])");

  EXPECT_EQ(answer.status, 413);
  EXPECT_THAT(answer.body, HasSubstr("at most 1"));
}

TEST_F(ReportEventsTest, TellsCurlWhichHeaderToAdd) {
  const net::HttpResponse answer = rest_.Send(
      {.method = "POST",
       .target = "/api/v1/events",
       .body = R"({"id":"a","name":"A"})",
       .content_type = "application/x-www-form-urlencoded"}
  );

  EXPECT_EQ(answer.status, 415);
  EXPECT_THAT(
      answer.body,
      HasSubstr("Content-Type is 'application/x-www-form-urlencoded'; add -H 'content-type: "
                "application/json' for one report or an array, -H 'content-type: "
                "application/x-ndjson' for one report a line")
  );
}

TEST_F(ReportEventsTest, TellsThatThereIsNoContentType) {
  const net::HttpResponse answer =
      rest_.Send({.method = "POST", .target = "/api/v1/events", .body = "{}"});

  EXPECT_EQ(answer.status, 415);
  EXPECT_THAT(answer.body, HasSubstr("the request has no Content-Type; add -H 'content-type: "));
}

TEST_F(ReportEventsTest, RefusesParameters) {
  const net::HttpResponse answer = rest_.Send(
      {.method = "POST",
       .target = "/api/v1/events?pretty=1",
       .body = "[]",
       .content_type = "application/json"}
  );

  EXPECT_EQ(answer.status, 400);
  EXPECT_THAT(answer.body, HasSubstr("'pretty' is no parameter of this call"));
}

TEST_F(ReportEventsTest, TakesCorrectionsFromLoopbackOnly) {
  rest_.Post(R"({"id":"a","name":"A","start":1,"end":2})");
  const rest_testing::TestRequest correction{
      .method = "POST",
      .target = "/api/v1/events",
      .body = R"({"id":"a","name":"B","start":1,"end":2,"generation":1})",
      .content_type = "application/json",
      .from_loopback = false};

  EXPECT_THAT(rest_.Send(correction).body, HasSubstr(R"("field":"generation")"));
  EXPECT_EQ(rest_.Post(correction.body).status, 200);
}

TEST_F(ReportEventsTest, SaysWhenToComeBack) {
  rest_.store.Stop();

  const net::HttpResponse answer = rest_.Post(R"({"id":"a","name":"A"})");

  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(HeaderOf(answer, "retry-after"), "1");
  EXPECT_THAT(answer.body, HasSubstr(R"("type":"unavailable")"));
}

TEST_F(ReportEventsTest, SaysThatTheDiskIsFull) {
  receiver_testing::HeldSink sink;
  RestHarness rest(&sink);
  const auto& answer = rest.Begin(
      {.method = "POST",
       .target = "/api/v1/events",
       .body = R"({"id":"a","name":"A"})",
       .content_type = "application/json"}
  );
  ASSERT_FALSE(answer.has_value());

  sink.CompleteOldest(Unavailable("the store takes nothing: IO error: No space left on device"));

  EXPECT_EQ(answer->status, 503);
  EXPECT_THAT(answer->body, HasSubstr(R"("type":"disk-full")"));
}

TEST_F(ReportEventsTest, SaysThatTheStoreIsFullForGood) {
  receiver_testing::HeldSink sink;
  RestHarness rest(&sink);
  const auto& answer = rest.Begin(
      {.method = "POST",
       .target = "/api/v1/events",
       .body = R"({"id":"a","name":"A"})",
       .content_type = "application/json"}
  );

  sink.CompleteOldest(ResourceExhausted("no more than 9 ids"));

  EXPECT_EQ(answer->status, 507);
  EXPECT_THAT(answer->body, HasSubstr("no more than 9 ids"));
}

TEST_F(ReportEventsTest, DecodesALargeBodyOnTheExecutor) {
  rest_.executor.full = true;
  const std::string large =
      R"([{"id":"a","name":"A","message":")" + std::string(300'000, 'x') + R"("}])";

  EXPECT_EQ(rest_.Post(large).status, 503);
  EXPECT_EQ(rest_.Post(R"({"id":"b","name":"B"})").status, 200);
  rest_.executor.full = false;
  EXPECT_THAT(rest_.Post(large).body, HasSubstr(R"("field":"message")"));
}

}  // namespace
}  // namespace tidings::rest
