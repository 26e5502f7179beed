#include "net/tls_credentials.h"

#include <utility>

#include <spdlog/spdlog.h>

#include "base/status.h"

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

TlsCredentials::TlsCredentials(
    TlsConfig config, WatchedFiles files, std::shared_ptr<const TlsContext> context
)
    : config_(std::move(config)), files_(std::move(files)), current_(std::move(context)) {}

absl::StatusOr<std::shared_ptr<TlsCredentials>> TlsCredentials::Load(TlsConfig config) {
  // Before loading: a change meanwhile is then still one.
  WatchedFiles files(FilesOf(config));
  auto context = TlsContext::Load(config);
  if (!context.ok()) {
    return context.status();
  }
  return std::shared_ptr<TlsCredentials>(
      new TlsCredentials(std::move(config), std::move(files), *std::move(context))
  );
}

std::shared_ptr<const TlsContext> TlsCredentials::current() const {
  const MutexLock lock(mutex_);
  return current_;
}

absl::Status TlsCredentials::Reload() {
  files_.Remember();
  auto context = TlsContext::Load(config_);
  if (!context.ok()) {
    return context.status();
  }
  spdlog::info("new connections get the certificate {}", (*context)->description());
  const MutexLock lock(mutex_);
  current_ = *std::move(context);
  return absl::OkStatus();
}

void TlsCredentials::ReloadIfChanged() {
  if (!files_.HaveChanged()) {
    return;
  }
  if (const absl::Status status = Reload(); !status.ok()) {
    spdlog::error("the certificate stays as it was: {}", MessageOf(status));
  }
}

}  // namespace tidings::net
