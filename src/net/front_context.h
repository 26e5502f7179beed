#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <string_view>

#include <absl/base/thread_annotations.h>
#include <absl/container/flat_hash_set.h>

#include "base/clock.h"
#include "base/mutex.h"
#include "net/budget.h"
#include "net/config.h"
#include "net/front_metrics.h"
#include "net/grpc.h"
#include "net/http.h"

namespace tidings::net {

/// What is served on a listener. Each may be null.
struct ListenerServices {
  std::shared_ptr<const Router> router;
  std::shared_ptr<const GrpcServices> grpc;
};

/// Says once per method that clients call something that is not served; bounded, since clients
/// choose the names.
///
/// Thread safety: safe.
class UnknownMethods {
 public:
  void Report(std::string_view path);

 private:
  Mutex mutex_;
  absl::flat_hash_set<std::string> reported_ ABSL_GUARDED_BY(mutex_);
};

/// What all connections of a front share.
///
/// Thread safety: safe.
/// Lifetime:      outlives the connections.
struct FrontContext {
  FrontContext(
      const FrontLimits& front_limits, const Clock& front_clock, prometheus::Registry& registry
  )
      : limits(front_limits),
        clock(front_clock),
        budget(std::make_shared<Budget>(front_limits.inflight_bytes)),
        metrics(registry) {}

  const FrontLimits limits;
  const Clock& clock;
  /// Shared: responders may give bytes back after the front has gone.
  const std::shared_ptr<Budget> budget;
  FrontMetrics metrics;
  UnknownMethods unknown_methods;
  std::atomic<uint32_t> connections{0};
};

}  // namespace tidings::net
