#include <memory>
#include <ostream>

#include "cli/commands.h"

namespace tidings::cli {
namespace {

int RunHealth(ApiClient& client, Context& context) {
  const auto response = client.Call({.path = "/readyz"});
  if (!response.ok()) {
    return client.TellNoAnswer(response.status());
  }
  context.out << response->body;
  if (!response->body.empty() && response->body.back() != '\n') {
    context.out << '\n';
  }
  return response->status == 200 ? kOk : kFailed;
}

}  // namespace

void AddHealth(CLI::App& app, Context& context, Action& action) {
  CLI::App* const command =
      app.add_subcommand("health", "Whether the server is ready: exit code 0 if it is");
  auto connection = std::make_shared<ConnectionFlags>();
  AddConnectionFlags(*command, *connection);
  command->footer(
      "Prints one line per check of /readyz. Exit code 1: not ready, 5: no server.\n\n"
      "Example:\n"
      "  tidings health --address 127.0.0.1:12800"
  );
  command->callback([=, &context, &action] {
    action = [=, &context] {
      return WithClient(*connection, context, [&](ApiClient& client) {
        return RunHealth(client, context);
      });
    };
  });
}

}  // namespace tidings::cli
