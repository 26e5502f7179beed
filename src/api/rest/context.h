#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

#include "api/rest/query_telemetry.h"
#include "api/rest/rest.h"
#include "api/rest/tail_feed.h"
#include "base/patience.h"
#include "net/http.h"
#include "query/changes.h"

namespace tidings::rest {

/// What all handlers share. Work under way holds it too: it may end after the router has gone.
struct RestContext {
  explicit RestContext(RestDependencies given)
      : dependencies(std::move(given)),
        change_names(dependencies.query.change_names),
        lifecycle_names(dependencies.query.lifecycle_names),
        telemetry(dependencies.metrics),
        feed(dependencies.store) {}

  const RestDependencies dependencies;
  const query::NameSet change_names;
  const query::NameSet lifecycle_names;
  QueryTelemetry telemetry;
  TailFeed feed;
};
using SharedContext = std::shared_ptr<RestContext>;
using SharedRequest = std::shared_ptr<const net::HttpRequest>;

/// A handler of these calls.
class RestHandler : public net::HttpHandler {
 public:
  explicit RestHandler(SharedContext context) : context_(std::move(context)) {}

 protected:
  const SharedContext context_;
};

/// How long the request's sender waits.
Patience PatienceOf(
    const RestDependencies& dependencies, const net::HttpRequest& request, int64_t now_ms
);

/// Runs `work` on the query threads, or tells the client to come back when too much waits there.
void RunOnExecutor(
    const SharedContext& context, const net::Responder& respond, std::function<void()> work
);

}  // namespace tidings::rest
