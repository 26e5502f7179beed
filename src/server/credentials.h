#pragma once

#include <memory>
#include <string_view>

#include <absl/status/statusor.h>

#include "base/clock.h"
#include "config/config.h"
#include "net/access.h"
#include "net/tls_credentials.h"
#include "net/tokens.h"

namespace tidings {

/// The server's certificate and the tokens of its clients, kept up to date with their files.
///
/// Thread safety: one thread; what it gives out is used by all.
/// Lifetime:      the clock outlives it and what it gives out.
/// Errors:        Load: kFailedPrecondition, which names configuration key and file.
class Credentials {
 public:
  static absl::StatusOr<Credentials> Load(const Config& config, const Clock& clock);

  /// Null: plain text.
  std::shared_ptr<const net::TlsCredentials> tls() const { return tls_; }
  /// `asks`: `on` or `off`, whether the listener asks for tokens, if there are any.
  std::shared_ptr<const net::Access> AccessFor(std::string_view asks) const;

  /// Takes up files that were replaced; to be called once a second or so.
  void ReloadChanged();
  /// Reads all files again. What is broken is logged, and stays as it was.
  void Reload();
  /// How fast reports may come from now on.
  void SetRates(const net::RateConfig& rates) { senders_->SetRates(rates); }

 private:
  Credentials() = default;

  std::shared_ptr<net::TlsCredentials> tls_;
  std::shared_ptr<net::Tokens> tokens_;
  std::shared_ptr<net::Senders> senders_;
};

/// One line of the log when strangers may reach a listener, and may listen in or take part.
void WarnIfOpenToAll(const Config& config);

}  // namespace tidings
