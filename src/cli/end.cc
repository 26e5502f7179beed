#include <memory>
#include <string>
#include <utility>

#include "base/status.h"
#include "cli/argument_checks.h"
#include "cli/commands.h"
#include "cli/report_draft.h"
#include "cli/send_reports.h"

namespace tidings::cli {
namespace {

struct EndOptions {
  ConnectionFlags connection;
  std::string id;
  std::string time;
};

int RunEnd(const EndOptions& options, Context& context) {
  absl::StatusOr<std::string> body =
      ToJson({.id = options.id, .end = options.time}, context.clock.NowMs());
  if (!body.ok()) {
    return TellUsage(context, MessageOf(body.status()));
  }
  return WithClient(options.connection, context, [&](ApiClient& client) {
    return SendReports({.text = *std::move(body), .was_typed = true}, client, context);
  });
}

}  // namespace

void AddEnd(CLI::App& app, Context& context, Action& action) {
  CLI::App* const command = app.add_subcommand("end", "End an event");
  auto options = std::make_shared<EndOptions>();
  command->add_option("id", options->id, "The event's id")
      ->required()
      ->check(CheckId)
      ->type_name("ID");
  command->add_option("time", options->time, "When it ended; now without")->type_name("TIME");
  AddConnectionFlags(*command, options->connection);
  command->footer(
      "Examples:\n"
      "  tidings end deploy-42\n"
      "  tidings end deploy-42 2023-11-14T22:13:20Z\n"
      "  tidings end deploy-42 -5m"
  );
  command->callback([=, &context, &action] {
    action = [=, &context] { return RunEnd(*options, context); };
  });
}

}  // namespace tidings::cli
