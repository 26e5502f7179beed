#include "receiver/otlp/other_signal.h"

#include <fmt/format.h>

namespace tidings::otlp {

std::string AdviceFor(std::string_view path) {
  const bool traces = path.find("trace") != std::string_view::npos;
  return fmt::format(
      "Tidings takes events, which are OTLP logs, and no {0}: send {0} to another endpoint "
      "(OTEL_EXPORTER_OTLP_{1}_ENDPOINT), or switch them off (OTEL_{1}_EXPORTER=none)",
      traces ? "traces" : "metrics",
      traces ? "TRACES" : "METRICS"
  );
}

}  // namespace tidings::otlp
