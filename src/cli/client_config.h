#pragma once

#include <string>

#include <absl/status/statusor.h>

#include "net/http_client.h"

namespace tidings::cli {

struct Context;

/// What a command needs to call a server.
struct Connection {
  /// `http://127.0.0.1:12800`, without a slash at the end.
  std::string address;
  /// Empty: none.
  std::string token;
  net::ClientTls tls = {};
};

/// What the command line says of it; empty where it says nothing.
struct ConnectionFlags {
  std::string address;
  std::string token_file;
  std::string ca_file;
  std::string cert_file;
  std::string key_file;
};

/// From flags behind the command, else before it, else TIDINGS_ADDRESS, TIDINGS_TOKEN,
/// TIDINGS_CA_FILE, TIDINGS_CERT_FILE and TIDINGS_KEY_FILE, else the client config file
/// (`$XDG_CONFIG_HOME/tidings/client.yaml`, or below `~/.config`; its keys are the flags' names),
/// else http://127.0.0.1:12800 without a token. Authorities that none of them names are those that
/// curl takes: CURL_CA_BUNDLE, else SSL_CERT_FILE and SSL_CERT_DIR, else the system's.
/// Errors: kInvalidArgument - an address that is none, a file that cannot be read; names which.
absl::StatusOr<Connection> ResolveConnection(const ConnectionFlags& flags, const Context& context);

/// `http://host:port` for a URL, `host:port`, `host` or `:port`.
absl::StatusOr<std::string> NormaliseAddress(std::string_view text);

}  // namespace tidings::cli
