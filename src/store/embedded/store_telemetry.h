#pragma once

#include <chrono>
#include <string>

#include <absl/status/status.h>
#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include "store/embedded/retention.h"

namespace tidings::embedded {

/// Log lines and metrics of the embedded store.
///
/// Thread safety: safe.
/// Lifetime:      borrows the registry.
class StoreTelemetry {
 public:
  explicit StoreTelemetry(prometheus::Registry& registry);

  void Opened(const std::string& directory, size_t blocks, std::chrono::milliseconds took) const;
  void LostRows(const absl::Status& damage) const;
  /// Of what nobody has asked for yet.
  void FoundDamage(const absl::Status& damage) const;
  void MakesRunAnew(const std::string& damage) const;
  void EventsLeft(DropReason reason, uint64_t events, uint32_t last_day) const;
  void GroupCommitted(size_t reports, std::chrono::steady_clock::duration took);
  void BecameReadOnly(const std::string& reason);
  void BecameWritable();

 private:
  prometheus::Histogram& commit_seconds_;
  prometheus::Histogram& group_reports_;
  prometheus::Counter& failures_;
  prometheus::Gauge& read_only_;
};

}  // namespace tidings::embedded
