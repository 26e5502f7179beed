#include <memory>
#include <ostream>
#include <string>

#include <fmt/format.h>

#include "cli/argument_checks.h"
#include "cli/commands.h"
#include "cli/display_text.h"

namespace tidings::cli {
namespace {

struct DeleteOptions {
  ConnectionFlags connection;
  std::string id;
};

int RunDelete(const DeleteOptions& options, ApiClient& client, Context& context) {
  QueryString query;
  query.Add("id", options.id);
  const auto response = client.Call({.method = "DELETE", .path = "/api/v1/event" + query.text()});
  if (!response.ok()) {
    return client.TellNoAnswer(response.status());
  }
  if (response->status / 100 != 2) {
    return client.TellProblem(*response);
  }
  context.err << fmt::format("tidings: {} is withdrawn\n", OneLine(options.id));
  return kOk;
}

}  // namespace

void AddDelete(CLI::App& app, Context& context, Action& action) {
  CLI::App* const command = app.add_subcommand("delete", "Withdraw an event");
  auto options = std::make_shared<DeleteOptions>();
  command->add_option("id", options->id, "The event's id")
      ->required()
      ->check(CheckId)
      ->type_name("ID");
  AddConnectionFlags(*command, options->connection);
  command->footer(
      "A withdrawn event is no longer shown. It needs scope `admin`; without tokens it is allowed\n"
      "from the server's own machine.\n\n"
      "Example:\n"
      "  tidings delete deploy-42"
  );
  command->callback([=, &context, &action] {
    action = [=, &context] {
      return WithClient(options->connection, context, [&](ApiClient& client) {
        return RunDelete(*options, client, context);
      });
    };
  });
}

}  // namespace tidings::cli
