#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include <prometheus/registry.h>

#include "api/rest/config.h"
#include "api/rest/status.h"
#include "base/clock.h"
#include "base/executor.h"
#include "net/access.h"
#include "net/http.h"
#include "pipeline/report_sink.h"
#include "query/config.h"
#include "query/feed_watch.h"
#include "store/event_store.h"
#include "store/saved_views.h"
#include "store/store_admin.h"

/// REST, `/api/v1`, described by the OpenAPI document that it serves.
namespace tidings::rest {

/// What the calls stand on. Everything outlives the routes and the work that they posted.
struct RestDependencies {
  Config config;
  query::Config query;
  EventStore& store;
  query::FeedWatch& feed;
  ReportSink& sink;
  /// Queries and large bodies run here, never on an io thread.
  Executor& executor;
  const Clock& clock;
  prometheus::Registry& metrics;
  /// Thread-safe; may block on disk.
  std::function<ServerStatus()> status;
  SavedViews& views;
  /// Who may ask; for the page's login.
  std::shared_ptr<const net::Access> access;
  /// Null for a store that keeps nothing on disk.
  StoreAdmin* admin = nullptr;
};

/// Every call, each with its handler.
std::vector<net::Route> MakeRestRoutes(RestDependencies dependencies);

void AddRestRoutes(net::Router& router, RestDependencies dependencies);

/// The OpenAPI 3.1 document of these calls.
std::string_view OpenApiDocument();

}  // namespace tidings::rest
