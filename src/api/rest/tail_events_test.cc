#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/rest/tail_stream.h"
#include "api/rest/testing/rest_harness.h"

namespace tidings::rest {
namespace {

using rest_testing::HeaderOf;
using rest_testing::NextPiece;
using rest_testing::RestHarness;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class TailEventsTest : public ::testing::Test {
 protected:
  void Report(const std::string& json) {
    ASSERT_EQ(rest_.Post(json).status, 200);
    rest_.clock.Advance(std::chrono::milliseconds(1));
  }
  net::HttpResponse Tail(const std::string& query = "", const std::string& last_event_id = "") {
    rest_testing::TestRequest request{.target = "/api/v1/tail" + query};
    request.last_event_id = last_event_id;
    return rest_.Send(request);
  }

  RestHarness rest_;
};

TEST_F(TailEventsTest, BeginsWithWhatChangesFromNowOn) {
  Report(R"({"id":"old","name":"A","start":"now"})");
  const net::HttpResponse tail = Tail();
  EXPECT_EQ(tail.status, 200);
  EXPECT_EQ(HeaderOf(tail, "content-type"), "text/event-stream");
  EXPECT_EQ(tail.body, ": here\nid: 1\n\n");
  Report(R"({"id":"new","name":"B","start":"now"})");
  const std::string text = NextPiece(*tail.stream).bytes;
  EXPECT_THAT(text, ::testing::StartsWith("id: 2\nevent: changed\ndata: {\"id\":\"new\","));
  EXPECT_THAT(text, ::testing::EndsWith("}\n\n"));
}

TEST_F(TailEventsTest, TellsAnEventAgainInItsNewState) {
  const net::HttpResponse tail = Tail();
  Report(R"({"id":"a","name":"A","start":"now"})");
  EXPECT_THAT(NextPiece(*tail.stream).bytes, HasSubstr(R"("state":"open")"));
  Report(R"({"id":"a","end":"now"})");
  EXPECT_THAT(NextPiece(*tail.stream).bytes, HasSubstr(R"("state":"closed")"));
}

TEST_F(TailEventsTest, TellsWhatDoesNotMatchAnyMoreAsGone) {
  const net::HttpResponse tail = Tail("?state=open");
  Report(R"({"id":"a","name":"A","start":"now"})");
  EXPECT_THAT(NextPiece(*tail.stream).bytes, HasSubstr("event: changed"));
  Report(R"({"id":"other","name":"A","start":"now","end":"now"})");
  Report(R"({"id":"a","end":"now"})");
  EXPECT_EQ(NextPiece(*tail.stream).bytes, "id: 3\nevent: gone\ndata: {\"id\":\"a\"}\n\n");
}

TEST_F(TailEventsTest, TellsAsGoneWhatChangedInTheMillisecondOfItsFirstReport) {
  const net::HttpResponse tail = Tail("?q=state:open");
  ASSERT_EQ(rest_.Post(R"({"id":"a","name":"A","start":"5m"})").status, 200);
  EXPECT_THAT(NextPiece(*tail.stream).bytes, HasSubstr("event: changed"));
  ASSERT_EQ(rest_.Post(R"({"id":"a","end":"now"})").status, 200);
  EXPECT_THAT(NextPiece(*tail.stream).bytes, HasSubstr("event: gone"));
}

TEST_F(TailEventsTest, TellsWithdrawnEventsAsGone) {
  Report(R"({"id":"a","name":"A","start":"now"})");
  const net::HttpResponse tail = Tail();
  ASSERT_EQ(rest_.Delete("/api/v1/events/a").status, 200);
  EXPECT_THAT(NextPiece(*tail.stream).bytes, HasSubstr("event: gone\ndata: {\"id\":\"a\"}"));
}

TEST_F(TailEventsTest, GoesOnBehindTheLastEventThatTheReaderSaw) {
  for (const char* const id : {"a", "b", "c"}) {
    Report(fmt::format(R"({{"id":"{}","name":"A","start":"now"}})", id));
  }
  const std::string text = NextPiece(*Tail("?since=0", "1").stream).bytes;
  EXPECT_THAT(text, AllOf(HasSubstr("id: 2\n"), HasSubstr("id: 3\n"), Not(HasSubstr("id: 1\n"))));
}

TEST_F(TailEventsTest, BeginsAtASequenceOrATime) {
  Report(R"({"id":"a","name":"A","start":"now"})");
  rest_.clock.Advance(std::chrono::minutes(5));
  Report(R"({"id":"b","name":"A","start":"now"})");
  Report(R"({"id":"c","name":"A","start":"now"})");
  EXPECT_THAT(NextPiece(*Tail("?since=2").stream).bytes, Not(HasSubstr("\"b\"")));
  const std::string since_time = NextPiece(*Tail("?since=1m").stream).bytes;
  EXPECT_THAT(
      since_time, AllOf(HasSubstr("\"b\""), HasSubstr("\"c\""), Not(HasSubstr("\"id\":\"a\"")))
  );
}

TEST_F(TailEventsTest, SaysWhenItsPlaceIsLost) {
  Report(R"({"id":"a","name":"A","start":"now"})");
  const net::HttpResponse tail = Tail("", "77");
  EXPECT_EQ(NextPiece(*tail.stream).bytes, "event: lag\ndata: {\"missed\":null}\n\n");
}

TEST_F(TailEventsTest, TellsASlowReaderHowManyChangesItMissed) {
  const net::HttpResponse tail = Tail();
  for (int round = 0; round < 2; ++round) {
    std::string reports = "[";
    for (int i = 0; i < 1'000; ++i) {
      reports += fmt::format(
          R"({}{{"id":"{}","name":"A","{}":"now"}})",
          i == 0 ? "" : ",",
          i,
          round == 0 ? "start" : "end"
      );
    }
    Report(reports + "]");
  }
  EXPECT_THAT(
      NextPiece(*tail.stream).bytes,
      ::testing::StartsWith("event: lag\ndata: {\"missed\":1000}\n\nid: 1001\n")
  );
}

TEST_F(TailEventsTest, EndsWhenTheServerStops) {
  const net::HttpResponse tail = Tail();
  tail.stream->BeginDrain();
  EXPECT_TRUE(NextPiece(*tail.stream).is_last);
}

TEST_F(TailEventsTest, RefusesWhatMeansNothingHere) {
  EXPECT_THAT(Tail("?from=1h").body, HasSubstr("'from' is no parameter of this call"));
  EXPECT_THAT(Tail("?since=soon").body, HasSubstr("since: 'soon' is no time"));
  EXPECT_THAT(Tail("", "x").body, HasSubstr("Last-Event-ID is 'x'"));
  EXPECT_EQ(Tail("?q=(").status, 400);
}

TEST(TailWriterTest, WritesASignOfLifeWithThePlace) {
  std::string out;
  TailWriter::WriteComment(7, out);
  EXPECT_EQ(out, ": here\nid: 7\n\n");
}

}  // namespace
}  // namespace tidings::rest
