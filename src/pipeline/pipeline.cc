#include "pipeline/pipeline.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/status.h"
#include "base/time_text.h"
#include "event/normalise.h"
#include "pipeline/mask.h"
#include "pipeline/pipeline_telemetry.h"

namespace tidings {
namespace {

/// What a report may not say without the right to correct.
std::optional<Rejection> CheckRights(const Report& report, const IngestRights& rights) {
  if (rights.admin) {
    return std::nullopt;
  }
  if (report.generation > 0) {
    return Rejection{
        report.index, "generation", "corrections need the scope admin; leave it out to report"};
  }
  if (report.withdrawn) {
    return Rejection{report.index, "withdrawn", "withdrawals need the scope admin"};
  }
  if (report.derived) {
    return Rejection{report.index, "derived", "only an import with the scope admin may set it"};
  }
  return std::nullopt;
}

/// A correction replaces the event whole, and a later end of its clients would not count. A
/// derivation owns every generation of its ids.
std::optional<Rejection> CheckCorrection(const Report& report) {
  const bool leaves_open = report.generation > 0 && !report.withdrawn && report.end <= 0;
  if (!leaves_open || report.derived) {
    return std::nullopt;
  }
  return Rejection{
      report.index,
      "end",
      "is missing: a correction replaces the event whole, and a later end would not count"};
}

/// Takes the reports out that break a rule; what is left is normal and masked.
void KeepValid(
    ReportBatch& batch,
    const IngestRights& rights,
    const ReportLimits& limits,
    const MaskingConfig& masking
) {
  size_t kept = 0;
  for (Report& report : batch.reports) {
    std::optional<Rejection> rejection = CheckRights(report, rights);
    if (!rejection) {
      rejection = Normalise(report, batch, limits);
    }
    if (!rejection) {
      rejection = CheckCorrection(report);
    }
    if (rejection) {
      batch.rejections.push_back(*std::move(rejection));
      continue;
    }
    MaskSecrets(report, batch, masking);
    batch.reports[kept++] = report;
  }
  batch.reports.resize(kept);
  std::stable_sort(
      batch.rejections.begin(),
      batch.rejections.end(),
      [](const Rejection& a, const Rejection& b) { return a.index < b.index; }
  );
}

size_t CountTimesLikeSeconds(const ReportBatch& batch) {
  return static_cast<size_t>(std::count_if(
      batch.reports.begin(),
      batch.reports.end(),
      [](const Report& report) {
        return LooksLikeSeconds(report.start) || LooksLikeSeconds(report.end);
      }
  ));
}

/// What the answer needs of the batch, before the store takes it over.
IngestResult Outline(ReportBatch& batch, const IngestRights& rights) {
  IngestResult result;
  result.rejections = std::move(batch.rejections);
  result.warnings = std::move(batch.warnings);
  result.stored.reserve(batch.reports.size());
  for (const Report& report : batch.reports) {
    IngestResult::Stored& stored = result.stored.emplace_back();
    stored.index = report.index;
    if (rights.wants_ids) {
      stored.id = report.id;
    }
  }
  return result;
}

}  // namespace

Pipeline::Pipeline(
    PipelineOptions options, EventStore& store, const Clock& clock, prometheus::Registry& metrics
)
    : limits_(options.limits),
      masking_(std::move(options.masking)),
      committed_(std::move(options.committed)),
      store_(store),
      clock_(clock),
      telemetry_(std::make_shared<PipelineTelemetry>(clock, metrics)) {}

Pipeline::~Pipeline() = default;

void Pipeline::Expect(const char* protocol) {
  telemetry_->Expect(protocol);
}

std::vector<Traffic::OfProtocol> Pipeline::ReadTraffic() const {
  return telemetry_->traffic().Read();
}

std::optional<double> Pipeline::CommitP99() const {
  return telemetry_->CommitP99();
}

void Pipeline::Commit(ReportBatch batch, IngestRights rights, IngestDone done) {
  const char* const protocol = batch.receipt.protocol;
  telemetry_->CountReceived(batch.receipt);
  KeepValid(batch, rights, *limits_.current(), masking_);
  IngestResult outline = Outline(batch, rights);
  telemetry_->CountRejected(protocol, outline.rejections);
  telemetry_->CountTimesLikeSeconds(protocol, CountTimesLikeSeconds(batch));
  if (batch.reports.empty()) {
    done(std::move(outline));
    return;
  }
  const auto began = clock_.Steady();
  store_.Commit(
      std::move(batch),
      [protocol,
       began,
       telemetry = telemetry_,
       &clock = clock_,
       tell = committed_,
       result = std::move(outline),
       done = std::move(done)](absl::StatusOr<CommitResult> committed) mutable {
        if (!committed.ok()) {
          telemetry->CountFailed(protocol, committed.status());
          done(committed.status());
          return;
        }
        for (size_t i = 0; i < result.stored.size(); ++i) {
          result.stored[i].outcome = committed->outcomes[i];
        }
        telemetry->CountCommitted(protocol, result, clock.Steady() - began);
        tell();
        done(std::move(result));
      }
  );
}

}  // namespace tidings
