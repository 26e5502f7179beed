#pragma once

#include <memory>
#include <string>

#include <absl/container/flat_hash_set.h>
#include <absl/status/statusor.h>
#include <openssl/ssl.h>

#include "net/config.h"

namespace tidings::net {

struct FreeSsl {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using SslPointer = std::unique_ptr<SSL, FreeSsl>;

/// A certificate with its key and all rules of TLS: versions, ALPN, who may connect.
///
/// Thread safety: safe; immutable.
/// Errors:        Load: kFailedPrecondition, which names configuration key, file and what is wrong.
class TlsContext {
 public:
  static absl::StatusOr<std::shared_ptr<const TlsContext>> Load(const TlsConfig& config);

  /// The server's side of one connection, without its socket. It keeps alive what it needs of the
  /// context, but not `this`, which must outlive its handshake. Null when there is no memory.
  SslPointer NewSession() const;
  /// Whether clients must show a certificate.
  bool is_mutual() const { return is_mutual_; }
  /// The certificate's subject and its last day, for the log.
  const std::string& description() const { return description_; }

 private:
  TlsContext() = default;
  absl::Status LoadCertificate(const TlsConfig& config);
  absl::Status LoadClientAuthorities(const TlsConfig& config);
  void SetRules();
  static int CheckClient(int ok, X509_STORE_CTX* store);

  std::unique_ptr<SSL_CTX, FreeSsl> context_;
  /// Empty: every name that the authorities have signed.
  absl::flat_hash_set<std::string> allowed_names_;
  bool is_mutual_ = false;
  std::string description_;
};

}  // namespace tidings::net
