#include "receiver/otlp/other_signal.h"

#include <fmt/format.h>

namespace tidings::otlp {

std::string AdviceFor(std::string_view path) {
  if (path.find("profiles") != std::string_view::npos) {
    return "Tidings takes events, which are OTLP logs, and no profiles: send profiles to another "
           "endpoint, or switch them off";
  }
  const bool traces = path.find("trace") != std::string_view::npos;
  return fmt::format(
      "Tidings takes events, which are OTLP logs, and no {0}: send {0} to another endpoint "
      "(OTEL_EXPORTER_OTLP_{1}_ENDPOINT), or switch them off (OTEL_{1}_EXPORTER=none)",
      traces ? "traces" : "metrics",
      traces ? "TRACES" : "METRICS"
  );
}

std::string WhereOtlpIs(std::string_view http_address, std::string_view grpc_address) {
  const auto shown = [](std::string_view address) { return address.empty() ? "no port" : address; };
  return fmt::format(
      "OTLP logs are taken over HTTP at {} (otlp.http_address) as POST /v1/logs, and over gRPC at "
      "{} (otlp.grpc_address)",
      shown(http_address),
      shown(grpc_address)
  );
}

bool LooksLikeOtlp(std::string_view path) {
  return path.starts_with("/v1/") || path.starts_with("/v1development/") ||
         path.starts_with("/opentelemetry.proto.collector.");
}

}  // namespace tidings::otlp
