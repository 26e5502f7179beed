#include "cli/client_config.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/ranges.h>
#include <yaml-cpp/yaml.h>

#include "base/durable_file.h"
#include "base/status.h"
#include "base/text.h"
#include "cli/context.h"

namespace tidings::cli {
namespace {

constexpr std::string_view kDefaultAddress = "http://127.0.0.1:12800";
constexpr std::string_view kDefaultPort = ":12800";

/// One thing that may be said of a connection.
struct Setting {
  /// In the client config file.
  std::string_view key;
  /// Empty: there is none that is taken as it is.
  std::string_view variable;
  std::string ConnectionFlags::*value;
};

constexpr std::array<Setting, 5> kSettings{{
    {"address", "TIDINGS_ADDRESS", &ConnectionFlags::address},
    {"token_file", "", &ConnectionFlags::token_file},
    {"ca_file", "TIDINGS_CA_FILE", &ConnectionFlags::ca_file},
    {"cert_file", "TIDINGS_CERT_FILE", &ConnectionFlags::cert_file},
    {"key_file", "TIDINGS_KEY_FILE", &ConnectionFlags::key_file},
}};

/// Where `flags` say nothing, what `others` say.
void FillIn(ConnectionFlags& flags, const ConnectionFlags& others) {
  for (const Setting& setting : kSettings) {
    if ((flags.*setting.value).empty()) {
      flags.*setting.value = others.*setting.value;
    }
  }
}

ConnectionFlags ReadVariables(const Context& context) {
  ConnectionFlags flags;
  for (const Setting& setting : kSettings) {
    flags.*setting.value = setting.variable.empty() ? "" : context.Variable(setting.variable);
  }
  return flags;
}

/// Empty when neither XDG_CONFIG_HOME nor HOME is set.
std::string FilePath(const Context& context) {
  std::string base(context.Variable("XDG_CONFIG_HOME"));
  if (base.empty()) {
    const std::string home(context.Variable("HOME"));
    base = home.empty() ? "" : home + "/.config";
  }
  return base.empty() ? "" : base + "/tidings/client.yaml";
}

absl::Status SetFlag(const std::string& key, const YAML::Node& value, ConnectionFlags& flags) {
  const auto setting = std::find_if(kSettings.begin(), kSettings.end(), [&key](const Setting& one) {
    return one.key == key;
  });
  if (setting == kSettings.end()) {
    std::array<std::string_view, kSettings.size()> known;
    std::transform(kSettings.begin(), kSettings.end(), known.begin(), [](const Setting& one) {
      return one.key;
    });
    const auto nearest = Nearest(key, known);
    return InvalidArgument(
        "'{}' is not known; {}",
        EscapeForDisplay(key),
        nearest ? fmt::format("did you mean '{}'?", *nearest)
                : fmt::format("expected one of {}", fmt::join(known, ", "))
    );
  }
  if (!value.IsScalar()) {
    return InvalidArgument("{}: expected one text", key);
  }
  flags.*setting->value = value.Scalar();
  return absl::OkStatus();
}

/// The file's values; nothing of it if there is no file.
absl::StatusOr<ConnectionFlags> ReadFile(const std::string& path) {
  ConnectionFlags flags;
  std::error_code ignored;
  if (path.empty() || !std::filesystem::exists(path, ignored)) {
    return flags;
  }
  try {
    const YAML::Node root = YAML::LoadFile(path);
    if (!root.IsMap() && !root.IsNull()) {
      return InvalidArgument("{}: expected lines of KEY: VALUE, as 'address: URL'", path);
    }
    for (const auto& entry : root) {
      const absl::Status set = SetFlag(entry.first.as<std::string>(), entry.second, flags);
      if (!set.ok()) {
        return InvalidArgument("{}:{}: {}", path, entry.first.Mark().line + 1, MessageOf(set));
      }
    }
  } catch (const YAML::Exception& error) {
    return InvalidArgument("{}: {}", path, error.what());
  }
  return flags;
}

absl::StatusOr<std::string> ReadToken(const std::string& path) {
  absl::StatusOr<std::string> token = ReadWholeFile(path);
  if (!token.ok()) {
    return InvalidArgument("token file {}", MessageOf(token.status()));
  }
  token->erase(
      std::find_if(token->begin(), token->end(), [](char c) { return c == '\n' || c == '\r'; }),
      token->end()
  );
  if (token->empty()) {
    return InvalidArgument("token file '{}' is empty; expected a token in its first line", path);
  }
  return token;
}

/// `flag` is how the user may name another.
absl::Status CheckReadable(std::string_view flag, const std::string& path) {
  errno = 0;
  if (path.empty() || std::ifstream(path).is_open()) {
    return absl::OkStatus();
  }
  return InvalidArgument(
      "'{}' cannot be read: {} ({} names another)",
      EscapeForDisplay(path),
      std::generic_category().message(errno),
      flag
  );
}

/// The authorities that the variables of curl and of OpenSSL name.
net::ClientTls UsualAuthorities(const Context& context) {
  const std::string bundle(context.Variable("CURL_CA_BUNDLE"));
  return bundle.empty() ? net::ClientTls{
                              .ca_file = std::string(context.Variable("SSL_CERT_FILE")),
                              .ca_directory = std::string(context.Variable("SSL_CERT_DIR"))}
                        : net::ClientTls{.ca_file = bundle};
}

absl::StatusOr<net::ClientTls> ResolveTls(const ConnectionFlags& said, const Context& context) {
  net::ClientTls tls =
      said.ca_file.empty() ? UsualAuthorities(context) : net::ClientTls{.ca_file = said.ca_file};
  tls.certificate_file = said.cert_file;
  tls.key_file = said.key_file;
  if (tls.certificate_file.empty() && !tls.key_file.empty()) {
    return InvalidArgument(
        "the key '{}' is for no certificate; --cert-file names it", EscapeForDisplay(tls.key_file)
    );
  }
  absl::Status status = CheckReadable("--ca-file", tls.ca_file);
  status.Update(CheckReadable("--cert-file", tls.certificate_file));
  status.Update(CheckReadable("--key-file", tls.key_file));
  return status.ok() ? absl::StatusOr<net::ClientTls>(std::move(tls)) : status;
}

/// Of `host:port`, `[::1]:port`, `user@host:port`; nothing where there is none.
std::optional<std::string_view> PortIn(std::string_view authority) {
  authority.remove_prefix(authority.rfind('@') + 1);  // The position after the last one is 0.
  const size_t bracket = authority.rfind(']');
  const size_t colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  return colon == std::string_view::npos ? std::nullopt
                                         : std::optional(authority.substr(colon + 1));
}

bool IsPort(std::string_view text) {
  uint16_t port = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), port);
  return parsed.ec == std::errc() && parsed.ptr == text.data() + text.size() && port > 0;
}

}  // namespace

absl::StatusOr<std::string> NormaliseAddress(std::string_view text) {
  const std::string_view all = text;
  const size_t scheme_end = text.find("://");
  const bool has_scheme = scheme_end != std::string_view::npos;
  const std::string scheme = has_scheme ? ToLowerAscii(text.substr(0, scheme_end + 3)) : "http://";
  if (has_scheme) {
    text.remove_prefix(scheme_end + 3);
    while (!text.empty() && text.back() == '/') {
      text.remove_suffix(1);
    }
  }
  const bool is_web = scheme == "http://" || scheme == "https://";
  const bool is_bare = text.find_first_of("/ \t?#@") == std::string_view::npos;
  if (text.empty() || !is_web || !(has_scheme || is_bare)) {
    return InvalidArgument(
        "'{}' is no address of a server; expected a URL (http://127.0.0.1:12800) or host:port",
        EscapeForDisplay(all)
    );
  }
  const std::optional<std::string_view> port = PortIn(text.substr(0, text.find_first_of("/?#")));
  if (port && !IsPort(*port)) {
    return InvalidArgument(
        "'{}' is no address of a server: its port is '{}'; expected a number from 1 to 65535",
        EscapeForDisplay(all),
        EscapeForDisplay(*port)
    );
  }
  if (has_scheme) {
    return scheme + std::string(text);
  }
  std::string address = scheme;
  address += text.front() == ':' ? "127.0.0.1" : "";
  address += text;
  address += port ? "" : kDefaultPort;
  return address;
}

absl::StatusOr<Connection> ResolveConnection(const ConnectionFlags& flags, const Context& context) {
  const absl::StatusOr<ConnectionFlags> file = ReadFile(FilePath(context));
  if (!file.ok()) {
    return file.status();
  }
  ConnectionFlags said = flags;
  FillIn(said, context.connection);
  Connection connection;
  if (said.token_file.empty()) {
    connection.token = context.Variable("TIDINGS_TOKEN");
  }
  FillIn(said, ReadVariables(context));
  FillIn(said, *file);
  absl::StatusOr<std::string> url =
      NormaliseAddress(said.address.empty() ? kDefaultAddress : std::string_view(said.address));
  if (!url.ok()) {
    return url.status();
  }
  connection.address = *std::move(url);
  if (connection.token.empty() && !said.token_file.empty()) {
    absl::StatusOr<std::string> token = ReadToken(said.token_file);
    if (!token.ok()) {
      return token.status();
    }
    connection.token = *std::move(token);
  }
  if (connection.address.starts_with("https://")) {
    absl::StatusOr<net::ClientTls> tls = ResolveTls(said, context);
    if (!tls.ok()) {
      return tls.status();
    }
    connection.tls = *std::move(tls);
  }
  return connection;
}

}  // namespace tidings::cli
