#include <memory>
#include <string>

#include "base/json_document.h"
#include "cli/commands.h"
#include "cli/event_printer.h"

namespace tidings::cli {
namespace {

struct GetOptions {
  ConnectionFlags connection;
  std::string id;
  std::string form = "table";
};

int RunGet(const GetOptions& options, ApiClient& client, Context& context) {
  QueryString query;
  query.Add("id", options.id);
  query.AddIfSet("render", WantsRenderedMessage(options.form) ? "true" : "");
  const auto response = client.Call({.path = "/api/v1/event" + query.text()});
  if (!response.ok()) {
    return client.TellNoAnswer(response.status());
  }
  const auto document = JsonDocument::Parse(response->body, kMaxAnswerDepth);
  if (response->status != 200 || !document.ok()) {
    return client.TellProblem(*response);
  }
  const auto printer = MakeEventPrinter(
      {.form = options.form,
       .screen = context.screen,
       .now_ms = context.clock.NowMs(),
       .single = true},
      context.out
  );
  printer->Add({(*document)->root()});
  printer->Finish();
  return kOk;
}

}  // namespace

void AddGet(CLI::App& app, Context& context, Action& action) {
  CLI::App* const command = app.add_subcommand("get", "Show one event");
  auto options = std::make_shared<GetOptions>();
  command->add_option("id", options->id, "The event's whole id")->required()->type_name("ID");
  command->add_option("-o,--output", options->form, "table, wide, json, ndjson, yaml or csv")
      ->check(CLI::IsMember(EventForms()))
      ->type_name("FORM");
  AddConnectionFlags(*command, options->connection);
  command->footer(
      "The id must be whole; servers of this version do not look for a prefix.\n\n"
      "Examples:\n"
      "  tidings get deploy-42\n"
      "  tidings get deploy-42 -o yaml"
  );
  command->callback([=, &context, &action] {
    action = [=, &context] {
      return WithClient(options->connection, context, [&](ApiClient& client) {
        return RunGet(*options, client, context);
      });
    };
  });
}

}  // namespace tidings::cli
