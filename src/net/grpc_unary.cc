#include "net/grpc_unary.h"

#include <optional>
#include <utility>

#include "base/status.h"

namespace tidings::net {
namespace {

class UnaryCall final : public GrpcCall {
 public:
  UnaryCall(std::shared_ptr<GrpcResponder> responder, const UnaryMethod::Answer& answer)
      : responder_(std::move(responder)), answer_(answer) {}

  void OnMessages(std::span<GrpcMessage> messages) override {
    for (const GrpcMessage& message : messages) {
      request_ = std::string(message.bytes);
      responder_->Release(message.bytes.size());
      ++count_;
    }
  }
  void OnHalfClose() override {
    if (count_ != 1) {
      responder_->Finish(
          InvalidArgument("this method takes one request message, and got {}", count_)
      );
      return;
    }
    auto answer = answer_(request_);
    const absl::Status status = answer.status();
    if (status.ok()) {
      responder_->Send(*std::move(answer));
    }
    responder_->Finish(status);
  }
  void OnCancel(const absl::Status& /*why*/) override {}
  void OnBroken(const absl::Status& why) override { responder_->Finish(why); }

 private:
  const std::shared_ptr<GrpcResponder> responder_;
  const UnaryMethod::Answer answer_;
  std::string request_;
  size_t count_ = 0;
};

class EachMessageCall final : public GrpcCall {
 public:
  EachMessageCall(std::shared_ptr<GrpcResponder> responder, const UnaryMethod::Answer& answer)
      : responder_(std::move(responder)), answer_(answer) {}

  void OnMessages(std::span<GrpcMessage> messages) override {
    for (const GrpcMessage& message : messages) {
      responder_->Release(message.bytes.size());
      auto answer = answer_(message.bytes);
      if (!answer.ok()) {
        responder_->Finish(answer.status());
        return;
      }
      responder_->Send(*std::move(answer));
    }
  }
  void OnHalfClose() override { responder_->Finish(absl::OkStatus()); }
  void OnCancel(const absl::Status& /*why*/) override {}
  void OnBroken(const absl::Status& why) override { responder_->Finish(why); }

 private:
  const std::shared_ptr<GrpcResponder> responder_;
  const UnaryMethod::Answer answer_;
};

}  // namespace

std::unique_ptr<GrpcCall> UnaryMethod::Start(GrpcCallContext context) {
  return std::make_unique<UnaryCall>(std::move(context.responder), answer_);
}

std::unique_ptr<GrpcCall> EachMessageMethod::Start(GrpcCallContext context) {
  return std::make_unique<EachMessageCall>(std::move(context.responder), answer_);
}

}  // namespace tidings::net
