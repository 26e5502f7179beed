#include "receiver/skywalking_grpc/collect_method.h"

#include <span>
#include <string>
#include <utility>

#include "base/status.h"
#include "codec/skywalking/event_protobuf.h"
#include "receiver/skywalking_grpc/collect_settlement.h"

namespace tidings::skywalking_grpc {
namespace {

/// What outlives the call: commits complete on other threads, also after the client has gone.
struct Answer {
  std::shared_ptr<net::GrpcResponder> responder;
  CollectSettlement settlement;

  void TellIf(const std::optional<absl::Status>& verdict) {
    if (!verdict) {
      return;
    }
    if (verdict->ok()) {
      responder->Send(std::string());  // `Commands` without commands is an empty message.
    }
    responder->Finish(*verdict);
  }
};

class CollectCall final : public net::GrpcCall {
 public:
  CollectCall(net::GrpcCallContext context, ReportSink& sink, const Clock& clock)
      : sink_(sink), clock_(clock), answer_(std::make_shared<Answer>()) {
    answer_->responder = std::move(context.responder);
  }

  void OnMessages(std::span<net::GrpcMessage> messages) override {
    if (ended_) {
      Release(messages);
      return;
    }
    ReportBatch batch;
    batch.receipt = {.protocol = "skywalking-grpc", .received_at_ms = clock_.NowMs()};
    batch.reports.reserve(messages.size());
    size_t read = 0;
    absl::Status broken = Decode(messages, batch, read);
    Commit(std::move(batch));
    if (!broken.ok()) {
      ended_ = true;
      Release(messages.subspan(read));
      answer_->TellIf(answer_->settlement.InputEnded(broken));
    }
  }

  void OnHalfClose() override { answer_->TellIf(answer_->settlement.InputEnded(absl::OkStatus())); }

  void OnCancel(const absl::Status&) override { answer_->settlement.Abandon(); }

  void OnBroken(const absl::Status& why) override {
    ended_ = true;
    answer_->TellIf(answer_->settlement.InputEnded(why));
  }

 private:
  /// Reads messages until one is malformed; `read` says how many were taken over.
  absl::Status Decode(std::span<net::GrpcMessage> messages, ReportBatch& batch, size_t& read) {
    const void* kept = nullptr;
    for (net::GrpcMessage& message : messages) {
      const absl::Status decoded = skywalking::DecodeEvent(message.bytes, message.index, batch);
      if (!decoded.ok()) {
        return InvalidArgument("message #{}: {}", message.index, MessageOf(decoded));
      }
      ++read;
      batch.receipt.payload_bytes += message.bytes.size();
      if (message.buffer.get() != kept) {
        kept = message.buffer.get();
        batch.Keep(std::move(message.buffer), message.bytes.size());
      }
    }
    return absl::OkStatus();
  }

  void Commit(ReportBatch batch) {
    const size_t bytes = batch.receipt.payload_bytes;
    answer_->settlement.BatchBegan();
    sink_.Commit(
        std::move(batch),
        {},
        [answer = answer_, bytes](const absl::StatusOr<IngestResult>& result) {
          answer->responder->Release(bytes);
          answer->TellIf(answer->settlement.BatchEnded(result));
        }
    );
  }

  void Release(std::span<const net::GrpcMessage> messages) {
    size_t bytes = 0;
    for (const net::GrpcMessage& message : messages) {
      bytes += message.bytes.size();
    }
    answer_->responder->Release(bytes);
  }

  ReportSink& sink_;
  const Clock& clock_;
  const std::shared_ptr<Answer> answer_;
  /// The stream is past saving: what still comes is thrown away.
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<net::GrpcCall> CollectMethod::Start(net::GrpcCallContext context) {
  return std::make_unique<CollectCall>(std::move(context), sink_, clock_);
}

}  // namespace tidings::skywalking_grpc
