#pragma once

#include <array>
#include <chrono>
#include <cstdint>

#include <absl/status/status.h>
#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

namespace tidings::rest {

enum class QueryKind : uint8_t { kEvents, kEvent, kHistogram, kFacets, kChanges, kBefore, kLanes };

/// How long queries take, and how many nobody waited for.
///
/// Thread safety: safe.
class QueryTelemetry {
 public:
  explicit QueryTelemetry(prometheus::Registry& metrics);

  void Count(QueryKind kind, std::chrono::duration<double> took) {
    durations_[static_cast<size_t>(kind)]->Observe(took.count());
  }
  /// Counts a query that ended because nobody waited for it any more; other failures it does not.
  void CountFailure(const absl::Status& status);

 private:
  std::array<prometheus::Histogram*, 7> durations_;
  prometheus::Counter& abandoned_;
};

}  // namespace tidings::rest
