#include "server/credentials.h"

#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <spdlog/spdlog.h>

#include "base/status.h"

namespace tidings {
namespace {

/// What is left of a section of TLS that was meant to be on.
absl::Status CheckTlsIsOff(const net::TlsConfig& config) {
  if (config.key.empty() && config.client_ca.empty() && config.allowed_names.empty()) {
    return absl::OkStatus();
  }
  return FailedPrecondition(
      "tls.certificate is empty, but other keys of tls are set; expected the file of the server's "
      "certificate, or nothing at all for plain text"
  );
}

bool IsOpen(const net::ListenerConfig& listener) {
  const std::string_view address = listener.address;
  return address != "off" && !address.starts_with("127.") && !address.starts_with("[::1]") &&
         !address.starts_with("localhost");
}

}  // namespace

absl::StatusOr<Credentials> Credentials::Load(const Config& config, const Clock& clock) {
  Credentials loaded;
  loaded.senders_ = std::make_shared<net::Senders>(config.rates, clock);
  if (config.tls.certificate.empty()) {
    if (absl::Status status = CheckTlsIsOff(config.tls); !status.ok()) {
      return status;
    }
  } else {
    auto tls = net::LoadTlsCredentials(config.tls);
    if (!tls.ok()) {
      return tls.status();
    }
    loaded.tls_ = *std::move(tls);
    const auto current = loaded.tls_->current();
    spdlog::info(
        "all listeners speak TLS with the certificate {}{}",
        current->description(),
        current->is_mutual() ? "; clients must show one too" : ""
    );
  }
  if (!config.auth.tokens_file.empty()) {
    auto tokens = net::LoadTokens(config.auth.tokens_file);
    if (!tokens.ok()) {
      return tokens.status();
    }
    loaded.tokens_ = *std::move(tokens);
    spdlog::info("{} tokens are accepted", loaded.tokens_->current()->tokens().size());
  }
  return loaded;
}

std::shared_ptr<const net::Access> Credentials::AccessFor(std::string_view asks) const {
  return std::make_shared<const net::Access>(asks == "off" ? nullptr : tokens_, senders_);
}

void Credentials::ReloadChanged() {
  if (tls_) {
    tls_->ReloadIfChanged();
  }
  if (tokens_) {
    tokens_->ReloadIfChanged();
  }
}

void Credentials::Reload() {
  if (tls_) {
    tls_->Reload();
  }
  if (tokens_) {
    tokens_->Reload();
  }
}

void WarnIfOpenToAll(const Config& config) {
  const bool has_tls = !config.tls.certificate.empty();
  const bool has_tokens = !config.auth.tokens_file.empty();
  std::vector<std::string> open;
  const auto consider = [&](const char* key, const net::ListenerConfig& listener, bool asks) {
    if (IsOpen(listener) && !(has_tls && has_tokens && asks)) {
      open.push_back(fmt::format("{} is {}", key, listener.address));
    }
  };
  consider("http.address", config.http, config.auth.http == "on");
  consider("grpc.address", config.grpc, config.auth.grpc == "on");
  consider("otlp.grpc_address", config.otlp_grpc, config.auth.grpc == "on");
  consider("otlp.http_address", config.otlp_http, config.auth.http == "on");
  if (open.empty()) {
    return;
  }
  spdlog::warn(
      "{}: who reaches that {}{}{}. Set tls.certificate, tls.key and auth.tokens_file, bind "
      "127.0.0.1, or put a proxy before it",
      fmt::join(open, " and "),
      has_tls ? "" : "can listen in, since there is no TLS",
      has_tls ? "" : ", and ",
      has_tokens ? "needs no token where auth.http or auth.grpc is off"
                 : "can report and read events, since there are no tokens"
  );
}

}  // namespace tidings
