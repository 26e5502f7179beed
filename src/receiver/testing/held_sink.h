#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <absl/status/status.h>

#include "pipeline/report_sink.h"

namespace tidings::receiver_testing {

/// A sink that holds every batch until the test lets it through or fails it. Reports whose name is
/// `bad` break a rule.
///
/// Thread safety: one thread.
class HeldSink final : public ReportSink {
 public:
  void Commit(ReportBatch batch, IngestRights rights, IngestDone done) override;

  size_t held() const { return held_.size(); }
  /// Completes the oldest batch as stored, or with `failure`.
  void CompleteOldest(const absl::Status& failure = absl::OkStatus());
  void CompleteAll();

  /// Ids of what was stored, in order.
  const std::vector<std::string>& stored() const { return stored_; }

 private:
  struct Held {
    ReportBatch batch;
    IngestDone done;
  };
  std::vector<Held> held_;
  std::vector<std::string> stored_;
};

}  // namespace tidings::receiver_testing
