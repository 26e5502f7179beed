#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include <prometheus/registry.h>

#include "base/clock.h"
#include "base/published.h"
#include "event/limits.h"
#include "pipeline/config.h"
#include "pipeline/report_sink.h"
#include "pipeline/traffic.h"
#include "store/event_store.h"

namespace tidings {

struct PipelineOptions {
  ReportLimits limits;
  MaskingConfig masking;
  /// Called after each commit that was made durable, from the store's thread; must be quick.
  std::function<void()> committed = [] {};
};

class PipelineTelemetry;

/// The way of every report from a receiver to the store: checked, made normal, masked, committed,
/// counted.
///
/// Thread safety: safe.
/// Lifetime:      outlives the receivers; must not outlive the store, the clock and the registry.
class Pipeline final : public ReportSink {
 public:
  Pipeline(
      PipelineOptions options, EventStore& store, const Clock& clock, prometheus::Registry& metrics
  );
  ~Pipeline() override;

  void Commit(ReportBatch batch, IngestRights rights, IngestDone done) override;

  /// Reports may come in by this protocol: its counters are there before the first does.
  void Expect(const char* protocol);
  /// For batches from now on.
  void SetLimits(const ReportLimits& limits) { limits_.Replace(limits); }

  /// What each protocol brought lately.
  std::vector<Traffic::OfProtocol> ReadTraffic() const;
  /// The 99th percentile of the time that commits took, in seconds; nothing before the first.
  std::optional<double> CommitP99() const;

 private:
  Published<ReportLimits> limits_;
  const MaskingConfig masking_;
  const std::function<void()> committed_;
  EventStore& store_;
  const Clock& clock_;
  /// Shared with commits under way, which may complete after the pipeline has gone.
  const std::shared_ptr<PipelineTelemetry> telemetry_;
};

}  // namespace tidings
