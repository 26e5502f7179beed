#include "receiver/otlp/export_method.h"

#include <optional>
#include <string>
#include <utility>

#include <absl/base/thread_annotations.h>

#include "base/mutex.h"
#include "base/status.h"
#include "net/access.h"
#include "net/grpc_wire.h"
#include "receiver/otlp/other_signal.h"
#include "receiver/otlp/retry.h"

namespace tidings::otlp {
namespace {

/// When a call is answered: as soon as the client has sent everything and it is known what became
/// of it. Outlives the call: commits complete on other threads, also after the client has gone.
///
/// Thread safety: safe.
class ExportSettlement {
 public:
  explicit ExportSettlement(std::shared_ptr<net::GrpcResponder> responder)
      : responder_(std::move(responder)) {}

  void Settle(absl::StatusOr<PartialSuccess> verdict, size_t bytes) {
    responder_->Release(bytes);
    MutexLock lock(mutex_);
    verdict_ = std::move(verdict);
    AnswerIfDue();
  }

  void HalfClosed() {
    MutexLock lock(mutex_);
    half_closed_ = true;
    AnswerIfDue();
  }

  /// Without waiting for anything.
  void Refuse(const absl::Status& why) {
    MutexLock lock(mutex_);
    verdict_ = why;
    half_closed_ = true;
    AnswerIfDue();
  }

 private:
  void AnswerIfDue() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (answered_ || !half_closed_ || !verdict_) {
      return;
    }
    answered_ = true;
    if (verdict_->ok()) {
      responder_->Send(EncodeResponseProtobuf(**verdict_));
      responder_->Finish(absl::OkStatus());
      return;
    }
    const absl::Status& status = verdict_->status();
    responder_->Finish(
        IsTransient(status) ? net::WithRetryDelay(ToUnavailable(status), kRetryDelay) : status
    );
  }

  const std::shared_ptr<net::GrpcResponder> responder_;
  Mutex mutex_;
  std::optional<absl::StatusOr<PartialSuccess>> verdict_ ABSL_GUARDED_BY(mutex_);
  bool half_closed_ ABSL_GUARDED_BY(mutex_) = false;
  bool answered_ ABSL_GUARDED_BY(mutex_) = false;
};

class ExportCall final : public net::GrpcCall {
 public:
  ExportCall(net::GrpcCallContext context, std::shared_ptr<LogIntake> intake)
      : request_(std::move(context.request)),
        responder_(context.responder),
        intake_(std::move(intake)),
        settlement_(std::make_shared<ExportSettlement>(std::move(context.responder))) {}

  void OnMessages(std::span<net::GrpcMessage> messages) override {
    for (net::GrpcMessage& message : messages) {
      if (++count_ > 1) {
        responder_->Release(message.bytes.size());
        settlement_->Refuse(InvalidArgument("this method takes one request message, and got more"));
        continue;
      }
      Take(message);
    }
  }

  void OnHalfClose() override {
    if (count_ == 0) {
      settlement_->Refuse(InvalidArgument("this method takes one request message, and got none"));
      return;
    }
    settlement_->HalfClosed();
  }

  void OnCancel(const absl::Status& /*why*/) override {}

  void OnBroken(const absl::Status& why) override { settlement_->Refuse(why); }

 private:
  void Take(net::GrpcMessage& message) {
    const size_t bytes = message.bytes.size();
    const size_t records = intake_->TakeProtobuf(
        "otlp-grpc",
        message.bytes,
        std::move(message.buffer),
        [settlement = settlement_, bytes](absl::StatusOr<PartialSuccess> verdict) {
          settlement->Settle(std::move(verdict), bytes);
        }
    );
    if (records > 1) {
      net::ChargeEvents(*request_, records - 1);  // The front has counted the message as one.
    }
  }

  const std::shared_ptr<const net::HttpRequest> request_;
  const std::shared_ptr<net::GrpcResponder> responder_;
  const std::shared_ptr<LogIntake> intake_;
  const std::shared_ptr<ExportSettlement> settlement_;
  size_t count_ = 0;
};

class OtherSignalCall final : public net::GrpcCall {
 public:
  explicit OtherSignalCall(net::GrpcCallContext context)
      : request_(std::move(context.request)), responder_(std::move(context.responder)) {}

  void OnMessages(std::span<net::GrpcMessage> messages) override {
    for (const net::GrpcMessage& message : messages) {
      responder_->Release(message.bytes.size());
    }
  }
  void OnHalfClose() override {
    responder_->Finish(MakeStatus(absl::StatusCode::kUnimplemented, "{}", AdviceFor(request_->path))
    );
  }
  void OnCancel(const absl::Status& /*why*/) override {}
  void OnBroken(const absl::Status& why) override { responder_->Finish(why); }

 private:
  const std::shared_ptr<const net::HttpRequest> request_;
  const std::shared_ptr<net::GrpcResponder> responder_;
};

}  // namespace

std::unique_ptr<net::GrpcCall> ExportMethod::Start(net::GrpcCallContext context) {
  return std::make_unique<ExportCall>(std::move(context), intake_);
}

std::unique_ptr<net::GrpcCall> OtherSignalMethod::Start(net::GrpcCallContext context) {
  return std::make_unique<OtherSignalCall>(std::move(context));
}

}  // namespace tidings::otlp
