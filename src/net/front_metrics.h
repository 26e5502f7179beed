#pragma once

#include <string_view>

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

namespace tidings::net {

/// What the front counts.
///
/// Thread safety: safe.
/// Lifetime:      the registry outlives it.
class FrontMetrics {
 public:
  explicit FrontMetrics(prometheus::Registry& registry);

  prometheus::Gauge& connections() { return connections_; }
  prometheus::Gauge& inflight_bytes() { return inflight_bytes_; }
  /// `protocol`: tcp, tls, http1, http2, grpc. `reason`: a short word, never of the client's
  /// making.
  void CountRefused(std::string_view protocol, std::string_view reason);

 private:
  prometheus::Gauge& connections_;
  prometheus::Gauge& inflight_bytes_;
  prometheus::Family<prometheus::Counter>& refused_;
};

}  // namespace tidings::net
