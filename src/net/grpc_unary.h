#pragma once

#include <functional>
#include <memory>
#include <string>

#include <absl/status/statusor.h>

#include "net/grpc.h"

namespace tidings::net {

/// A method with one request and one answer that is known at once.
class UnaryMethod final : public GrpcMethod {
 public:
  using Answer = std::function<absl::StatusOr<std::string>(std::string_view request)>;

  explicit UnaryMethod(Answer answer) : answer_(std::move(answer)) {}

  std::unique_ptr<GrpcCall> Start(GrpcCallContext context) override;

 private:
  const Answer answer_;
};

/// A method that answers every request of a stream with one message.
class EachMessageMethod final : public GrpcMethod {
 public:
  using Answer = UnaryMethod::Answer;

  explicit EachMessageMethod(Answer answer) : answer_(std::move(answer)) {}

  std::unique_ptr<GrpcCall> Start(GrpcCallContext context) override;

 private:
  const Answer answer_;
};

}  // namespace tidings::net
