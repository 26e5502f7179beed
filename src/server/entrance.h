#pragma once

#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include <absl/status/statusor.h>
#include <prometheus/registry.h>

#include "api/health/health_state.h"
#include "base/clock.h"
#include "base/thread_pool.h"
#include "config/config.h"
#include "net/front.h"
#include "server/bound_addresses.h"
#include "server/credentials.h"

namespace tidings {

/// What a server has before its store is open, which takes seconds where much is stored: its
/// addresses are taken, and who asks how it is hears that it starts.
///
/// Lifetime: the clock outlives it. What the front serves, once it is open, is there until it is
/// stopped.
struct Entrance {
  /// Errors: of Credentials::Load and of net::Front::Bind.
  static absl::StatusOr<std::unique_ptr<Entrance>> Make(const Config& config, const Clock& clock);

  explicit Entrance(Credentials loaded) : credentials(std::move(loaded)) {}

  /// All of the configuration; what they serve is not there yet.
  std::vector<net::Listener> MakeListeners(const Config& config) const;
  /// What is served also while the store is not: health and metrics.
  std::shared_ptr<const net::Router> MakeHealthRouter(const prometheus::Collectable& metrics);

  prometheus::Registry registry;
  Credentials credentials;
  health::HealthState health;
  BoundAddresses addresses;
  /// Its work reads what stands above, so it ends before that. Queries wait for the disk and for
  /// each other, not for cores only: more threads than cores.
  ThreadPool queries{{.threads = 4, .max_waiting = 1000}};
  std::unique_ptr<net::Front> front;
};

/// The listener of a configuration key, which is among them.
net::Listener& FindListener(std::vector<net::Listener>& listeners, std::string_view key);

}  // namespace tidings
