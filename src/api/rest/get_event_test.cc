#include "api/rest/get_event.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/rest/testing/rest_harness.h"

namespace tidings::rest {
namespace {

using rest_testing::HeaderOf;
using rest_testing::RestHarness;
using testing::AllOf;
using testing::HasSubstr;

class GetEventTest : public testing::Test {
 protected:
  RestHarness rest_;
};

TEST_F(GetEventTest, AnswersTheEvent) {
  rest_.Post(R"({"id":"a","name":"N","message":"to {v}","parameters":{"v":true},"end":1000})");

  const net::HttpResponse answer = rest_.Get("/api/v1/events/a?render=true");

  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(HeaderOf(answer, "content-type"), "application/json");
  EXPECT_EQ(
      answer.body,
      R"({"id":"a","source":{"service":"","instance":"","endpoint":""},"layer":"GENERAL",)"
      R"("name":"N","type":"Normal","message":"to {v}","text":"to true",)"
      R"("parameters":{"v":true},"start":null,)"
      R"("end":1000,"duration":null,"state":"orphan_end","count":1,"derived":false,)"
      R"("generation":0,"received_first":1700000000000,"received_last":1700000000000,)"
      R"("time_inferred":false,"contradictory":false,"truncated":false,"incomplete":false})"
  );
}

TEST_F(GetEventTest, FindsAwkwardIds) {
  rest_.Post(R"([{"id":"a/b c","name":"N"},{"id":"..","name":"N"},{"id":"ü%","name":"N"}])");

  EXPECT_THAT(rest_.Get("/api/v1/events/a%2Fb%20c").body, HasSubstr(R"({"id":"a/b c",)"));
  EXPECT_THAT(rest_.Get("/api/v1/event?id=..").body, HasSubstr(R"({"id":"..",)"));
  EXPECT_THAT(rest_.Get("/api/v1/event?id=a/b+c").body, HasSubstr(R"({"id":"a/b c",)"));
  EXPECT_THAT(rest_.Get("/api/v1/events/%C3%BC%25").body, HasSubstr(R"({"id":"ü%",)"));
}

TEST_F(GetEventTest, SaysThatThereIsNone) {
  const net::HttpResponse answer = rest_.Get("/api/v1/events/nobody");

  EXPECT_EQ(answer.status, 404);
  EXPECT_THAT(
      answer.body,
      AllOf(HasSubstr(R"("type":"not-found")"), HasSubstr("no event has the id 'nobody'"))
  );
}

TEST_F(GetEventTest, SaysThatItWasWithdrawn) {
  rest_.Post(R"({"id":"a","name":"N"})");
  rest_.Delete("/api/v1/events/a");

  EXPECT_EQ(rest_.Get("/api/v1/events/a").status, 410);
  EXPECT_THAT(rest_.Get("/api/v1/events/a").body, HasSubstr("'a' was withdrawn"));
}

TEST_F(GetEventTest, NamesWhatIsWrongWithTheRequest) {
  EXPECT_THAT(rest_.Get("/api/v1/event").body, HasSubstr("no id is given"));
  EXPECT_THAT(rest_.Get("/api/v1/event?id=a&id=b").body, HasSubstr("given twice"));
  EXPECT_THAT(rest_.Get("/api/v1/event?ib=a").body, HasSubstr("did you mean 'id'?"));
  EXPECT_THAT(rest_.Get("/api/v1/events/a?redner=true").body, HasSubstr("did you mean 'render'?"));
  EXPECT_THAT(rest_.Get("/api/v1/events/a?id=b").body, HasSubstr("no parameter of this call"));
  EXPECT_EQ(rest_.Get("/api/v1/events/%zz").status, 400);
  EXPECT_EQ(rest_.Get("/api/v1/events/%ff").status, 400);
}

}  // namespace
}  // namespace tidings::rest
