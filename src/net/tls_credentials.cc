#include "net/tls_credentials.h"

#include <string>
#include <vector>

#include <fmt/format.h>

namespace tidings::net {
namespace {

std::vector<std::string> FilesOf(const TlsConfig& config) {
  std::vector<std::string> files{config.certificate, config.key};
  if (!config.client_ca.empty()) {
    files.push_back(config.client_ca);
  }
  return files;
}

}  // namespace

absl::StatusOr<std::shared_ptr<TlsCredentials>> LoadTlsCredentials(const TlsConfig& config) {
  return TlsCredentials::Load(
      {.files = FilesOf(config),
       .read = [config] { return TlsContext::Load(config); },
       .taken_up =
           [](const TlsContext& context) {
             return fmt::format("new connections get the certificate {}", context.description());
           },
       .kept = "the certificate stays as it was"}
  );
}

}  // namespace tidings::net
