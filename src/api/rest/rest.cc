#include "api/rest/rest.h"

#include <limits>
#include <memory>
#include <string>
#include <utility>

#include "api/rest/admin_calls.h"
#include "api/rest/answer.h"
#include "api/rest/change_event.h"
#include "api/rest/context.h"
#include "api/rest/export_events.h"
#include "api/rest/get_changes.h"
#include "api/rest/get_event.h"
#include "api/rest/get_facets.h"
#include "api/rest/get_histogram.h"
#include "api/rest/get_lanes.h"
#include "api/rest/get_status.h"
#include "api/rest/list_events.h"
#include "api/rest/login.h"
#include "api/rest/query_call.h"
#include "api/rest/report_events.h"
#include "api/rest/report_lines.h"
#include "api/rest/saved_view_calls.h"
#include "api/rest/tail_events.h"

namespace tidings::rest {
namespace {

constexpr const char* kEvents = "/api/v1/events";
/// An event is at most some 100 KiB; corrections need no more room.
constexpr size_t kMaxCorrectionBytes = size_t{1} << 20;

class GetOpenApi final : public net::HttpHandler {
 public:
  void Handle(std::shared_ptr<const net::HttpRequest>, std::string, net::Responder respond)
      override {
    respond(JsonAnswer(std::string(OpenApiDocument())));
  }
};

net::Route RouteTo(
    std::string method,
    std::string_view pattern,
    net::Scope scope,
    std::shared_ptr<net::HttpHandler> handler
) {
  net::Route route;
  route.scope = scope;
  route.method = std::move(method);
  route.pattern = pattern;
  route.handler = std::move(handler);
  return route;
}

/// Of small documents: no more inflated than on the wire.
void LimitBody(net::Route& route, size_t bytes) {
  route.max_body_bytes = bytes;
  route.max_inflated_bytes = bytes;
}

net::Route JsonReports(const SharedContext& context) {
  const Config& config = context->dependencies.config;
  net::Route route =
      RouteTo("POST", kEvents, net::Scope::kIngest, std::make_shared<ReportEvents>(context));
  route.max_body_bytes = config.max_body_bytes;
  route.max_inflated_bytes = config.max_inflated_bytes;
  route.max_wait = config.max_wait;
  return route;
}

net::Route NdjsonReports(const SharedContext& context) {
  net::Route route;
  route.method = "POST";
  route.pattern = kEvents;
  route.scope = net::Scope::kIngest;
  route.media_type = "application/x-ndjson";
  route.streaming = std::make_shared<ReportLines>(context);
  route.max_body_bytes = std::numeric_limits<size_t>::max();
  route.max_inflated_bytes = std::numeric_limits<size_t>::max();
  route.max_wait = context->dependencies.config.max_wait;
  return route;
}

/// One event's calls, at the path with its id and at the one for awkward ids.
void AddEventRoutes(const SharedContext& context, std::vector<net::Route>& routes) {
  for (const std::string_view pattern : {kEventPattern, kAwkwardEventPattern}) {
    routes.push_back(
        RouteTo("GET", pattern, net::Scope::kQuery, std::make_shared<GetEvent>(context))
    );
    routes.push_back(
        RouteTo("PUT", pattern, net::Scope::kAdmin, std::make_shared<CorrectEvent>(context))
    );
    LimitBody(routes.back(), kMaxCorrectionBytes);
    routes.push_back(
        RouteTo("DELETE", pattern, net::Scope::kAdmin, std::make_shared<WithdrawEvent>(context))
    );
  }
}

void AddViewRoutes(const SharedContext& context, std::vector<net::Route>& routes) {
  routes.push_back(
      RouteTo("GET", kViewsPattern, net::Scope::kQuery, std::make_shared<ListViews>(context))
  );
  routes.push_back(
      RouteTo("GET", kViewPattern, net::Scope::kQuery, std::make_shared<GetView>(context))
  );
  routes.push_back(
      RouteTo("PUT", kViewPattern, net::Scope::kAdmin, std::make_shared<PutView>(context))
  );
  LimitBody(routes.back(), kMaxViewBodyBytes);
  routes.push_back(
      RouteTo("DELETE", kViewPattern, net::Scope::kAdmin, std::make_shared<DeleteView>(context))
  );
}

void AddLoginRoutes(const SharedContext& context, std::vector<net::Route>& routes) {
  routes.push_back(RouteTo(
      "POST",
      "/api/v1/login",
      net::Scope::kOpen,
      std::make_shared<Login>(context, context->dependencies.access)
  ));
  LimitBody(routes.back(), kMaxLoginBytes);
  routes.push_back(RouteTo("POST", "/api/v1/logout", net::Scope::kOpen, std::make_shared<Logout>())
  );
}

template <typename Asked>
void AddQuery(
    const SharedContext& context, std::string_view pattern, std::vector<net::Route>& routes
) {
  routes.push_back(
      RouteTo("GET", pattern, net::Scope::kQuery, std::make_shared<QueryCall<Asked>>(context))
  );
}

}  // namespace

std::vector<net::Route> MakeRestRoutes(RestDependencies dependencies) {
  const auto context = std::make_shared<RestContext>(std::move(dependencies));
  std::vector<net::Route> routes;
  routes.push_back(JsonReports(context));
  routes.push_back(NdjsonReports(context));
  routes.push_back(
      RouteTo("GET", kEvents, net::Scope::kQuery, std::make_shared<ListEvents>(context))
  );
  AddEventRoutes(context, routes);
  AddQuery<HistogramCall>(context, "/api/v1/histogram", routes);
  AddQuery<FacetsCall>(context, "/api/v1/facets", routes);
  AddQuery<LanesCall>(context, "/api/v1/lanes", routes);
  AddQuery<ChangesCall>(context, "/api/v1/changes", routes);
  AddQuery<BeforeCall>(context, "/api/v1/before", routes);
  AddViewRoutes(context, routes);
  AddLoginRoutes(context, routes);
  routes.push_back(
      RouteTo("GET", "/api/v1/export", net::Scope::kQuery, std::make_shared<ExportEvents>(context))
  );
  routes.push_back(
      RouteTo("GET", "/api/v1/tail", net::Scope::kQuery, std::make_shared<TailEvents>(context))
  );
  routes.push_back(
      RouteTo("GET", "/api/v1/status", net::Scope::kQuery, std::make_shared<GetStatus>(context))
  );
  routes.push_back(RouteTo(
      "POST", "/api/v1/admin/compact", net::Scope::kAdmin, std::make_shared<CompactStore>(context)
  ));
  routes.push_back(RouteTo(
      "POST", "/api/v1/admin/backup", net::Scope::kAdmin, std::make_shared<BackUpStore>(context)
  ));
  routes.push_back(
      RouteTo("GET", "/api/v1/openapi.json", net::Scope::kQuery, std::make_shared<GetOpenApi>())
  );
  return routes;
}

void AddRestRoutes(net::Router& router, RestDependencies dependencies) {
  for (net::Route& route : MakeRestRoutes(std::move(dependencies))) {
    router.Add(std::move(route));
  }
}

}  // namespace tidings::rest
