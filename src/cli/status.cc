#include <memory>
#include <ostream>
#include <string>

#include "base/json_document.h"
#include "cli/commands.h"
#include "cli/json_yaml.h"
#include "cli/server_summary.h"

namespace tidings::cli {
namespace {

struct StatusOptions {
  ConnectionFlags connection;
  std::string form = "text";
};

int RunStatus(const StatusOptions& options, ApiClient& client, Context& context) {
  const auto response = client.Call({.path = "/api/v1/status"});
  if (!response.ok()) {
    return client.TellNoAnswer(response.status());
  }
  const auto document = JsonDocument::Parse(response->body, kMaxAnswerDepth);
  if (response->status != 200 || !document.ok()) {
    return client.TellProblem(*response);
  }
  const simdjson::dom::element status = (*document)->root();
  if (options.form == "json") {
    context.out << simdjson::minify(status) << '\n';
  } else if (options.form == "yaml") {
    context.out << ToYaml(status);
  } else {
    context.out << SummariseStatus(status, context.screen.zone);
  }
  return kOk;
}

}  // namespace

void AddStatus(CLI::App& app, Context& context, Action& action) {
  CLI::App* const command = app.add_subcommand("status", "How the server is");
  auto options = std::make_shared<StatusOptions>();
  command->add_option("-o,--output", options->form, "text (default), json or yaml")
      ->check(CLI::IsMember({"text", "json", "yaml"}))
      ->type_name("FORM");
  AddConnectionFlags(*command, options->connection);
  command->footer("Examples:\n  tidings status\n  tidings status -o json");
  command->callback([=, &context, &action] {
    action = [=, &context] {
      return WithClient(options->connection, context, [&](ApiClient& client) {
        return RunStatus(*options, client, context);
      });
    };
  });
}

}  // namespace tidings::cli
