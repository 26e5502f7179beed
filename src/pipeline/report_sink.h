#pragma once

#include <functional>
#include <vector>

#include <absl/status/statusor.h>

#include "event/join.h"
#include "event/report.h"

namespace tidings {

/// What became of a batch that a receiver handed over.
struct IngestResult {
  /// Outcome and id of each report that was stored, in the batch's order, with its index in the
  /// request.
  struct Stored {
    uint32_t index = 0;
    Outcome outcome = Outcome::kNew;
    std::string id;
  };
  std::vector<Stored> stored;
  /// In order of index: what the codec refused and what breaks a rule of the model.
  std::vector<Rejection> rejections;
  std::vector<std::string> warnings;
};
using IngestDone = std::function<void(absl::StatusOr<IngestResult>)>;

/// Who may do what; without tokens everything but corrections from afar.
struct IngestRights {
  /// Corrections (generation above 0), withdrawals and `derived` are allowed.
  bool admin = false;
  /// Fill IngestResult::Stored::id (costs a copy per report).
  bool wants_ids = false;
};

/// Where a receiver hands decoded reports to the rest of the server.
///
/// Thread safety: Commit() may be called from any number of threads.
/// Lifetime:      outlives every receiver; owned by Server.
/// Errors:        kUnavailable       - no room or disk trouble: the same batch may succeed later;
///                kResourceExhausted - the store will never take it.
class ReportSink {
 public:
  virtual ~ReportSink() = default;

  /// Validates and normalises the batch, makes what passes durable, then calls `done` once, from
  /// any thread. A report that breaks a rule is rejected alone. When the whole batch fails, nothing
  /// of it is acknowledged. Never blocks.
  virtual void Commit(ReportBatch batch, IngestRights rights, IngestDone done) = 0;
};

}  // namespace tidings
