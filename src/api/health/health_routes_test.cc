#include "api/health/health_routes.h"

#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/counter.h>
#include <prometheus/registry.h>

namespace tidings::health {
namespace {

using testing::HasSubstr;

/// Takes no work.
class FullExecutor final : public Executor {
 public:
  bool Post(std::function<void()>) override { return false; }
};

class HealthRoutesTest : public testing::Test {
 protected:
  net::HttpResponse Get(std::string_view path, Executor& executor) {
    net::Router router;
    AddHealthRoutes(router, {.state = state_, .executor = executor, .metrics = metrics_});
    const net::Router::Match match = router.Find("GET", path);
    std::optional<net::HttpResponse> answer;
    match.route->handler->Handle(
        std::make_shared<net::HttpRequest>(),
        "",
        [&answer](net::HttpResponse response) { answer = std::move(response); }
    );
    return answer.value();
  }
  net::HttpResponse Get(std::string_view path) {
    InlineExecutor executor;
    return Get(path, executor);
  }

  HealthState state_;
  prometheus::Registry metrics_;
};

TEST_F(HealthRoutesTest, LivesBeforeItIsReady) {
  EXPECT_EQ(Get("/healthz").status, 200);
  EXPECT_EQ(Get("/healthz").body, "ok\n");
  EXPECT_EQ(Get("/readyz").status, 503);
  EXPECT_EQ(Get("/healthcheck").status, 503);
}

TEST_F(HealthRoutesTest, IsReadyWhileServing) {
  state_.SetPhase(HealthState::Phase::kServing);

  EXPECT_EQ(Get("/readyz").status, 200);
  EXPECT_EQ(Get("/readyz").body, "serving\n");
  EXPECT_EQ(Get("/healthcheck").status, 200);
}

TEST_F(HealthRoutesTest, LivesEvenWhenTooMuchWaits) {
  state_.SetPhase(HealthState::Phase::kServing);
  FullExecutor executor;

  EXPECT_EQ(Get("/healthz", executor).status, 200);
  EXPECT_EQ(Get("/readyz", executor).status, 503);
}

TEST_F(HealthRoutesTest, ShowsMetricsAsPrometheusText) {
  prometheus::BuildCounter()
      .Name("tidings_things_total")
      .Help("Things.")
      .Register(metrics_)
      .Add({{"kind", "good"}})
      .Increment();

  const net::HttpResponse response = Get("/metrics");

  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.headers[0].value, "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_THAT(response.body, HasSubstr("# TYPE tidings_things_total counter"));
  EXPECT_THAT(response.body, HasSubstr("tidings_things_total{kind=\"good\"} 1"));
}

}  // namespace
}  // namespace tidings::health
