#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>
#include <prometheus/registry.h>

#include "base/clock.h"
#include "store/event_store.h"

namespace tidings {

/// Somebody who follows the store's changes.
struct FeedReader {
  std::string name;
  /// How many changes it has not looked at yet.
  std::function<uint64_t()> lag;
};

/// All metrics of a server: those that components count in the registry, and those that are read
/// when they are asked for: of the store, of the process (by the names of Prometheus's client
/// libraries) and of the build.
///
/// Thread safety: safe. Lifetime: must not outlive the registry, the store and the readers.
class ServerMetrics final : public prometheus::Collectable {
 public:
  ServerMetrics(
      const prometheus::Registry& counted,
      const EventStore& store,
      std::vector<FeedReader> readers,
      const Clock& clock
  );

  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  const prometheus::Registry& counted_;
  const EventStore& store_;
  const std::vector<FeedReader> readers_;
  const double start_time_seconds_;
};

}  // namespace tidings
