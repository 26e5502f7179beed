#pragma once

#include <functional>
#include <memory>
#include <string>

#include <prometheus/registry.h>

#include "api/graphql/config.h"
#include "api/graphql/health.h"
#include "base/clock.h"
#include "base/executor.h"
#include "net/http.h"
#include "store/event_store.h"

namespace tidings::graphql {

/// What GraphQL stands on. Everything outlives the routes and the work that they posted.
struct GraphqlDependencies {
  const EventStore& store;
  /// Queries run here, never on an io thread.
  Executor& executor;
  const Clock& clock;
  /// Thread-safe.
  std::function<Health()> health;
  Config config = {};
  /// Null: the durations of queries are not measured.
  prometheus::Registry* metrics = nullptr;
};

/// `POST /graphql`: what SkyWalking's clients ask. A body that is no request is answered with 400,
/// every request with 200: what is wrong with it, or went wrong, is in `errors`.
///
/// Thread safety: safe.
class GraphqlHandler final : public net::HttpHandler {
 public:
  explicit GraphqlHandler(GraphqlDependencies dependencies);

  void Handle(
      std::shared_ptr<const net::HttpRequest> request, std::string body, net::Responder respond
  ) override;

 private:
  class Endpoint;
  /// Shared, because work under way may end after the handler has gone.
  const std::shared_ptr<const Endpoint> endpoint_;
};

void AddGraphqlRoutes(net::Router& router, GraphqlDependencies dependencies);

}  // namespace tidings::graphql
