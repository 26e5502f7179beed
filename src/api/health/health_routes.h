#pragma once

#include <prometheus/collectable.h>

#include "api/health/health_state.h"
#include "base/executor.h"
#include "net/http.h"

namespace tidings::health {

/// Everything outlives the routes and the work that they posted.
struct HealthDependencies {
  const HealthState& state;
  /// Checks and the collection of metrics run here.
  Executor& executor;
  const prometheus::Collectable& metrics;
};

/// `/healthz`, `/readyz`, `/healthcheck` (SkyWalking's) and `/metrics`.
void AddHealthRoutes(net::Router& router, HealthDependencies dependencies);

}  // namespace tidings::health
