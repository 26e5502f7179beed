#include "api/graphql/graphql_handler.h"

#include <stop_token>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <prometheus/counter.h>
#include <prometheus/histogram.h>

#include "api/graphql/engine/engine.h"
#include "api/graphql/json_request.h"
#include "api/graphql/skywalking_schema.h"
#include "base/json_writer.h"
#include "base/status.h"
#include "base/text.h"

namespace tidings::graphql {
namespace {

constexpr std::string_view kMediaType = "application/json";

struct Refusal {
  int status = 400;
  std::string_view type;
  std::string_view title;
};

/// A problem that clients of GraphQL find the message of, too.
net::HttpResponse Refuse(const Refusal& refusal, std::string_view detail) {
  std::string members = "\"errors\":";
  AppendErrors(members, {{.message = std::string(detail), .locations = {}, .path = {}}});
  return net::Problem(refusal.status, refusal.type, refusal.title, detail, members);
}

net::HttpResponse RefuseMediaType(const net::HttpRequest& request) {
  const std::string_view given = request.header("content-type");
  const std::string told = given.empty()
                               ? "the request has no Content-Type"
                               : fmt::format("Content-Type is '{}'", EscapeForDisplay(given, 100));
  return Refuse(
      {415, "unsupported-media-type", "Content-Type not supported"},
      fmt::format("{}; add -H 'content-type: {}'", told, kMediaType)
  );
}

net::HttpResponse RefuseBusy() {
  net::HttpResponse response = Refuse(
      {503, "unavailable", "Come back later"},
      "too many requests wait for an answer already; come back in a second"
  );
  response.headers.push_back({"retry-after", "1"});
  return response;
}

prometheus::Histogram* QueryDuration(prometheus::Registry* metrics) {
  if (metrics == nullptr) {
    return nullptr;
  }
  return &prometheus::BuildHistogram()
              .Name("tidings_query_duration_seconds")
              .Help("From a query's parameters to its result, by kind of query.")
              .Register(*metrics)
              .Add(
                  {{"kind", "graphql"}},
                  prometheus::Histogram::BucketBoundaries{
                      0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10}
              );
}

prometheus::Counter* AbandonedQueries(prometheus::Registry* metrics) {
  if (metrics == nullptr) {
    return nullptr;
  }
  return &prometheus::BuildCounter()
              .Name("tidings_abandoned_queries_total")
              .Help("Queries that were ended early because their client had gone.")
              .Register(*metrics)
              .Add({});
}

}  // namespace

/// What answers requests.
///
/// Thread safety: safe.
class GraphqlHandler::Endpoint {
 public:
  explicit Endpoint(GraphqlDependencies dependencies)
      : dependencies_(std::move(dependencies)),
        schema_(MakeSkyWalkingSchema(dependencies_.store, dependencies_.clock, dependencies_.health)
        ),
        duration_(QueryDuration(dependencies_.metrics)),
        abandoned_(AbandonedQueries(dependencies_.metrics)) {}

  Executor& executor() const { return dependencies_.executor; }

  net::HttpResponse Answer(const Request& request, std::stop_token abandoned) const {
    const Clock& clock = dependencies_.clock;
    const auto began = clock.Steady();
    RequestScope scope(schema_, clock, dependencies_.config.query_deadline, std::move(abandoned));
    net::HttpResponse response;
    response.headers.push_back({"content-type", std::string(kMediaType)});
    response.body = Execute(request, scope, dependencies_.config.limits).ToJson();
    if (scope.abandoned().stop_requested()) {
      if (abandoned_ != nullptr) {
        abandoned_->Increment();
      }
    } else if (duration_ != nullptr) {
      duration_->Observe(std::chrono::duration<double>(clock.Steady() - began).count());
    }
    return response;
  }

 private:
  const GraphqlDependencies dependencies_;
  const Schema schema_;
  prometheus::Histogram* const duration_;
  prometheus::Counter* const abandoned_;
};

GraphqlHandler::GraphqlHandler(GraphqlDependencies dependencies)
    : endpoint_(std::make_shared<const Endpoint>(std::move(dependencies))) {}

void GraphqlHandler::Handle(
    std::shared_ptr<const net::HttpRequest> request, std::string body, net::Responder respond
) {
  if (request->media_type() != kMediaType) {
    respond(RefuseMediaType(*request));
    return;
  }
  absl::StatusOr<Request> asked = ParseJsonRequest(std::move(body));
  if (!asked.ok()) {
    respond(
        Refuse({400, "bad-request", "The body is no GraphQL request"}, MessageOf(asked.status()))
    );
    return;
  }
  const bool accepted = endpoint_->executor().Post(
      [endpoint = endpoint_, respond, asked = *std::move(asked), abandoned = request->abandoned] {
        respond(endpoint->Answer(asked, abandoned));
      }
  );
  if (!accepted) {
    respond(RefuseBusy());
  }
}

void AddGraphqlRoutes(net::Router& router, GraphqlDependencies dependencies) {
  const size_t max_body_bytes = dependencies.config.max_body_bytes;
  router.Add(
      {.method = "POST",
       .pattern = "/graphql",
       .scope = net::Scope::kQuery,
       .handler = std::make_shared<GraphqlHandler>(std::move(dependencies)),
       .max_body_bytes = max_body_bytes,
       .max_inflated_bytes = max_body_bytes}
  );
}

}  // namespace tidings::graphql
