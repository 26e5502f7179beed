#include "pipeline/pipeline_telemetry.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "base/status.h"

namespace tidings {
namespace {

constexpr std::array<const char*, 4> kOutcomeLabels{"new", "joined", "unchanged", "superseded"};

/// Field names that a metric may carry: what clients write must not become label values.
constexpr std::array<std::string_view, 18> kKnownFields{
    "id",
    "service",
    "instance",
    "endpoint",
    "layer",
    "name",
    "type",
    "message",
    "parameters",
    "start",
    "end",
    "reported",
    "count",
    "generation",
    "withdrawn",
    "derived",
    "source",
    "report"};

std::string ReasonOf(const Rejection& rejection) {
  // `source.service`, `parameters.KEY`: the field's own name is the bounded part.
  std::string_view field = rejection.field;
  if (field.substr(0, 7) == "source.") {
    field.remove_prefix(7);
  }
  field = field.substr(0, field.find_first_of(".["));
  const bool known =
      std::find(kKnownFields.begin(), kKnownFields.end(), field) != kKnownFields.end();
  return known ? std::string(field) : "other";
}

}  // namespace

PipelineTelemetry::PipelineTelemetry(const Clock& clock, prometheus::Registry& metrics)
    : reports_(prometheus::BuildCounter()
                   .Name("tidings_reports_total")
                   .Help("Reports by what became of them.")
                   .Register(metrics)),
      rejected_(prometheus::BuildCounter()
                    .Name("tidings_rejected_reports_total")
                    .Help("Reports that broke a rule, by the field that broke it.")
                    .Register(metrics)),
      times_like_seconds_(
          prometheus::BuildCounter()
              .Name("tidings_times_like_seconds_total")
              .Help("Reports with a time that looks like seconds instead of ms; it was taken as ms."
              )
              .Register(metrics)
      ),
      bytes_(prometheus::BuildCounter()
                 .Name("tidings_received_bytes_total")
                 .Help("Bytes of reports as they were received, before inflating.")
                 .Register(metrics)),
      failed_(prometheus::BuildCounter()
                  .Name("tidings_commit_failures_total")
                  .Help("Batches that the store did not take; their clients were told.")
                  .Register(metrics)),
      last_report_(prometheus::BuildGauge()
                       .Name("tidings_last_report_timestamp_seconds")
                       .Help("When the last report was received.")
                       .Register(metrics)),
      commit_duration_(
          prometheus::BuildHistogram()
              .Name("tidings_commit_duration_seconds")
              .Help("From handing a batch to the store until it is durable.")
              .Register(metrics)
              .Add(
                  {},
                  prometheus::Histogram::BucketBoundaries{
                      0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10}
              )
      ),
      traffic_(clock) {}

PipelineTelemetry::ForProtocol& PipelineTelemetry::For(const char* protocol) {
  MutexLock lock(mutex_);
  const auto [entry, is_new] = protocols_.try_emplace(protocol);
  ForProtocol& counters = entry->second;
  if (is_new) {
    for (size_t i = 0; i < kOutcomeLabels.size(); ++i) {
      counters.outcomes[i] =
          &reports_.Add({{"protocol", protocol}, {"outcome", kOutcomeLabels[i]}});
    }
    counters.rejected = &reports_.Add({{"protocol", protocol}, {"outcome", "rejected"}});
    counters.times_like_seconds = &times_like_seconds_.Add({{"protocol", protocol}});
    counters.bytes = &bytes_.Add({{"protocol", protocol}});
    counters.last_report = &last_report_.Add({{"protocol", protocol}});
    rejected_.Add({{"protocol", protocol}, {"reason", "other"}});
  }
  return counters;
}

void PipelineTelemetry::CountReceived(const Receipt& receipt) {
  ForProtocol& counters = For(receipt.protocol);
  counters.bytes->Increment(static_cast<double>(receipt.payload_bytes));
  counters.last_report->Set(static_cast<double>(receipt.received_at_ms) / 1000);
}

void PipelineTelemetry::CountCommitted(
    const char* protocol, const IngestResult& result, std::chrono::duration<double> took
) {
  std::array<double, kOutcomeLabels.size()> counts{};
  for (const IngestResult::Stored& stored : result.stored) {
    counts[static_cast<size_t>(stored.outcome)] += 1;
  }
  ForProtocol& counters = For(protocol);
  for (size_t i = 0; i < counts.size(); ++i) {
    counters.outcomes[i]->Increment(counts[i]);
  }
  commit_duration_.Observe(took.count());
  traffic_.CountReports(protocol, result.stored.size());
}

void PipelineTelemetry::CountFailed(const char* protocol, const absl::Status& status) {
  traffic_.NoteError(protocol, std::string(MessageOf(status)));
  failed_.Add({{"protocol", protocol}, {"reason", absl::StatusCodeToString(status.code())}}
  ).Increment();
}

void PipelineTelemetry::CountTimesLikeSeconds(const char* protocol, size_t reports) {
  if (reports > 0) {
    For(protocol).times_like_seconds->Increment(static_cast<double>(reports));
  }
}

void PipelineTelemetry::CountRejected(
    const char* protocol, const std::vector<Rejection>& rejections
) {
  if (rejections.empty()) {
    return;
  }
  For(protocol).rejected->Increment(static_cast<double>(rejections.size()));
  for (const Rejection& rejection : rejections) {
    rejected_.Add({{"protocol", protocol}, {"reason", ReasonOf(rejection)}}).Increment();
  }
}

std::optional<double> PipelineTelemetry::CommitP99() const {
  const prometheus::ClientMetric::Histogram histogram = commit_duration_.Collect().histogram;
  if (histogram.sample_count == 0) {
    return std::nullopt;
  }
  // Linear within the bucket, as Prometheus's histogram_quantile.
  const double rank = 0.99 * static_cast<double>(histogram.sample_count);
  double lower_bound = 0;
  double below = 0;
  for (const prometheus::ClientMetric::Bucket& bucket : histogram.bucket) {
    const auto reached = static_cast<double>(bucket.cumulative_count);
    if (reached >= rank && std::isfinite(bucket.upper_bound)) {
      return lower_bound + (bucket.upper_bound - lower_bound) * (rank - below) / (reached - below);
    }
    if (std::isfinite(bucket.upper_bound)) {
      lower_bound = bucket.upper_bound;
      below = reached;
    }
  }
  return lower_bound;
}

}  // namespace tidings
