#include "cli/commands.h"

#include <ostream>

#include <fmt/format.h>

#include "base/status.h"

namespace tidings::cli {

void AddConnectionFlags(CLI::App& command, ConnectionFlags& flags) {
  command
      .add_option(
          "--address",
          flags.address,
          "The server, a URL or host:port; else TIDINGS_ADDRESS, else `address` in "
          "~/.config/tidings/client.yaml, else http://127.0.0.1:12800"
      )
      ->type_name("ADDRESS")
      ->group("Connection");
  command
      .add_option(
          "--token-file",
          flags.token_file,
          "A file with the token in its first line; else TIDINGS_TOKEN, else `token_file` in "
          "client.yaml"
      )
      ->type_name("FILE")
      ->group("Connection");
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
