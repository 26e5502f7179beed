#pragma once

#include <array>
#include <chrono>
#include <cstdint>

#include <prometheus/histogram.h>
#include <prometheus/registry.h>

namespace tidings::rest {

enum class QueryKind : uint8_t { kEvents, kEvent, kHistogram, kFacets, kChanges, kBefore, kLanes };

/// How long queries take.
///
/// Thread safety: safe.
class QueryTelemetry {
 public:
  explicit QueryTelemetry(prometheus::Registry& metrics);

  void Count(QueryKind kind, std::chrono::duration<double> took) {
    durations_[static_cast<size_t>(kind)]->Observe(took.count());
  }

 private:
  std::array<prometheus::Histogram*, 7> durations_;
};

}  // namespace tidings::rest
