#include "api/rest/list_events.h"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <simdjson.h>

#include "api/rest/testing/rest_harness.h"
#include "base/status.h"
#include "base/text.h"

namespace tidings::rest {
namespace {

using rest_testing::HeaderOf;
using rest_testing::RestHarness;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr int64_t kNow = 1'700'000'000'000;

/// What an answer holds that tests ask for.
struct Listed {
  int status = 0;
  std::vector<std::string> ids;
  std::string cursor;
  std::string body;
};

class ListEventsTest : public testing::Test {
 protected:
  void Report(std::string_view json) {
    const net::HttpResponse answer = rest_.Post(std::string(json));
    ASSERT_EQ(answer.status, 200) << answer.body;
  }

  Listed List(const std::string& parameters) {
    const net::HttpResponse answer = rest_.Get("/api/v1/events?" + parameters);
    Listed listed{.status = answer.status, .ids = {}, .cursor = {}, .body = answer.body};
    if (answer.status != 200) {
      return listed;
    }
    simdjson::dom::parser parser;
    const simdjson::dom::element json = parser.parse(answer.body);
    for (const simdjson::dom::element event : json["events"]) {
      listed.ids.emplace_back(std::string_view(event["id"]));
    }
    if (!json["next_cursor"].is_null()) {
      listed.cursor = std::string_view(json["next_cursor"]);
    }
    return listed;
  }

  std::vector<std::string> Ids(const std::string& parameters) {
    Listed listed = List(parameters);
    EXPECT_EQ(listed.status, 200) << listed.body;
    std::sort(listed.ids.begin(), listed.ids.end());
    return listed.ids;
  }

  RestHarness rest_;
};

TEST_F(ListEventsTest, AnswersEveryMember) {
  Report(R"({"id":"a","source":{"service":"s"},"layer":"k8s","name":"N","message":"to {v}",)"
         R"("parameters":{"v":2},"start":1699999990000,"end":1699999995000})");

  const net::HttpResponse answer = rest_.Get("/api/v1/events");

  EXPECT_EQ(HeaderOf(answer, "content-type"), "application/json");
  EXPECT_EQ(
      answer.body,
      R"({"events":[{"id":"a","source":{"service":"s","instance":"","endpoint":""},"layer":"K8S",)"
      R"("name":"N","type":"Normal","message":"to {v}","parameters":{"v":2},"start":1699999990000,)"
      R"("end":1699999995000,"duration":5000,"state":"closed","count":1,"derived":false,)"
      R"("generation":0,"received_first":1700000000000,"received_last":1700000000000,)"
      R"("time_inferred":false,"contradictory":false,"truncated":false,"incomplete":false}],)"
      R"("next_cursor":null,"complete":true,"incomplete":[],"took_ms":0,"nearest":null})"
  );
}

TEST_F(ListEventsTest, RendersWhenAsked) {
  Report(R"({"id":"a","name":"N","message":"to {v}","parameters":{"v":2},"start":"now"})");

  EXPECT_THAT(List("render=true").body, HasSubstr(R"("text":"to 2")"));
  EXPECT_THAT(List("render=false").body, Not(HasSubstr(R"("text")")));
  EXPECT_THAT(List("render=yes").body, HasSubstr("render is 'yes', expected true or false"));
}

TEST_F(ListEventsTest, FiltersByEveryField) {
  Report(R"([{"id":"a","service":"s","instance":"i","endpoint":"e","layer":"FLINK","name":"N",)"
         R"("type":"Error","start":"5m"},{"id":"b","name":"M","start":"5m","end":"4m"}])");

  for (const char* filter :
       {"service=s",
        "instance=i",
        "endpoint=e",
        "layer=flink",
        "name=N",
        "type=error",
        "state=OPEN",
        "id=a",
        "name=-M",
        "layer=-GENERAL",
        "state=-closed"}) {
    EXPECT_THAT(Ids(filter), ElementsAre("a")) << filter;
  }
  EXPECT_THAT(Ids("layer=GENERAL"), ElementsAre("b"));
}

TEST_F(ListEventsTest, TakesRepeatedValuesAsOr) {
  Report(R"([{"id":"a","name":"A","start":"now"},{"id":"b","name":"B","start":"now"},)"
         R"({"id":"c","name":"C","start":"now"}])");

  EXPECT_THAT(Ids("name=A&name=C"), ElementsAre("a", "c"));
  EXPECT_THAT(Ids("name=-A&name=-C"), ElementsAre("b"));
  EXPECT_THAT(Ids("name=A&name=B&id=-a"), ElementsAre("b"));
}

TEST_F(ListEventsTest, TakesEmptyValuesAsNotGiven) {
  Report(R"({"id":"a","name":"A","start":"now"})");

  EXPECT_THAT(
      Ids("service=&instance=&endpoint=&layer=&name=&type=&state=&id=&from=&to=&order=&limit=&"
          "cursor=&render=&q=&derived=&min_duration=&max_duration="),
      ElementsAre("a")
  );
}

TEST_F(ListEventsTest, TakesEscapedCharactersLiterally) {
  Report(R"([{"id":"a","name":"-A*","start":"now"},{"id":"b","name":"\\-x","start":"now"}])");

  EXPECT_THAT(Ids("name=%5C-A%5C*"), ElementsAre("a"));
  EXPECT_THAT(Ids("name=-%5C-A%5C*"), ElementsAre("b"));
  EXPECT_THAT(Ids("name=--A%5C*"), ElementsAre("b"));
}

TEST_F(ListEventsTest, FindsWhatIsInProgressInTheWindow) {
  Report(
      R"([{"id":"long","name":"A","start":"3h","end":"now"},)"
      R"({"id":"open","name":"A","start":"3h"},{"id":"past","name":"A","start":"3h","end":"2h"}])"
  );

  EXPECT_THAT(Ids("from=30m&to=20m"), ElementsAre("long", "open"));
}

TEST_F(ListEventsTest, TakesAnHourAgoWhenFromIsNotGiven) {
  Report(
      R"([{"id":"a","name":"A","start":"61m","end":"61m"},{"id":"b","name":"A","start":"59m","end":"59m"},)"
      R"({"id":"ahead","name":"A","start":"now+5m","end":"now+5m"}])"
  );

  EXPECT_THAT(Ids(""), ElementsAre("ahead", "b"));
  EXPECT_THAT(Ids("from=0"), ElementsAre("a", "ahead", "b"));
}

TEST_F(ListEventsTest, TakesEveryFormOfTime) {
  Report(R"({"id":"a","name":"A","start":1699999000000,"end":1699999000000})");

  for (const char* window :
       {"from=1699999000000&to=1699999000001",
        "from=2023-11-14T21:56:40Z",
        "from=now-17m",
        "from=-17m",
        "from=17m",
        "from=2023-11-14T22:56:40+01:00",
        "from=2023-11-14T22:56:40%2B01:00",
        "from=2023-11-14T22:56:40%2001:00",
        "from=1699999000000&to=1699999000000"}) {
    EXPECT_THAT(Ids(window), ElementsAre("a")) << window;
  }
  EXPECT_THAT(Ids("from=2023-11-14T21:56:40.001Z"), IsEmpty());
}

TEST_F(ListEventsTest, OrdersByStart) {
  Report(R"([{"id":"a","name":"A","start":"3m"},{"id":"b","name":"A","start":"2m"}])");

  EXPECT_THAT(List("").ids, ElementsAre("b", "a"));
  EXPECT_THAT(List("order=desc").ids, ElementsAre("b", "a"));
  EXPECT_THAT(List("order=asc").ids, ElementsAre("a", "b"));
}

struct Mistake {
  const char* parameters;
  const char* field;
  const char* said;
};

class ListEventsMistakeTest : public testing::TestWithParam<Mistake> {};

TEST_P(ListEventsMistakeTest, IsNamed) {
  RestHarness rest;
  const net::HttpResponse answer = rest.Get("/api/v1/events?" + std::string(GetParam().parameters));

  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(HeaderOf(answer, "content-type"), "application/problem+json");
  EXPECT_THAT(answer.body, HasSubstr(fmt::format(R"("field":"{}")", GetParam().field)));
  EXPECT_THAT(answer.body, HasSubstr(GetParam().said));
}

INSTANTIATE_TEST_SUITE_P(
    All,
    ListEventsMistakeTest,
    testing::Values(
        Mistake{"servce=a", "servce", "did you mean 'service'?"},
        Mistake{"zzzzzzzzz", "zzzzzzzzz", "it knows service, instance, endpoint, layer, name"},
        Mistake{"q=name%3A", "q", "q, character 6: expected a value or '('"},
        Mistake{"q=a&q=b", "q", "'q' is given twice"},
        Mistake{"derived=maybe", "derived", "expected true or false"},
        Mistake{"min_duration=5", "min_duration", "min_duration: '5' is no duration"},
        Mistake{"max_duration=-5m", "max_duration", "is no duration"},
        Mistake{"min_duration=5m&max_duration=4m", "min_duration", "is more than max_duration"},
        Mistake{"name=-", "name", "'-' excludes nothing"},
        Mistake{"type=Warning", "type", "type: 'Warning', expected Normal or Error"},
        Mistake{"type=x*", "type", "type: 'x*', expected Normal or Error"},
        Mistake{"state=running", "state", "expected open or closed or instant or orphan_end"},
        Mistake{"from=1700000000", "from", "seconds? ms are wanted (1700000000000"},
        Mistake{"to=99999999999", "to", "seconds? ms are wanted"},
        Mistake{"from=-15", "from", "expected a unit of ms s m h d w for a time ago, as -15m"},
        Mistake{"from=yesterday", "from", "from: 'yesterday' is no time"},
        Mistake{"from=2023-11-14T22:00:00", "from", "has no offset: write"},
        Mistake{"from=now&to=5m", "from", "after to"},
        Mistake{"to=2h", "to", "give from too, 0 for the beginning"},
        Mistake{"order=newest", "order", "expected desc (newest start first) or asc"},
        Mistake{"limit=0", "limit", "limit is '0', expected 1..10000"},
        Mistake{"limit=10001", "limit", "expected 1..10000"},
        Mistake{"limit=-1", "limit", "expected 1..10000"},
        Mistake{"limit=5x", "limit", "expected 1..10000"},
        Mistake{"limit=5&limit=6", "limit", "'limit' is given twice, '5' and '6'"},
        Mistake{"cursor=abc", "cursor", "is no cursor of this server"},
        Mistake{"name=%zz", "name", "percent-encoded"},
        Mistake{"name=%ff", "name", "UTF-8"}
    )
);

TEST_F(ListEventsTest, TellsTheNearestWhenNothingIsFound) {
  Report(
      R"([{"id":"older","name":"A","start":"6h","end":"5h"},{"id":"oldest","name":"A","start":"9h","end":"5h"},)"
      R"({"id":"newer","name":"A","start":"2h","end":"2h"},{"id":"newest","name":"A","start":"1h","end":"1h"},)"
      R"({"id":"other","name":"B","start":"4h","end":"4h"}])"
  );

  EXPECT_THAT(
      List("from=4h&to=3h&name=A").body,
      HasSubstr(fmt::format(
          R"("nearest":{{"older":{{"id":"older","start":{}}},"newer":{{"id":"newer","start":{}}}}})",
          kNow - 6 * 3'600'000,
          kNow - 2 * 3'600'000
      ))
  );
  EXPECT_THAT(List("from=30m&name=A").body, HasSubstr(R"("id":"newest")"));
  EXPECT_THAT(List("from=30m&name=A").body, HasSubstr(R"("newer":null)"));
  EXPECT_THAT(List("from=0&name=C").body, HasSubstr(R"("nearest":{"older":null,"newer":null})"));
  EXPECT_THAT(List("from=0&name=A").body, HasSubstr(R"("nearest":null)"));
}

TEST_F(ListEventsTest, TellsTheNearestOfAWindowWithoutLength) {
  Report(
      R"([{"id":"a","name":"A","start":1000,"end":1000},{"id":"b","name":"A","start":1002,"end":1002}])"
  );

  EXPECT_THAT(
      List("from=1970-01-01T00:00:01.001Z&to=1970-01-01T00:00:01.001Z").body,
      HasSubstr(R"("nearest":{"older":{"id":"a","start":1000},"newer":{"id":"b","start":1002}})")
  );
}

TEST_F(ListEventsTest, WithdrawnEventsAreNeitherFoundNorNearest) {
  Report(R"({"id":"a","name":"A","start":"2h","end":"2h"})");
  EXPECT_EQ(rest_.Delete("/api/v1/events/a").status, 200);

  EXPECT_THAT(List("").body, HasSubstr(R"("nearest":{"older":null,"newer":null})"));
}

TEST_F(ListEventsTest, PagesAreOneSnapshotWhileEverythingChanges) {
  constexpr int kEvents = 50;
  std::multiset<std::string> expected;
  for (int i = 0; i < kEvents; ++i) {
    Report(fmt::format(R"({{"id":"e{}","name":"A","start":{}}})", i, kNow - 1000 * i));
    expected.insert(fmt::format("e{}", i));
  }
  std::multiset<std::string> seen;
  std::string cursor;
  int pages = 0;
  do {
    const Listed page = List("name=A&from=1h&limit=7&cursor=" + cursor);
    ASSERT_EQ(page.status, 200) << page.body;
    seen.insert(page.ids.begin(), page.ids.end());
    cursor = page.cursor;
    ++pages;
    rest_.clock.Advance(std::chrono::seconds(90));
    Report(fmt::format(R"({{"id":"new{}","name":"A","start":"now-1s"}})", pages));
    Report(fmt::format(R"({{"id":"e{}","end":"now"}})", pages * 6));
    Report(fmt::format(R"({{"id":"e{}","start":"now-2h"}})", pages * 6 + 1));
    rest_.Delete(fmt::format("/api/v1/events/e{}", pages * 6 + 2));
  } while (!cursor.empty());

  EXPECT_EQ(seen, expected);
  EXPECT_EQ(pages, 8);
}

TEST_F(ListEventsTest, RelativeTimesMeanTheSameOnEveryPage) {
  Report(
      R"([{"id":"a","name":"A","start":"1s","end":"1s"},{"id":"b","name":"A","start":"59m","end":"59m"}])"
  );
  const Listed first = List("from=1h&to=now&limit=1");
  ASSERT_THAT(first.ids, ElementsAre("a"));

  rest_.clock.Advance(std::chrono::minutes(10));

  EXPECT_THAT(List("from=1h&to=now&limit=5&cursor=" + first.cursor).ids, ElementsAre("b"));
}

TEST_F(ListEventsTest, ACursorIsBoundToItsQuery) {
  Report(R"([{"id":"a","name":"A","start":"2m"},{"id":"b","name":"A","start":"1m"}])");
  const std::string cursor = List("name=A&name=B&from=1h&limit=1").cursor;
  ASSERT_FALSE(cursor.empty());

  for (const char* other :
       {"name=A&from=1h",
        "name=A&name=B&name=C&from=1h",
        "name=A&name=B&from=2h",
        "name=A&name=B&from=1h&to=now",
        "name=A&name=B&from=1h&order=asc",
        "name=A&name=B&name=-C&from=1h"}) {
    const Listed page = List(fmt::format("{}&cursor={}", other, cursor));
    EXPECT_EQ(page.status, 400) << other;
    EXPECT_THAT(page.body, AllOf(HasSubstr("another query"), HasSubstr(R"("field":"cursor")")));
  }
  EXPECT_THAT(
      List("from=1h&name=B&name=A&limit=9&order=desc&cursor=" + cursor).ids, ElementsAre("a")
  );
}

TEST_F(ListEventsTest, ACursorThatIsNoLongerAliveIsGone) {
  Report(R"([{"id":"a","name":"A","start":"2m"},{"id":"b","name":"A","start":"1m"}])");
  const std::string cursor = List("limit=1").cursor;

  rest_.clock.Advance(std::chrono::minutes(16));
  const Listed page = List("limit=1&cursor=" + cursor);

  EXPECT_EQ(page.status, 410);
  EXPECT_THAT(page.body, HasSubstr(R"("type":"cursor-gone")"));
}

TEST_F(ListEventsTest, TheLastPageHasNoCursor) {
  Report(R"([{"id":"a","name":"A","start":"2m"},{"id":"b","name":"A","start":"1m"}])");

  EXPECT_THAT(List("limit=2").cursor, IsEmpty());
}

TEST_F(ListEventsTest, SaysWhenToComeBackWhenTooMuchWaits) {
  rest_.executor.full = true;

  const net::HttpResponse answer = rest_.Get("/api/v1/events");

  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(HeaderOf(answer, "retry-after"), "1");
}

}  // namespace
}  // namespace tidings::rest
