#include "net/grpc_constant.h"

#include <utility>

namespace tidings::net {
namespace {

class ConstantCall final : public GrpcCall {
 public:
  ConstantCall(std::shared_ptr<GrpcResponder> responder, const std::string& answer)
      : responder_(std::move(responder)), answer_(answer) {}

  void OnMessages(std::span<GrpcMessage> messages) override {
    size_t bytes = 0;
    for (const GrpcMessage& message : messages) {
      bytes += message.bytes.size();
    }
    responder_->Release(bytes);
  }
  void OnHalfClose() override {
    responder_->Send(answer_);
    responder_->Finish(absl::OkStatus());
  }
  void OnCancel(const absl::Status& /*why*/) override {}
  void OnBroken(const absl::Status& why) override { responder_->Finish(why); }

 private:
  const std::shared_ptr<GrpcResponder> responder_;
  const std::string answer_;
};

}  // namespace

std::unique_ptr<GrpcCall> ConstantMethod::Start(GrpcCallContext context) {
  return std::make_unique<ConstantCall>(std::move(context.responder), answer_);
}

}  // namespace tidings::net
