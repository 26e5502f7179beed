#include "net/testing/collect_method.h"

#include <utility>

#include <absl/time/time.h>
#include <fmt/format.h>

namespace tidings::net {

class CollectMethod::Call final : public GrpcCall {
 public:
  Call(CollectMethod& method, std::shared_ptr<GrpcResponder> responder)
      : method_(method), responder_(std::move(responder)) {}

  void OnMessages(std::span<GrpcMessage> messages) override {
    Shared& shared = *method_.shared_;
    size_t bytes = 0;
    const MutexLock lock(shared.mutex);
    shared.seen.bursts.push_back(messages.size());
    for (const GrpcMessage& message : messages) {
      bytes += message.bytes.size();
      shared.seen.messages.emplace_back(message.bytes);
      ++count_;
    }
    if (method_.settles_at_once_) {
      responder_->Release(bytes);
    } else {
      shared.unreleased.emplace_back(responder_, bytes);
    }
  }
  void OnHalfClose() override {
    const MutexLock lock(method_.shared_->mutex);
    ++method_.shared_->seen.half_closed;
    responder_->Send(fmt::to_string(count_));
    responder_->Finish(absl::OkStatus());
  }
  void OnCancel(const absl::Status& why) override {
    const MutexLock lock(method_.shared_->mutex);
    method_.shared_->seen.cancelled.push_back(why);
  }
  void OnBroken(const absl::Status& why) override {
    const MutexLock lock(method_.shared_->mutex);
    method_.shared_->seen.broken.push_back(why);
    responder_->Finish(why);
  }

 private:
  CollectMethod& method_;
  const std::shared_ptr<GrpcResponder> responder_;
  size_t count_ = 0;
};

std::unique_ptr<GrpcCall> CollectMethod::Start(GrpcCallContext context) {
  const MutexLock lock(shared_->mutex);
  ++shared_->seen.started;
  shared_->seen.last_had_deadline = context.has_deadline;
  return std::make_unique<Call>(*this, std::move(context.responder));
}

CollectMethod::Seen CollectMethod::seen() const {
  const MutexLock lock(shared_->mutex);
  return shared_->seen;
}

bool CollectMethod::WaitFor(bool (*enough)(const Seen&)) const {
  const MutexLock lock(shared_->mutex);
  return shared_->mutex.AwaitFor(std::chrono::seconds(60), [this, enough] {
    shared_->mutex.AssertHeld();
    return enough(shared_->seen);
  });
}

void CollectMethod::ReleaseAll() {
  settles_at_once_ = true;
  const MutexLock lock(shared_->mutex);
  for (const auto& [responder, bytes] : std::exchange(shared_->unreleased, {})) {
    responder->Release(bytes);
  }
}

}  // namespace tidings::net
