#include "api/graphql/testing/graphql_harness.h"

#include <optional>
#include <utility>

#include <gtest/gtest.h>

#include "base/json_writer.h"

namespace tidings::graphql::testing {

bool HeldExecutor::Post(std::function<void()> work) {
  if (is_full) {
    return false;
  }
  waiting_.push_back(std::move(work));
  return true;
}

void HeldExecutor::RunAll() {
  while (!waiting_.empty()) {
    const std::function<void()> work = std::move(waiting_.front());
    waiting_.pop_front();
    work();
  }
}

GraphqlHarness::GraphqlHarness(Config config)
    : handler_(
          {.store = store_,
           .executor = executor_,
           .clock = clock_,
           .health = [this] { return health; },
           .config = config,
           .metrics = &metrics_}
      ) {}

void GraphqlHarness::Report(const tidings::testing::ReportSpec& report) {
  bool stored = false;
  store_.Commit(
      tidings::testing::BatchBuilder(clock_.NowMs()).Add(report).Build(),
      [&stored](const absl::StatusOr<CommitResult>& result) { stored = result.ok(); }
  );
  EXPECT_TRUE(stored);
}

net::HttpResponse GraphqlHarness::Post(std::string body, std::string_view content_type) {
  auto request = std::make_shared<net::HttpRequest>();
  request->method = "POST";
  request->path = "/graphql";
  request->request_id = "r-1";
  if (!content_type.empty()) {
    request->headers.push_back({"content-type", std::string(content_type)});
  }
  std::optional<net::HttpResponse> answer;
  handler_.Handle(request, std::move(body), [&answer](net::HttpResponse response) {
    answer = std::move(response);
  });
  executor_.RunAll();
  EXPECT_TRUE(answer.has_value()) << "no answer was given";
  return answer.value_or(net::HttpResponse{});
}

std::string GraphqlHarness::Ask(std::string_view query, std::string_view variables) {
  std::string body;
  JsonWriter json(body);
  json.BeginObject().Key("query").String(query).Key("variables").Raw(variables).EndObject();
  const net::HttpResponse response = Post(std::move(body));
  EXPECT_EQ(response.status, 200);
  return response.body;
}

}  // namespace tidings::graphql::testing
