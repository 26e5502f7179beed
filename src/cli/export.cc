#include <fstream>
#include <memory>
#include <ostream>
#include <string>

#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/event_filter_flags.h"

namespace tidings::cli {
namespace {

struct ExportOptions {
  ConnectionFlags connection;
  EventFilterFlags filters;
  std::string format = "ndjson";
  std::string file;
};

int Export(const ExportOptions& options, std::ostream& out, ApiClient& client, Context& context) {
  QueryString query;
  AppendFilters(options.filters, query);
  query.Add("format", options.format);
  const auto response = client.Call(
      {.path = "/api/v1/export" + query.text(),
       .on_body =
           [&out](std::string_view bytes) {
             out << bytes;
             return out.good();
           }}
  );
  out.flush();
  if (!out.good()) {
    context.err << "tidings: the events cannot be written; is the disk full?\n";
    return kFailed;
  }
  if (!response.ok()) {
    const ExitCode code = client.TellNoAnswer(response.status());
    context.err << "tidings: what was written is not all\n";
    return code;
  }
  return response->status == 200 ? kOk : client.TellProblem(*response);
}

int RunExport(const ExportOptions& options, ApiClient& client, Context& context) {
  if (options.file.empty() || options.file == "-") {
    return Export(options, context.out, client, context);
  }
  std::ofstream file(options.file, std::ios::binary | std::ios::trunc);
  if (!file.is_open()) {
    return TellUsage(context, fmt::format("'{}' cannot be written", options.file));
  }
  return Export(options, file, client, context);
}

}  // namespace

void AddExport(CLI::App& app, Context& context, Action& action) {
  CLI::App* const command =
      app.add_subcommand("export", "Write all events that match, oldest first");
  auto options = std::make_shared<ExportOptions>();
  AddEventFilterFlags(*command, options->filters, {.default_from = "everything"});
  command->add_option("--format", options->format, "ndjson (default) or csv")
      ->check(CLI::IsMember({"ndjson", "csv"}))
      ->type_name("FORM");
  command->add_option("-f,--file", options->file, "Where to; standard output without")
      ->type_name("FILE");
  AddConnectionFlags(*command, options->connection);
  command->footer(
      "tidings import FILE brings the events into another server.\n\n"
      "Examples:\n"
      "  tidings export -f events.ndjson\n"
      "  tidings export --service checkout --from 30d --format csv > checkout.csv"
  );
  command->callback([=, &context, &action] {
    action = [=, &context] {
      return WithClient(options->connection, context, [&](ApiClient& client) {
        return RunExport(*options, client, context);
      });
    };
  });
}

}  // namespace tidings::cli
