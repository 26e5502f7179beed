#include "net/tls_context.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include "base/status.h"
#include "base/text.h"
#include "net/tls_error.h"

namespace tidings::net {
namespace {

/// By preference. In the wire form of RFC 7301.
constexpr std::string_view kProtocols("\x02h2\x08http/1.1", 12);
/// TLS 1.2 only with forward secrecy and authenticated encryption; TLS 1.3 has nothing else.
constexpr const char* kCiphers = "ECDHE+AESGCM:ECDHE+CHACHA20";
constexpr mode_t kOthers = S_IRWXO;

absl::Status Fault(std::string_view key, const std::string& file, std::string_view what) {
  return FailedPrecondition("{} ({}) {}", key, EscapeForDisplay(file), what);
}

/// A key that everybody on the machine can read is none.
absl::Status CheckKeyMode(const std::string& file) {
  struct stat found {};
  if (stat(file.c_str(), &found) != 0) {
    return Fault(
        "tls.key", file, fmt::format("cannot be read: {}", std::generic_category().message(errno))
    );
  }
  if ((found.st_mode & kOthers) == 0) {
    return absl::OkStatus();
  }
  return Fault(
      "tls.key",
      file,
      fmt::format(
          "is open to every user of the machine (mode {:04o}); expected 0600 or 0640: chmod o= {}",
          found.st_mode & 07777,
          EscapeForDisplay(file)
      )
  );
}

/// OpenSSL would ask on the terminal.
int HaveNoPassword(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*data*/) {
  return -1;
}

// NOLINTNEXTLINE(readability-function-size): OpenSSL gives the parameters.
int ChooseProtocol(
    SSL* /*ssl*/,
    const unsigned char** chosen,
    unsigned char* chosen_size,
    const unsigned char* offered,
    unsigned offered_size,
    void* /*data*/
) {
  unsigned char* found = nullptr;
  const int result = SSL_select_next_proto(
      &found,
      chosen_size,
      reinterpret_cast<const unsigned char*>(kProtocols.data()),
      static_cast<unsigned>(kProtocols.size()),
      offered,
      offered_size
  );
  *chosen = found;
  // RFC 7301 3.2: who speaks none of ours is told so, which also keeps other protocols' clients
  // from being sent here.
  return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

std::string ToText(const ASN1_STRING* text) {
  return {
      reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
      static_cast<size_t>(ASN1_STRING_length(text))};
}

/// A subject alternative name as it is written in the list of allowed ones.
std::string NameOf(const GENERAL_NAME* name) {
  int type = 0;
  void* const value = GENERAL_NAME_get0_value(name, &type);
  if (type == GEN_DNS || type == GEN_URI || type == GEN_EMAIL) {
    return ToText(static_cast<const ASN1_STRING*>(value));
  }
  if (type != GEN_IPADD) {
    return {};
  }
  const std::string bytes = ToText(static_cast<const ASN1_STRING*>(value));
  std::array<char, INET6_ADDRSTRLEN> text{};
  const int family = bytes.size() == sizeof(in_addr) ? AF_INET : AF_INET6;
  const bool is_address = family == AF_INET || bytes.size() == sizeof(in6_addr);
  return is_address && inet_ntop(family, bytes.data(), text.data(), text.size()) != nullptr
             ? std::string(text.data())
             : std::string();
}

bool HasNameOf(const X509& certificate, const absl::flat_hash_set<std::string>& allowed) {
  auto* const names = static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(&certificate, NID_subject_alt_name, nullptr, nullptr)
  );
  bool found = false;
  for (int i = 0; names != nullptr && i < sk_GENERAL_NAME_num(names) && !found; ++i) {
    const std::string name = NameOf(sk_GENERAL_NAME_value(names, i));
    found = !name.empty() && allowed.contains(name);
  }
  GENERAL_NAMES_free(names);
  return found;
}

std::string Describe(const X509& certificate) {
  BIO* const out = BIO_new(BIO_s_mem());
  X509_NAME_print_ex(out, X509_get_subject_name(&certificate), 0, XN_FLAG_RFC2253);
  BIO_puts(out, ", valid until ");
  ASN1_TIME_print(out, X509_get0_notAfter(&certificate));
  if (X509_cmp_current_time(X509_get0_notAfter(&certificate)) < 0) {
    BIO_puts(out, " (which is over: clients will refuse it)");
  }
  char* text = nullptr;
  const long size = BIO_get_mem_data(out, &text);
  std::string description = EscapeForDisplay({text, static_cast<size_t>(size)});
  BIO_free(out);
  return description;
}

}  // namespace

absl::StatusOr<std::shared_ptr<const TlsContext>> TlsContext::Load(const TlsConfig& config) {
  const std::shared_ptr<TlsContext> loaded(new TlsContext());
  loaded->context_.reset(SSL_CTX_new(TLS_server_method()));
  if (!loaded->context_) {
    return Internal("OpenSSL gives no context: {}", TakeTlsErrors());
  }
  loaded->SetRules();
  if (absl::Status status = loaded->LoadCertificate(config); !status.ok()) {
    return status;
  }
  if (absl::Status status = loaded->LoadClientAuthorities(config); !status.ok()) {
    return status;
  }
  return loaded;
}

void TlsContext::SetRules() {
  SSL_CTX* const context = context_.get();
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(context, kCiphers);
  SSL_CTX_set_options(
      context,
      SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE |
          SSL_OP_PRIORITIZE_CHACHA | SSL_OP_IGNORE_UNEXPECTED_EOF
  );
  // Buffers only while something is in them: most connections of agents are idle.
  SSL_CTX_set_mode(
      context,
      SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER
  );
  // One record at a time, so that nobody keeps a thread busy with records that carry nothing.
  SSL_CTX_clear_mode(context, SSL_MODE_AUTO_RETRY);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_alpn_select_cb(context, ChooseProtocol, nullptr);
  SSL_CTX_set_default_passwd_cb(context, HaveNoPassword);
}

absl::Status TlsContext::LoadCertificate(const TlsConfig& config) {
  ERR_clear_error();
  if (config.key.empty()) {
    return FailedPrecondition(
        "tls.key is empty, but tls.certificate is {}; expected the file of its private key",
        EscapeForDisplay(config.certificate)
    );
  }
  if (SSL_CTX_use_certificate_chain_file(context_.get(), config.certificate.c_str()) != 1) {
    return Fault(
        "tls.certificate",
        config.certificate,
        fmt::format("is no certificate chain in PEM that can be read: {}", TakeTlsErrors())
    );
  }
  if (absl::Status status = CheckKeyMode(config.key); !status.ok()) {
    return status;
  }
  if (SSL_CTX_use_PrivateKey_file(context_.get(), config.key.c_str(), SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_check_private_key(context_.get()) != 1) {
    return Fault(
        "tls.key",
        config.key,
        fmt::format(
            "is not the private key of tls.certificate ({}), in PEM and without a password: {}",
            EscapeForDisplay(config.certificate),
            TakeTlsErrors()
        )
    );
  }
  description_ = Describe(*SSL_CTX_get0_certificate(context_.get()));
  return absl::OkStatus();
}

absl::Status TlsContext::LoadClientAuthorities(const TlsConfig& config) {
  if (config.client_ca.empty()) {
    if (!config.allowed_names.empty()) {
      return FailedPrecondition(
          "tls.allowed_names is set, but tls.client_ca is not; without it no client shows a name"
      );
    }
    return absl::OkStatus();
  }
  SSL_CTX* const context = context_.get();
  STACK_OF(X509_NAME)* const names = SSL_load_client_CA_file(config.client_ca.c_str());
  if (names == nullptr || SSL_CTX_load_verify_file(context, config.client_ca.c_str()) != 1) {
    sk_X509_NAME_pop_free(names, X509_NAME_free);
    return Fault(
        "tls.client_ca",
        config.client_ca,
        fmt::format("has no certificates in PEM that can be read: {}", TakeTlsErrors())
    );
  }
  SSL_CTX_set_client_CA_list(context, names);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, CheckClient);
  // A resumed session would not look at the client's certificate again.
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
  SSL_CTX_set_num_tickets(context, 0);
  allowed_names_.insert(config.allowed_names.begin(), config.allowed_names.end());
  is_mutual_ = true;
  return absl::OkStatus();
}

int TlsContext::CheckClient(int ok, X509_STORE_CTX* store) {
  const auto* const ssl = static_cast<const SSL*>(
      X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx())
  );
  const auto* const self = static_cast<const TlsContext*>(SSL_get_app_data(ssl));
  const bool is_client = X509_STORE_CTX_get_error_depth(store) == 0;
  if (ok != 1 || !is_client || self->allowed_names_.empty()) {
    return ok;
  }
  if (HasNameOf(*X509_STORE_CTX_get_current_cert(store), self->allowed_names_)) {
    return 1;
  }
  X509_STORE_CTX_set_error(store, X509_V_ERR_APPLICATION_VERIFICATION);
  return 0;
}

SslPointer TlsContext::NewSession() const {
  SslPointer session(SSL_new(context_.get()));
  if (session) {
    // Read only, by CheckClient.
    SSL_set_app_data(session.get(), const_cast<TlsContext*>(this));
    SSL_set_accept_state(session.get());
  }
  return session;
}

}  // namespace tidings::net
