#pragma once

#include <string>

#include <absl/status/statusor.h>

#include "config/variables.h"

namespace tidings::cli {

/// What a command needs to call a server.
struct Connection {
  /// `http://127.0.0.1:12800`, without a slash at the end.
  std::string address;
  /// Empty: none.
  std::string token;
};

/// What the command line says of it; empty where it says nothing.
struct ConnectionFlags {
  std::string address;
  std::string token_file;
};

/// From flags, else TIDINGS_ADDRESS and TIDINGS_TOKEN, else the client config file
/// (`$XDG_CONFIG_HOME/tidings/client.yaml`, or below `~/.config`; keys `address`, `token_file`),
/// else http://127.0.0.1:12800 without a token.
/// Errors: kInvalidArgument - an address that is none, a file that cannot be read; names which.
absl::StatusOr<Connection> ResolveConnection(
    const ConnectionFlags& flags, const config::Environment& environment
);

/// `http://host:port` for a URL, `host:port`, `host` or `:port`.
absl::StatusOr<std::string> NormaliseAddress(std::string_view text);

}  // namespace tidings::cli
