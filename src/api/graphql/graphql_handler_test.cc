#include "api/graphql/graphql_handler.h"

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/graphql/testing/graphql_harness.h"

namespace tidings::graphql {
namespace {

using testing::GraphqlHarness;
using ::testing::HasSubstr;

std::string HeaderOf(const net::HttpResponse& response, std::string_view name) {
  for (const net::Header& header : response.headers) {
    if (header.name == name) {
      return header.value;
    }
  }
  return {};
}

constexpr const char* kVersionBody = R"({"query":"{ version }"})";

TEST(GraphqlHandlerTest, AnswersAQueryAsJson) {
  GraphqlHarness harness;
  const net::HttpResponse response = harness.Post(kVersionBody, "application/json; charset=utf-8");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(HeaderOf(response, "content-type"), "application/json");
  EXPECT_EQ(response.body, R"({"data":{"version":"10.2.0"}})");
}

TEST(GraphqlHandlerTest, TakesOperationNameAndIgnoresUnknownMembers) {
  GraphqlHarness harness;
  const net::HttpResponse response =
      harness.Post(R"({"query":"query A { version } query B { __typename }","operationName":"B",)"
                   R"("variables":{},"extensions":{"x":1}})");
  EXPECT_EQ(response.body, R"({"data":{"__typename":"Query"}})");
}

TEST(GraphqlHandlerTest, ReadsEveryKindOfVariable) {
  GraphqlHarness harness;
  const net::HttpResponse response = harness.Post(
      R"({"query":"query ($c: AlarmQueryCondition!) { queryAlarms(condition: $c) { msgs { id } } }",)"
      R"("variables":{"c":{"duration":{"start":"a","end":"b","step":"DAY","coldStage":true},)"
      R"("entities":[{"scope":"Service","normal":false,"serviceName":null}],)"
      R"("paging":{"pageNum":1.0,"pageSize":15}}}})"
  );
  EXPECT_EQ(response.body, R"({"data":{"queryAlarms":{"msgs":[]}}})");
}

TEST(GraphqlHandlerTest, AnswersMistakesInTheQueryWithStatus200) {
  GraphqlHarness harness;
  const net::HttpResponse response = harness.Post(R"({"query":"{ versio }"})");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(HeaderOf(response, "content-type"), "application/json");
  EXPECT_EQ(
      response.body,
      R"({"errors":[{"message":"type 'Query' has no field 'versio'; did you mean 'version'?",)"
      R"("locations":[{"line":1,"column":3}]}]})"
  );
}

TEST(GraphqlHandlerTest, RefusesOtherContentTypesAndNamesTheHeader) {
  GraphqlHarness harness;
  const net::HttpResponse none = harness.Post(kVersionBody, "");
  EXPECT_EQ(none.status, 415);
  EXPECT_EQ(
      none.body,
      R"({"type":"unsupported-media-type","title":"Content-Type not supported","status":415,)"
      R"("detail":"the request has no Content-Type; add -H 'content-type: application/json'",)"
      R"("errors":[{"message":"the request has no Content-Type; add -H 'content-type: )"
      R"(application/json'"}]})"
  );
  const net::HttpResponse form = harness.Post(kVersionBody, "application/x-www-form-urlencoded");
  EXPECT_EQ(form.status, 415);
  EXPECT_NE(
      form.body.find("Content-Type is 'application/x-www-form-urlencoded'"), std::string::npos
  );
}

/// The `detail` of a refused body.
std::string DetailOf(const std::string& body) {
  GraphqlHarness harness;
  const net::HttpResponse response = harness.Post(body);
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(HeaderOf(response, "content-type"), "application/problem+json");
  constexpr std::string_view kBefore = "\"detail\":\"";
  const size_t begin = response.body.find(kBefore) + kBefore.size();
  return response.body.substr(begin, response.body.find("\",\"errors\":") - begin);
}

TEST(GraphqlHandlerTest, RefusesABodyThatIsNoRequest) {
  EXPECT_EQ(DetailOf(""), "the body is empty, expected JSON");
  EXPECT_NE(DetailOf("{\"query\"").find("JSON"), std::string::npos);
  EXPECT_EQ(
      DetailOf("[]"),
      R"(the body is an array, expected one object such as {\"query\": \"{ version }\"})"
  );
  EXPECT_EQ(DetailOf("{}"), "query: missing, expected the text of a GraphQL query");
  EXPECT_EQ(DetailOf(R"({"query":""})"), "query: missing, expected the text of a GraphQL query");
  EXPECT_EQ(DetailOf(R"({"query":1})"), "query: expected a string, found a number");
  EXPECT_EQ(
      DetailOf(R"({"query":"{a}","operationName":{}})"),
      "operationName: expected a string, found an object"
  );
  EXPECT_EQ(
      DetailOf(R"({"query":"{a}","variables":[]})"), "variables: expected an object, found an array"
  );
  EXPECT_EQ(
      DetailOf(std::string(100, '[') + std::string(100, ']')),
      "the JSON is nested deeper than 64 levels"
  );
}

TEST(GraphqlHandlerTest, TellsTheClientToComeBackWhenTooMuchWaits) {
  GraphqlHarness harness;
  harness.executor().is_full = true;
  const net::HttpResponse response = harness.Post(kVersionBody);
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(HeaderOf(response, "retry-after"), "1");
  EXPECT_NE(response.body.find("come back in a second"), std::string::npos);
}

TEST(GraphqlHandlerTest, AnswersWhatWasUnderWayWhenTheHandlerHasGone) {
  const ManualClock clock;
  const MemoryStore store(clock);
  testing::HeldExecutor executor;
  auto handler = std::make_unique<GraphqlHandler>(GraphqlDependencies{
      .store = store, .executor = executor, .clock = clock, .health = [] { return Health(); }});
  auto request = std::make_shared<net::HttpRequest>();
  request->headers.push_back({"content-type", "application/json"});
  std::string answer;
  handler->Handle(request, kVersionBody, [&answer](net::HttpResponse response) {
    answer = std::move(response.body);
  });
  handler.reset();
  executor.RunAll();
  EXPECT_EQ(answer, R"({"data":{"version":"10.2.0"}})");
}

TEST(GraphqlHandlerTest, HoldsToTheConfiguredLimits) {
  GraphqlHarness harness({.limits = {.max_depth = 1}, .query_deadline = std::chrono::seconds(1)});
  EXPECT_EQ(
      harness.Ask("{ checkHealth { score } }"),
      R"({"errors":[{"message":"the depth (fields in fields) of the query is 2, at most 1 is )"
      R"(allowed","locations":[{"line":1,"column":1}]}]})"
  );
}

TEST(GraphqlHandlerTest, RefusesMoreQueriesOfTheStoreThanOneRequestMayCost) {
  GraphqlHarness harness;
  std::string query = "{";
  for (int i = 0; i < 10; ++i) {
    query += " q" + std::to_string(i) +
             ": queryEvents(condition: {uuid: \"a\", paging: {pageSize: 1}}) { events { uuid } }";
  }
  EXPECT_EQ(
      harness.Ask(query + "}"),
      R"({"errors":[{"message":"the cost of the query is 2020, at most 2000 is allowed",)"
      R"("locations":[{"line":1,"column":1}]}]})"
  );
}

prometheus::ClientMetric MetricOf(GraphqlHarness& harness, std::string_view name) {
  for (const prometheus::MetricFamily& family : harness.metrics().Collect()) {
    if (family.name == name) {
      return family.metric.at(0);
    }
  }
  ADD_FAILURE() << "no metric " << name;
  return {};
}

TEST(GraphqlHandlerTest, MeasuresHowLongQueriesTake) {
  GraphqlHarness harness;
  harness.Post(kVersionBody);
  const prometheus::ClientMetric metric = MetricOf(harness, "tidings_query_duration_seconds");
  EXPECT_EQ(metric.label[0].value, "graphql");
  EXPECT_EQ(metric.histogram.sample_count, 1U);
}

TEST(GraphqlHandlerTest, EndsWhenItsClientHangsUp) {
  GraphqlHarness harness;
  std::stop_source client;
  auto request = std::make_shared<net::HttpRequest>();
  request->headers.push_back({"content-type", "application/json"});
  request->abandoned = client.get_token();
  std::string answer;
  const auto respond = [&answer](const net::HttpResponse& response) { answer = response.body; };
  harness.handler().Handle(request, kVersionBody, respond);
  harness.executor().RunAll();
  EXPECT_THAT(answer, HasSubstr(R"("version":")"));
  EXPECT_EQ(MetricOf(harness, "tidings_abandoned_queries_total").counter.value, 0);
  harness.handler().Handle(request, kVersionBody, respond);
  client.request_stop();
  harness.executor().RunAll();
  EXPECT_THAT(answer, HasSubstr(R"("data":null)"));
  EXPECT_EQ(MetricOf(harness, "tidings_abandoned_queries_total").counter.value, 1);
  EXPECT_EQ(MetricOf(harness, "tidings_query_duration_seconds").histogram.sample_count, 1U);
}

class GraphqlRoutesTest : public ::testing::Test {
 protected:
  static net::Router MakeRouter(GraphqlHarness& harness) {
    net::Router router;
    AddGraphqlRoutes(
        router,
        {.store = harness.store(),
         .executor = harness.executor(),
         .clock = harness.clock(),
         .health = [] { return Health(); }}
    );
    return router;
  }

  GraphqlHarness harness_;
};

TEST_F(GraphqlRoutesTest, BoundTheBody) {
  const net::Router router = MakeRouter(harness_);
  const auto match = router.Find("POST", "/graphql", "application/json");
  ASSERT_NE(match.route, nullptr);
  EXPECT_EQ(match.route->max_inflated_bytes, size_t{1} << 20);
}

TEST_F(GraphqlRoutesTest, TakePostOnly) {
  const net::Router router = MakeRouter(harness_);
  EXPECT_EQ(router.Find("GET", "/graphql").route, nullptr);
  EXPECT_EQ(router.Find("GET", "/graphql").allowed, std::vector<std::string>{"POST"});
}

}  // namespace
}  // namespace tidings::graphql
