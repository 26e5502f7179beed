#include "receiver/skywalking_grpc/collect_settlement.h"

#include <algorithm>
#include <iterator>
#include <string>

#include "base/status.h"
#include "base/text.h"

namespace tidings::skywalking_grpc {
namespace {

constexpr size_t kToldRejections = 5;

/// The transport allows a few KiB of headers: a client's own text must not fill them.
std::string Describe(const Rejection& rejection) {
  return fmt::format(
      "#{} {}: {}",
      rejection.index,
      EscapeForDisplay(rejection.field, 64),
      EscapeForDisplay(rejection.error)
  );
}

}  // namespace

void CollectSettlement::BatchBegan() {
  MutexLock lock(mutex_);
  ++under_way_;
}

std::optional<absl::Status> CollectSettlement::BatchEnded(const absl::StatusOr<IngestResult>& result
) {
  MutexLock lock(mutex_);
  --under_way_;
  if (!result.ok()) {
    store_failure_.Update(result.status());
    return AnswerIfDue();
  }
  stored_ += result->stored.size();
  rejected_ += result->rejections.size();
  for (const Rejection& rejection : result->rejections) {
    const auto place = std::upper_bound(
        first_rejections_.begin(),
        first_rejections_.end(),
        rejection,
        [](const Rejection& a, const Rejection& b) { return a.index < b.index; }
    );
    first_rejections_.insert(place, rejection);
  }
  first_rejections_.resize(std::min(first_rejections_.size(), kToldRejections));
  return AnswerIfDue();
}

std::optional<absl::Status> CollectSettlement::InputEnded(const absl::Status& why) {
  MutexLock lock(mutex_);
  if (!input_end_) {
    input_end_ = why;
  }
  return AnswerIfDue();
}

void CollectSettlement::Abandon() {
  MutexLock lock(mutex_);
  answered_ = true;
}

std::optional<absl::Status> CollectSettlement::AnswerIfDue() {
  // After a failed commit nothing that follows can make the stream good: tell it at once.
  const bool due = under_way_ == 0 && (input_end_.has_value() || !store_failure_.ok());
  if (answered_ || !due) {
    return std::nullopt;
  }
  answered_ = true;
  return Verdict();
}

absl::Status CollectSettlement::Verdict() const {
  if (!store_failure_.ok()) {
    return store_failure_;
  }
  if (!input_end_->ok()) {
    return absl::Status(
        input_end_->code(),
        fmt::format(
            "{}; {} stored before it, {} rejected", MessageOf(*input_end_), stored_, rejected_
        )
    );
  }
  if (rejected_ == 0) {
    return absl::OkStatus();
  }
  std::string text = fmt::format("{} stored, {} rejected", stored_, rejected_);
  const char* separator = ": ";
  for (const Rejection& rejection : first_rejections_) {
    text += separator + Describe(rejection);
    separator = "; ";
  }
  if (rejected_ > first_rejections_.size()) {
    text += "; …";
  }
  return absl::InvalidArgumentError(text);
}

}  // namespace tidings::skywalking_grpc
