#include "config/not_built.h"

#include <fmt/format.h>

namespace tidings::config {

std::vector<std::string> NotBuiltYet(const Config& config) {
  std::vector<std::string> lines;
  if (config.otlp_grpc.address != "off" || config.otlp_http.address != "off") {
    lines.push_back(fmt::format(
        "otlp is not built yet: nothing listens on otlp.grpc_address ({}) and otlp.http_address "
        "({}); set both to off to silence this line",
        config.otlp_grpc.address,
        config.otlp_http.address
    ));
  }
  return lines;
}

}  // namespace tidings::config
