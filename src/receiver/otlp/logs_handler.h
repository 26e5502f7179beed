#pragma once

#include <memory>
#include <string>

#include "net/http.h"
#include "receiver/otlp/log_intake.h"

namespace tidings::otlp {

inline constexpr const char* kProtobufType = "application/x-protobuf";
inline constexpr const char* kJsonType = "application/json";

/// `POST /v1/logs`, and `POST /`, where Flink sends to: an ExportLogsServiceRequest as
/// `application/x-protobuf` or `application/json`; answered in kind, when everything is durable.
///
/// 200, with a partial success where records were rejected or dropped; 400 for what cannot be read,
/// 413 for too many records, 415 for another media type, 507 for what the store will never take,
/// and 503 with Retry-After when the same may succeed later. Refusals are a google.rpc.Status.
///
/// Thread safety: safe. Lifetime: must not outlive the intake.
class LogsHandler final : public net::HttpHandler {
 public:
  explicit LogsHandler(std::shared_ptr<LogIntake> intake) : intake_(std::move(intake)) {}

  void Handle(
      std::shared_ptr<const net::HttpRequest> request, std::string body, net::Responder respond
  ) override;

 private:
  const std::shared_ptr<LogIntake> intake_;
};

/// `POST /v1/traces`, `/v1/metrics` and `/v1development/profiles`, which come here by mistake: 404,
/// and what to do.
class OtherSignalHandler final : public net::HttpHandler {
 public:
  void Handle(
      std::shared_ptr<const net::HttpRequest> request, std::string body, net::Responder respond
  ) override;
};

}  // namespace tidings::otlp
