#pragma once

#include <memory>
#include <string>

#include "net/grpc.h"

namespace tidings::net {

/// Takes whatever a client sends to a service that is not really served, throws it away, and
/// answers one constant message and OK after the half-close: agents that report metrics too stay
/// content.
class ConstantMethod final : public GrpcMethod {
 public:
  explicit ConstantMethod(std::string answer = {}) : answer_(std::move(answer)) {}

  std::unique_ptr<GrpcCall> Start(GrpcCallContext context) override;

 private:
  const std::string answer_;
};

}  // namespace tidings::net
