#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "api/graphql/testing/graphql_harness.h"

namespace tidings::graphql {
namespace {

using testing::GraphqlHarness;
using tidings::testing::ReportSpec;

/// 2023-11-14 22:13:20 UTC.
constexpr int64_t kNow = 1'700'000'000'000;
constexpr int64_t kMinute = 60'000;

constexpr std::string_view kListQuery =
    "query ($condition: EventQueryCondition) { result: queryEvents(condition: $condition) "
    "{ events { uuid } } }";

constexpr std::string_view kWholeQuery =
    "query ($condition: EventQueryCondition) { result: queryEvents(condition: $condition) "
    "{ events { uuid source { service serviceInstance endpoint } name type message "
    "parameters { key value } startTime endTime layer } } }";

/// The variables of a condition: an hour around kNow, and what `more` adds.
std::string Condition(std::string_view more = "", std::string_view paging = "\"pageSize\":15") {
  return fmt::format(
      R"({{"condition":{{"time":{{"start":"2023-11-14 2143","end":"2023-11-14 2243",)"
      R"("step":"MINUTE"}},"paging":{{{}}}{}{}}}}})",
      paging,
      more.empty() ? "" : ",",
      more
  );
}

std::string Ids(const std::vector<std::string>& ids) {
  std::string events;
  for (const std::string& id : ids) {
    events += fmt::format("{}{{\"uuid\":\"{}\"}}", events.empty() ? "" : ",", id);
  }
  return fmt::format(R"({{"data":{{"result":{{"events":[{}]}}}}}})", events);
}

class QueryEventsTest : public ::testing::Test {
 protected:
  /// The first error's message, with the rest of the answer checked.
  std::string Error(std::string_view condition) {
    const std::string answer =
        harness_.Ask(kListQuery, fmt::format("{{\"condition\":{}}}", condition));
    constexpr std::string_view kBefore = R"({"data":{"result":null},"errors":[{"message":")";
    constexpr std::string_view kAfter =
        R"(","locations":[{"line":1,"column":43}],"path":["result"]}]})";
    EXPECT_TRUE(answer.starts_with(kBefore)) << answer;
    EXPECT_TRUE(answer.ends_with(kAfter)) << answer;
    return answer.size() < kBefore.size() + kAfter.size()
               ? answer
               : answer.substr(kBefore.size(), answer.size() - kBefore.size() - kAfter.size());
  }

  GraphqlHarness harness_;
};

TEST_F(QueryEventsTest, AnswersEveryFieldThatSkyWalkingsCommandLineAsksFor) {
  harness_.Report(
      {.id = "u-1",
       .service = "checkout",
       .instance = "checkout-7",
       .endpoint = "/pay",
       .layer = "k8s",
       .name = "Upgrade",
       .message = "from {from}",
       .parameters = {{"to", std::string("1.5")}, {"from", std::string("1.4")}},
       .type = EventType::kError,
       .start = kNow,
       .end = kNow + 1000}
  );
  const std::string variables =
      R"({"condition":{"layer":"","name":"","paging":{"pageNum":1,"pageSize":15},)"
      R"("source":{"endpoint":"","service":"","serviceInstance":""},"time":{"coldStage":false,)"
      R"("end":"2023-11-14 2230","start":"2023-11-14 2200","step":"MINUTE"}}})";
  EXPECT_EQ(
      harness_.Ask(kWholeQuery, variables),
      R"({"data":{"result":{"events":[{"uuid":"u-1","source":{"service":"checkout",)"
      R"("serviceInstance":"checkout-7","endpoint":"/pay"},"name":"Upgrade","type":"Error",)"
      R"("message":"from {from}","parameters":[{"key":"from","value":"1.4"},)"
      R"({"key":"to","value":"1.5"}],"startTime":1700000000000,"endTime":1700000001000,)"
      R"("layer":"K8S"}]}}})"
  );
}

TEST_F(QueryEventsTest, JoinsStartAndEndIntoOneWholeEvent) {
  harness_.Report({.id = "u-1", .service = "checkout", .name = "Deploy", .start = kNow});
  harness_.Report({.id = "u-1", .end = kNow + kMinute});
  EXPECT_EQ(
      harness_.Ask(kWholeQuery, Condition()),
      R"({"data":{"result":{"events":[{"uuid":"u-1","source":{"service":"checkout",)"
      R"("serviceInstance":"","endpoint":""},"name":"Deploy","type":"Normal","message":"",)"
      R"("parameters":[],"startTime":1700000000000,"endTime":1700000060000,"layer":"GENERAL"}]}}})"
  );
}

TEST_F(QueryEventsTest, TellsTypedParametersAsText) {
  harness_.Report(
      {.id = "u-1",
       .name = "Scale",
       .parameters = {{"a", true}, {"b", int64_t{3}}, {"c", 0.5}, {"d", std::string("x \"y\"")}},
       .start = kNow}
  );
  EXPECT_EQ(
      harness_.Ask(
          "query ($condition: EventQueryCondition) { r: queryEvents(condition: $condition) "
          "{ events { parameters { value } } } }",
          Condition()
      ),
      R"({"data":{"r":{"events":[{"parameters":[{"value":"true"},{"value":"3"},{"value":"0.5"},)"
      R"({"value":"x \"y\""}]}]}}})"
  );
}

TEST_F(QueryEventsTest, TellsUnknownTimesAsZeroAndAnInferredTimeInBoth) {
  harness_.Report({.id = "open", .name = "A", .start = kNow - 3});
  harness_.Report({.id = "orphan", .name = "B", .end = kNow - 2});
  harness_.Report({.id = "timeless", .name = "C"});
  EXPECT_EQ(
      harness_.Ask(
          "query ($condition: EventQueryCondition) { r: queryEvents(condition: $condition) "
          "{ events { uuid startTime endTime } } }",
          Condition()
      ),
      R"({"data":{"r":{"events":[{"uuid":"timeless","startTime":1700000000000,)"
      R"("endTime":1700000000000},{"uuid":"orphan","startTime":0,"endTime":1699999999998},)"
      R"({"uuid":"open","startTime":1699999999997,"endTime":0}]}}})"
  );
}

TEST_F(QueryEventsTest, FindsWhatOverlapsTheWindow) {
  harness_.Report(
      {.id = "spans", .name = "A", .start = kNow - 90 * kMinute, .end = kNow + 90 * kMinute}
  );
  harness_.Report(
      {.id = "before", .name = "A", .start = kNow - 90 * kMinute, .end = kNow - 89 * kMinute}
  );
  harness_.Report({.id = "after", .name = "A", .start = kNow + 90 * kMinute});
  harness_.Report({.id = "open", .name = "A", .start = kNow - 80 * kMinute});
  EXPECT_EQ(harness_.Ask(kListQuery, Condition()), Ids({"open", "spans"}));
}

TEST_F(QueryEventsTest, IncludesTheLastInstantOfTheLastUnitAndNothingBehindIt) {
  const int64_t last = 1'700'001'839'999;  // 22:43:59.999
  harness_.Report({.id = "last", .name = "A", .start = last, .end = last});
  harness_.Report({.id = "next", .name = "A", .start = last + 1, .end = last + 1});
  EXPECT_EQ(harness_.Ask(kListQuery, Condition()), Ids({"last"}));
}

TEST_F(QueryEventsTest, FindsByEachField) {
  harness_.Report(
      {.id = "a",
       .service = "s",
       .instance = "i",
       .endpoint = "e",
       .layer = "K8S",
       .name = "N",
       .type = EventType::kError,
       .start = kNow}
  );
  harness_.Report({.id = "b", .service = "other", .name = "Other", .start = kNow});
  for (const std::string_view more :
       {R"("source":{"service":"s"})",
        R"("source":{"service":"","serviceInstance":"i"})",
        R"("source":{"endpoint":"e"})",
        R"("layer":"k8s")",
        R"("name":"N")",
        R"("type":"Error")",
        R"("uuid":"a")",
        R"("uuid":"a","name":"N","layer":"K8S","source":{"service":"s","endpoint":"e"})"}) {
    EXPECT_EQ(harness_.Ask(kListQuery, Condition(more)), Ids({"a"})) << more;
  }
  EXPECT_EQ(
      harness_.Ask(kListQuery, Condition(R"("layer":"GENERAL","type":"Normal")")), Ids({"b"})
  );
  EXPECT_EQ(harness_.Ask(kListQuery, Condition(R"("uuid":"a","name":"Other")")), Ids({}));
}

TEST_F(QueryEventsTest, FindsByUuidAtAnyTimeWithoutAWindow) {
  harness_.Report({.id = "old", .name = "A", .start = 1, .end = 2});
  EXPECT_EQ(
      harness_.Ask(kListQuery, R"({"condition":{"uuid":"old","paging":{"pageSize":1}}})"),
      Ids({"old"})
  );
}

TEST_F(QueryEventsTest, OrdersByTimeNewestFirstUnlessToldOtherwise) {
  harness_.Report({.id = "a", .name = "A", .start = kNow - 1});
  harness_.Report({.id = "b", .name = "A", .start = kNow - 2});
  harness_.Report({.id = "c", .name = "A", .start = kNow});
  EXPECT_EQ(harness_.Ask(kListQuery, Condition()), Ids({"c", "a", "b"}));
  EXPECT_EQ(harness_.Ask(kListQuery, Condition(R"("order":"DES")")), Ids({"c", "a", "b"}));
  EXPECT_EQ(harness_.Ask(kListQuery, Condition(R"("order":"ASC")")), Ids({"b", "a", "c"}));
}

TEST_F(QueryEventsTest, CutsPagesAfterTheJoin) {
  for (int i = 0; i < 5; ++i) {
    harness_.Report({.id = fmt::format("e{}", i), .name = "A", .start = kNow - i});
  }
  for (int i = 0; i < 5; ++i) {
    harness_.Report({.id = fmt::format("e{}", i), .end = kNow + kMinute});
  }
  const std::vector<std::pair<std::string_view, std::vector<std::string>>> pages = {
      {R"("pageSize":2)", {"e0", "e1"}},
      {R"("pageNum":1,"pageSize":2)", {"e0", "e1"}},
      {R"("pageNum":2,"pageSize":2)", {"e2", "e3"}},
      {R"("pageNum":3,"pageSize":2)", {"e4"}},
      {R"("pageNum":4,"pageSize":2)", {}}};
  for (const auto& [paging, ids] : pages) {
    EXPECT_EQ(harness_.Ask(kListQuery, Condition("", paging)), Ids(ids)) << paging;
  }
}

TEST_F(QueryEventsTest, LeavesWithdrawnEventsOut) {
  harness_.Report({.id = "a", .name = "A", .start = kNow});
  harness_.Report({.id = "a", .generation = 1, .withdrawn = true});
  EXPECT_EQ(harness_.Ask(kListQuery, Condition()), Ids({}));
  EXPECT_EQ(
      harness_.Ask(kListQuery, R"({"condition":{"uuid":"a","paging":{"pageSize":1}}})"), Ids({})
  );
}

TEST_F(QueryEventsTest, RequiresATimeOrAUuid) {
  constexpr std::string_view kMessage = "time field is required when uuid is absent.";
  EXPECT_EQ(Error(R"({"paging":{"pageSize":15}})"), kMessage);
  EXPECT_EQ(Error(R"({"uuid":"","name":"A","paging":{"pageSize":15}})"), kMessage);
  EXPECT_EQ(Error("null"), kMessage);
}

TEST_F(QueryEventsTest, RefusesPagesThatDoNotExist) {
  const std::vector<std::pair<std::string_view, std::string_view>> mistakes = {
      {R"("pageSize":0)", "paging.pageSize: 0, expected 1 to 10000"},
      {R"("pageSize":10001)", "paging.pageSize: 10001, expected 1 to 10000"},
      {R"("pageSize":1,"pageNum":0)", "paging.pageNum: 0, pages count from 1"},
      {R"("pageSize":1000,"pageNum":1002)",
       "paging.pageNum: 1002, but pages of 1000 reach no further than the first 1000000 events: "
       "narrow the condition"}};
  for (const auto& [paging, message] : mistakes) {
    EXPECT_EQ(Error(fmt::format(R"({{"uuid":"a","paging":{{{}}}}})", paging)), message);
  }
}

TEST_F(QueryEventsTest, RefusesATimeInAnotherFormat) {
  EXPECT_EQ(
      Error(R"({"time":{"start":"now","end":"2023-11-14","step":"DAY"},"paging":{"pageSize":1}})"),
      "time.start: 'now' is no time of step DAY, expected yyyy-MM-dd (UTC)"
  );
}

TEST_F(QueryEventsTest, NamesTheInputThatDoesNotFitTheCondition) {
  EXPECT_EQ(
      harness_.Ask(kListQuery, Condition(R"("type":"Warning")")),
      R"({"errors":[{"message":"$condition.type: expected one of Normal, Error (EventType), found )"
      R"(\"Warning\"","locations":[{"line":1,"column":8}]}]})"
  );
  EXPECT_EQ(
      harness_.Ask(kListQuery, R"({"condition":{"uuid":"a"}})"),
      R"({"errors":[{"message":"$condition.paging: missing, expected Pagination!","locations":[)"
      R"({"line":1,"column":8}]}]})"
  );
}

TEST_F(QueryEventsTest, RefusesAPageThatItCouldNotHoldWhole) {
  // 16 MiB hold fewer than 1,100 events with a message of 16 KiB.
  for (int i = 0; i < 1'100; ++i) {
    harness_.Report(
        {.id = fmt::format("e{:04}", i),
         .name = "A",
         .message = std::string(16'000, 'm'),
         .start = kNow - i}
    );
  }
  const std::string answer = harness_.Ask(kListQuery, Condition("", "\"pageSize\":2000"));
  EXPECT_NE(
      answer.find("paging.pageSize: a page of 2000 of these events is larger than 16MiB, only "),
      std::string::npos
  ) << answer;
  EXPECT_EQ(
      harness_.Ask(kListQuery, Condition("", "\"pageSize\":1,\"pageNum\":1100")), Ids({"e1099"})
  );
}

}  // namespace
}  // namespace tidings::graphql
