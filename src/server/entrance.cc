#include "server/entrance.h"

#include <algorithm>
#include <utility>

#include "api/health/health_routes.h"

namespace tidings {
namespace {

health::HealthState::Finding CheckListeners(const BoundAddresses& addresses) {
  using Verdict = health::HealthState::Finding::Verdict;
  return addresses.All().empty()
             ? health::HealthState::Finding{Verdict::kFailed, "none is open yet"}
             : health::HealthState::Finding{};
}

}  // namespace

absl::StatusOr<std::unique_ptr<Entrance>> Entrance::Make(const Config& config, const Clock& clock) {
  absl::StatusOr<Credentials> credentials = Credentials::Load(config, clock);
  if (!credentials.ok()) {
    return credentials.status();
  }
  auto entrance = std::make_unique<Entrance>(*std::move(credentials));
  entrance->health.AddCheck("listeners", [&addresses = entrance->addresses] {
    return CheckListeners(addresses);
  });
  std::vector<net::Listener> listeners = entrance->MakeListeners(config);
  FindListener(listeners, kHttpKey).while_closed = entrance->MakeHealthRouter(entrance->registry);
  // Nothing, but it says so: senders of OTLP come again after a 503.
  FindListener(listeners, kOtlpHttpKey).while_closed = std::make_shared<net::Router>();
  auto front =
      net::Front::Bind(listeners, {.limits = config.front_limits}, clock, entrance->registry);
  if (!front.ok()) {
    return front.status();
  }
  entrance->front = *std::move(front);
  entrance->addresses.Set(entrance->front->bound());
  return entrance;
}

std::vector<net::Listener> Entrance::MakeListeners(const Config& config) const {
  std::vector<net::Listener> listeners;
  const auto add = [&](const char* key, const std::string& address, const std::string& asks) {
    net::Listener& listener = listeners.emplace_back();
    listener.key = key;
    listener.address = address;
    listener.tls = credentials.tls();
    listener.access = credentials.AccessFor(asks);
  };
  add(kHttpKey, config.http.address, config.auth.http);
  add(kGrpcKey, config.grpc.address, config.auth.grpc);
  add(kOtlpGrpcKey, config.otlp_grpc.address, config.auth.grpc);
  add(kOtlpHttpKey, config.otlp_http.address, config.auth.http);
  return listeners;
}

net::Listener& FindListener(std::vector<net::Listener>& listeners, std::string_view key) {
  const auto has_key = [key](const net::Listener& listener) { return listener.key == key; };
  return *std::find_if(listeners.begin(), listeners.end(), has_key);
}

std::shared_ptr<const net::Router> Entrance::MakeHealthRouter(const prometheus::Collectable& metrics
) {
  auto router = std::make_shared<net::Router>();
  health::AddHealthRoutes(*router, {.state = health, .executor = queries, .metrics = metrics});
  return router;
}

}  // namespace tidings
