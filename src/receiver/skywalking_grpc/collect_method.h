#pragma once

#include <memory>

#include "base/clock.h"
#include "net/grpc.h"
#include "pipeline/report_sink.h"

namespace tidings::skywalking_grpc {

/// The path under which the method is registered.
inline constexpr const char* kCollectPath = "/skywalking.v3.EventService/collect";

/// `skywalking.v3.EventService/collect`: a client's stream of events.
///
/// What arrives together is committed together, at once: a stream that never half-closes sees its
/// events durable and visible. The answer comes after the half-close, when everything is durable:
/// OK, or INVALID_ARGUMENT with how many were stored and rejected and the first few reasons as
/// `#index field: reason`. A report that breaks a rule never ends the stream; bytes that are no
/// event do (INVALID_ARGUMENT, naming the message; what came before is stored), and so does a store
/// that takes nothing (UNAVAILABLE).
///
/// Thread safety: safe. Lifetime: must not outlive the sink and the clock.
class CollectMethod final : public net::GrpcMethod {
 public:
  CollectMethod(ReportSink& sink, const Clock& clock) : sink_(sink), clock_(clock) {}

  std::unique_ptr<net::GrpcCall> Start(net::GrpcCallContext context) override;

 private:
  ReportSink& sink_;
  const Clock& clock_;
};

}  // namespace tidings::skywalking_grpc
