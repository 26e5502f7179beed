#include "config/not_built.h"

#include <fmt/format.h>

#include "base/text.h"

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
  if (!config.tls.certificate.empty()) {
    lines.push_back(fmt::format(
        "tls is not built yet: every listener speaks plain text in spite of tls.certificate ({})",
        EscapeForDisplay(config.tls.certificate)
    ));
  }
  if (!config.auth.tokens_file.empty()) {
    lines.push_back(fmt::format(
        "auth is not built yet: everybody who can reach a listener is let in, in spite of "
        "auth.tokens_file ({})",
        EscapeForDisplay(config.auth.tokens_file)
    ));
  }
  return lines;
}

}  // namespace tidings::config
