#include <set>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <simdjson.h>

#include "api/rest/rest.h"
#include "api/rest/testing/rest_harness.h"
#include "base/text.h"

namespace tidings::rest {
namespace {

using rest_testing::RestHarness;
using Call = std::pair<std::string, std::string>;

std::set<Call> DescribedCalls() {
  simdjson::dom::parser parser;
  const simdjson::dom::element document = parser.parse(std::string(OpenApiDocument()));
  std::set<Call> calls;
  for (const auto& [path, methods] : simdjson::dom::object(document["paths"])) {
    for (const auto& [method, call] : simdjson::dom::object(methods)) {
      calls.emplace(ToUpperAscii(method), path);
    }
  }
  return calls;
}

TEST(OpenApiTest, DescribesExactlyTheCallsThatExist) {
  class NoSink final : public ReportSink {
    void Commit(ReportBatch, IngestRights, IngestDone) override {}
  };
  ManualClock clock;
  MemoryStore store(clock);
  query::FeedWatch feed(store);
  NoSink sink;
  InlineExecutor executor;
  prometheus::Registry metrics;
  const auto views = SavedViews::Open("").value();
  std::set<Call> served;
  for (const net::Route& route : MakeRestRoutes(
           {.store = store,
          .feed = feed,
          .sink = sink,
          .executor = executor,
          .clock = clock,
          .metrics = metrics,
          .status = [] { return ServerStatus{}; },
          .views = *views,
          .access = std::make_shared<net::Access>()}
       )) {
    served.emplace(route.method, route.pattern);
  }

  EXPECT_EQ(DescribedCalls(), served);
}

TEST(OpenApiTest, RefersOnlyToSchemasThatExist) {
  simdjson::dom::parser parser;
  const std::string text(OpenApiDocument());
  const simdjson::dom::element document = parser.parse(text);
  constexpr std::string_view kReference = R"("$ref": "#)";

  size_t references = 0;
  for (size_t at = text.find(kReference); at != std::string::npos;
       at = text.find(kReference, at + 1)) {
    const size_t begin = at + kReference.size();
    const std::string pointer = text.substr(begin, text.find('"', begin) - begin);
    EXPECT_FALSE(document.at_pointer(pointer).error()) << pointer;
    ++references;
  }
  EXPECT_GT(references, 10u);
}

TEST(OpenApiTest, IsServed) {
  RestHarness rest;

  const net::HttpResponse answer = rest.Get("/api/v1/openapi.json");

  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, OpenApiDocument());
  EXPECT_EQ(rest_testing::HeaderOf(answer, "content-type"), "application/json");
}

}  // namespace
}  // namespace tidings::rest
