#pragma once

#include <memory>

#include "net/grpc.h"
#include "receiver/otlp/log_intake.h"

namespace tidings::otlp {

/// The path under which the method is registered.
inline constexpr const char* kExportPath =
    "/opentelemetry.proto.collector.logs.v1.LogsService/Export";

/// `LogsService/Export`: one request of log records, one answer when everything is durable.
///
/// OK, with a partial success where records were rejected or dropped; INVALID_ARGUMENT and
/// RESOURCE_EXHAUSTED for a request that is refused for good; UNAVAILABLE with a RetryInfo when the
/// same may succeed later. A request that was read whole is stored even when its client has gone.
///
/// Thread safety: safe. Lifetime: must not outlive the intake.
class ExportMethod final : public net::GrpcMethod {
 public:
  explicit ExportMethod(std::shared_ptr<LogIntake> intake) : intake_(std::move(intake)) {}

  std::unique_ptr<net::GrpcCall> Start(net::GrpcCallContext context) override;

 private:
  const std::shared_ptr<LogIntake> intake_;
};

/// `Export` of traces, metrics and profiles, which come here by mistake: UNIMPLEMENTED, and what to
/// do.
class OtherSignalMethod final : public net::GrpcMethod {
 public:
  std::unique_ptr<net::GrpcCall> Start(net::GrpcCallContext context) override;
};

/// The services that OtherSignalMethod is for, as patterns of paths.
inline constexpr const char* kOtherSignalPaths[] = {
    "/opentelemetry.proto.collector.trace.v1.TraceService/*",
    "/opentelemetry.proto.collector.metrics.v1.MetricsService/*",
    "/opentelemetry.proto.collector.profiles.v1development.ProfilesService/*"};

}  // namespace tidings::otlp
