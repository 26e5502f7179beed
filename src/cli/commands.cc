#include "cli/commands.h"

#include <ostream>

#include <fmt/format.h>

#include "base/status.h"

namespace tidings::cli {

void AddConnectionFlags(CLI::App& command, ConnectionFlags& flags) {
  const auto add = [&](const char* name, std::string& slot, const char* type, const char* doc) {
    command.add_option(name, slot, doc)->type_name(type)->group("Connection");
  };
  add("--address",
      flags.address,
      "ADDRESS",
      "The server, a URL or host:port; else TIDINGS_ADDRESS, else `address` in "
      "~/.config/tidings/client.yaml, else http://127.0.0.1:12800");
  add("--token-file",
      flags.token_file,
      "FILE",
      "A file with the token in its first line; else TIDINGS_TOKEN, else `token_file` in "
      "client.yaml");
  add("--ca-file",
      flags.ca_file,
      "FILE",
      "The authorities to trust over https, in PEM; else TIDINGS_CA_FILE, else `ca_file` in "
      "client.yaml, else CURL_CA_BUNDLE or SSL_CERT_FILE, else the system's");
  add("--cert-file",
      flags.cert_file,
      "FILE",
      "The certificate to show the server, in PEM; else TIDINGS_CERT_FILE, else `cert_file` in "
      "client.yaml");
  add("--key-file",
      flags.key_file,
      "FILE",
      "Its key, if it is not in the same file; else TIDINGS_KEY_FILE, else `key_file` in "
      "client.yaml");
}

int WithClient(
    const ConnectionFlags& flags, Context& context, const std::function<int(ApiClient&)>& call
) {
  const absl::StatusOr<std::unique_ptr<ApiClient>> client = ApiClient::Create(flags, context);
  if (!client.ok()) {
    return TellUsage(context, MessageOf(client.status()));
  }
  return call(**client);
}

ExitCode TellUsage(Context& context, std::string_view message) {
  context.err << fmt::format("tidings: {}\n", message);
  return kUsage;
}

}  // namespace tidings::cli
