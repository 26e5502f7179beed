#pragma once

#include <functional>
#include <string>
#include <vector>

#include "api/ui/page.h"
#include "base/clock.h"
#include "base/executor.h"
#include "net/http.h"
#include "store/event_store.h"

namespace tidings::ui {

/// Everything outlives the routes and the work that they posted.
struct UiDependencies {
  const EventStore& store;
  /// The events are read here.
  Executor& executor;
  const Clock& clock;
  std::string version;
  /// What listens where, HTTP first. Thread-safe; known only once the front runs.
  std::function<std::vector<Address>()> addresses;
};

/// `/`, `/ui/` and what the page loads.
void AddUiRoutes(net::Router& router, UiDependencies dependencies);

/// `http://HOST` of the request's Host header when that is a plain host and port, else of
/// `fallback`: it stands in a line that people paste into a shell.
std::string BaseUrlOf(const net::HttpRequest& request, std::string_view fallback);

/// Whether the client asks for HTML: browsers do, curl and wget do not.
bool WantsHtml(const net::HttpRequest& request);

}  // namespace tidings::ui
