#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <absl/base/thread_annotations.h>
#include <absl/status/status.h>

#include "base/mutex.h"
#include "pipeline/report_sink.h"

namespace tidings::skywalking_grpc {

/// Decides when a collect call is answered, and how: when nothing is under way and the client has
/// sent everything, or at the first thing that ends a stream. Tells the answer once.
///
/// Thread safety: safe; the call's io thread and the store's threads meet here.
class CollectSettlement {
 public:
  /// A batch goes to the sink.
  void BatchBegan();
  /// It came back. Returns the answer if it is due now.
  std::optional<absl::Status> BatchEnded(const absl::StatusOr<IngestResult>& result);

  /// The client has sent everything: with OK, or the reason why nothing more can be read.
  std::optional<absl::Status> InputEnded(const absl::Status& why);

  /// No answer is wanted any more.
  void Abandon();

 private:
  std::optional<absl::Status> AnswerIfDue() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status Verdict() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  Mutex mutex_;
  uint64_t under_way_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t stored_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t rejected_ ABSL_GUARDED_BY(mutex_) = 0;
  /// In the order of the stream, at most kToldRejections.
  std::vector<Rejection> first_rejections_ ABSL_GUARDED_BY(mutex_);
  absl::Status store_failure_ ABSL_GUARDED_BY(mutex_);
  std::optional<absl::Status> input_end_ ABSL_GUARDED_BY(mutex_);
  bool answered_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace tidings::skywalking_grpc
