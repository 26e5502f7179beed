#include "cli/client_config.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>
#include <system_error>

#include <yaml-cpp/yaml.h>

#include "base/durable_file.h"
#include "base/status.h"
#include "base/text.h"

namespace tidings::cli {
namespace {

constexpr std::string_view kDefaultAddress = "http://127.0.0.1:12800";
constexpr std::string_view kDefaultPort = ":12800";

std::string Variable(const config::Environment& environment, std::string_view name) {
  const auto found =
      std::find_if(environment.begin(), environment.end(), [name](const auto& entry) {
        return entry.first == name;
      });
  return found == environment.end() ? std::string() : found->second;
}

/// Empty when neither XDG_CONFIG_HOME nor HOME is set.
std::string FilePath(const config::Environment& environment) {
  std::string base = Variable(environment, "XDG_CONFIG_HOME");
  if (base.empty()) {
    const std::string home = Variable(environment, "HOME");
    base = home.empty() ? "" : home + "/.config";
  }
  return base.empty() ? "" : base + "/tidings/client.yaml";
}

absl::Status SetFlag(const std::string& key, const YAML::Node& value, ConnectionFlags& flags) {
  constexpr std::array<std::string_view, 2> kKnown{"address", "token_file"};
  if (key != kKnown[0] && key != kKnown[1]) {
    const auto nearest = Nearest(key, kKnown);
    return InvalidArgument(
        "'{}' is not known; {}",
        EscapeForDisplay(key),
        nearest ? fmt::format("did you mean '{}'?", *nearest) : "expected address or token_file"
    );
  }
  if (!value.IsScalar()) {
    return InvalidArgument("{}: expected one text", key);
  }
  (key == kKnown[0] ? flags.address : flags.token_file) = value.Scalar();
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
      return InvalidArgument("{}: expected 'address: URL' and 'token_file: PATH'", path);
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

}  // namespace

absl::StatusOr<std::string> NormaliseAddress(std::string_view text) {
  const std::string_view all = text;
  std::string scheme = "http://";
  if (const size_t end = text.find("://"); end != std::string_view::npos) {
    scheme = ToLowerAscii(text.substr(0, end + 3));
    text.remove_prefix(end + 3);
    while (!text.empty() && text.back() == '/') {
      text.remove_suffix(1);
    }
    if ((scheme == "http://" || scheme == "https://") && !text.empty()) {
      return scheme + std::string(text);
    }
  }
  const bool is_bare = scheme == "http://" && !text.empty() &&
                       text.find_first_of("/ \t?#@") == std::string_view::npos;
  if (!is_bare) {
    return InvalidArgument(
        "'{}' is no address of a server; expected a URL (http://127.0.0.1:12800) or host:port",
        EscapeForDisplay(all)
    );
  }
  const size_t bracket = text.rfind(']');
  const size_t colon = text.find(':', bracket == std::string_view::npos ? 0 : bracket);
  std::string address = scheme;
  address += colon == 0 ? "127.0.0.1" : "";
  address += text;
  address += colon == std::string_view::npos ? kDefaultPort : "";
  return address;
}

absl::StatusOr<Connection> ResolveConnection(
    const ConnectionFlags& flags, const config::Environment& environment
) {
  absl::StatusOr<ConnectionFlags> file = ReadFile(FilePath(environment));
  if (!file.ok()) {
    return file.status();
  }
  std::string address = flags.address;
  for (const std::string& next :
       {Variable(environment, "TIDINGS_ADDRESS"), file->address, std::string(kDefaultAddress)}) {
    address = address.empty() ? next : address;
  }
  absl::StatusOr<std::string> url = NormaliseAddress(address);
  if (!url.ok()) {
    return url.status();
  }
  Connection connection{.address = *std::move(url)};
  if (flags.token_file.empty()) {
    connection.token = Variable(environment, "TIDINGS_TOKEN");
  }
  const std::string& token_file = flags.token_file.empty() ? file->token_file : flags.token_file;
  if (connection.token.empty() && !token_file.empty()) {
    absl::StatusOr<std::string> token = ReadToken(token_file);
    if (!token.ok()) {
      return token.status();
    }
    connection.token = *std::move(token);
  }
  return connection;
}

}  // namespace tidings::cli
