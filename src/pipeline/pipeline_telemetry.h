#pragma once

#include <array>
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <absl/base/thread_annotations.h>
#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include "base/clock.h"
#include "base/mutex.h"
#include "pipeline/report_sink.h"
#include "pipeline/traffic.h"

namespace tidings {

/// Counts what the pipeline does.
///
/// Thread safety: safe.
class PipelineTelemetry {
 public:
  PipelineTelemetry(const Clock& clock, prometheus::Registry& metrics);

  /// Makes the counters of a protocol.
  void Expect(const char* protocol) { For(protocol); }
  void CountReceived(const Receipt& receipt);
  void CountCommitted(
      const char* protocol, const IngestResult& result, std::chrono::duration<double> took
  );
  void CountFailed(const char* protocol, const absl::Status& status);
  void CountRejected(const char* protocol, const std::vector<Rejection>& rejections);
  void CountTimesLikeSeconds(const char* protocol, size_t reports);

  const Traffic& traffic() const { return traffic_; }
  std::optional<double> CommitP99() const;

 private:
  /// The counters of one protocol, looked up once.
  struct ForProtocol {
    std::array<prometheus::Counter*, 4> outcomes{};
    prometheus::Counter* rejected = nullptr;
    prometheus::Counter* times_like_seconds = nullptr;
    prometheus::Counter* bytes = nullptr;
    prometheus::Gauge* last_report = nullptr;
  };
  ForProtocol& For(const char* protocol) ABSL_LOCKS_EXCLUDED(mutex_);

  prometheus::Family<prometheus::Counter>& reports_;
  prometheus::Family<prometheus::Counter>& rejected_;
  prometheus::Family<prometheus::Counter>& times_like_seconds_;
  prometheus::Family<prometheus::Counter>& bytes_;
  prometheus::Family<prometheus::Counter>& failed_;
  prometheus::Family<prometheus::Gauge>& last_report_;
  prometheus::Histogram& commit_duration_;
  Traffic traffic_;

  Mutex mutex_;
  /// Nodes do not move: a reference stays valid.
  std::map<std::string, ForProtocol> protocols_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace tidings
