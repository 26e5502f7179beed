#include "api/health/health_routes.h"

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <prometheus/text_serializer.h>

namespace tidings::health {
namespace {

net::HttpResponse TextAnswer(int status, std::string text) {
  net::HttpResponse response;
  response.status = status;
  response.headers.push_back({"content-type", "text/plain; charset=utf-8"});
  response.headers.push_back({"cache-control", "no-store"});
  if (status == 503) {
    response.headers.push_back({"retry-after", "1"});
  }
  response.body = std::move(text);
  return response;
}

/// The process lives, if it answers at all.
class Live final : public net::HttpHandler {
 public:
  void Handle(std::shared_ptr<const net::HttpRequest>, std::string, net::Responder respond)
      override {
    respond(TextAnswer(200, "ok\n"));
  }
};

/// Something that is looked up on the executor; too much waiting there is no good sign either.
class OnExecutor final : public net::HttpHandler {
 public:
  using Answer = std::function<net::HttpResponse()>;

  OnExecutor(Executor& executor, Answer answer) : executor_(executor), answer_(std::move(answer)) {}

  void Handle(std::shared_ptr<const net::HttpRequest>, std::string, net::Responder respond)
      override {
    if (!executor_.Post([answer = answer_, respond] { respond(answer()); })) {
      respond(TextAnswer(503, "failed: executor: too many requests wait for an answer\n"));
    }
  }

 private:
  Executor& executor_;
  const Answer answer_;
};

net::HttpResponse ReadyAnswer(const HealthState& state) {
  HealthState::Reading reading = state.Read();
  return TextAnswer(reading.ready ? 200 : 503, std::move(reading.text));
}

net::HttpResponse MetricsAnswer(const prometheus::Collectable& metrics) {
  net::HttpResponse response;
  response.headers.push_back({"content-type", "text/plain; version=0.0.4; charset=utf-8"});
  response.body = prometheus::TextSerializer().Serialize(metrics.Collect());
  return response;
}

void AddGet(
    net::Router& router,
    std::string_view pattern,
    net::Scope scope,
    std::shared_ptr<net::HttpHandler> handler
) {
  net::Route route;
  route.scope = scope;
  route.method = "GET";
  route.pattern = pattern;
  route.handler = std::move(handler);
  router.Add(std::move(route));
}

}  // namespace

void AddHealthRoutes(net::Router& router, HealthDependencies dependencies) {
  const auto ready = std::make_shared<OnExecutor>(
      dependencies.executor, [&state = dependencies.state] { return ReadyAnswer(state); }
  );
  AddGet(router, "/healthz", net::Scope::kOpen, std::make_shared<Live>());
  AddGet(router, "/readyz", net::Scope::kOpen, ready);
  AddGet(router, "/healthcheck", net::Scope::kOpen, ready);
  AddGet(
      router,
      "/metrics",
      net::Scope::kQuery,
      std::make_shared<OnExecutor>(
          dependencies.executor,
          [&metrics = dependencies.metrics] { return MetricsAnswer(metrics); }
      )
  );
}

}  // namespace tidings::health
