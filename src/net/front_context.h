#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <absl/base/thread_annotations.h>
#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>

#include "base/clock.h"
#include "base/mutex.h"
#include "base/published.h"
#include "net/access.h"
#include "net/budget.h"
#include "net/config.h"
#include "net/front_metrics.h"
#include "net/grpc.h"
#include "net/http.h"
#include "net/tls_credentials.h"
#include "net/unread_answers.h"

namespace tidings::net {

/// What is served on a listener. Router and services may be null.
struct ListenerServices {
  /// Null: plain text.
  std::shared_ptr<const TlsCredentials> tls = nullptr;
  std::shared_ptr<const Router> router;
  std::shared_ptr<const GrpcServices> grpc;
  /// Of the router, and of the gRPC services.
  std::shared_ptr<const Access> http_access = std::make_shared<const Access>();
  std::shared_ptr<const Access> grpc_access = http_access;
  /// Why whatever the router does not have is refused, for who connects while the front is closed:
  /// one answer, then the connection ends. A literal; empty: the front is open.
  std::string_view closed_because = {};
  bool is_closed() const { return !closed_because.empty(); }
  std::string_view WhyItEnds() const { return is_closed() ? closed_because : "the server stops"; }
  /// What takes the place of these while the front stops. Null: nothing, the address is closed.
  std::shared_ptr<const ListenerServices> when_stopping = nullptr;
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

/// Open connections by the address that they come from. As large as the connections are many.
///
/// Thread safety: safe.
class AddressCounts {
 public:
  /// False when there are `most` already.
  bool Enter(const std::string& address, uint32_t most);
  void Leave(const std::string& address);

 private:
  Mutex mutex_;
  absl::flat_hash_map<std::string, uint32_t> counts_ ABSL_GUARDED_BY(mutex_);
};

/// Says that TLS handshakes fail, not more often than anybody would read.
///
/// Thread safety: safe.
class HandshakeFailures {
 public:
  void Report(
      std::string_view address, std::string_view why, std::chrono::steady_clock::time_point now
  );

 private:
  Mutex mutex_;
  std::optional<std::chrono::steady_clock::time_point> said_ ABSL_GUARDED_BY(mutex_);
  uint64_t unsaid_ ABSL_GUARDED_BY(mutex_) = 0;
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

  std::atomic<uint32_t>& CountOf(const ListenerServices& services) {
    return services.is_closed() ? connections_while_closed : connections;
  }

  /// A connection keeps those that it began with.
  Published<FrontLimits> limits;
  const Clock& clock;
  /// Shared: responders may give bytes back after the front has gone.
  const std::shared_ptr<Budget> budget;
  FrontMetrics metrics;
  UnknownMethods unknown_methods;
  HandshakeFailures handshake_failures;
  std::atomic<uint32_t> connections{0};
  /// Those that came while the front was closed; not among the ones above, which its stop waits
  /// for.
  std::atomic<uint32_t> connections_while_closed{0};
  AddressCounts connections_by_address;
  UnreadAnswers unread_answers;
};

}  // namespace tidings::net
