#include <algorithm>
#include <filesystem>
#include <istream>
#include <iterator>
#include <memory>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/durable_file.h"
#include "base/hash.h"
#include "base/status.h"
#include "cli/argument_checks.h"
#include "cli/commands.h"
#include "cli/report_draft.h"
#include "cli/send_reports.h"

namespace tidings::cli {
namespace {

struct ReportOptions {
  ConnectionFlags connection;
  ReportDraft draft;
  std::string start;
  std::string end;
  std::string file;
};

absl::StatusOr<std::string> ReadAll(const std::string& file_name, std::istream& standard_input) {
  if (file_name == "-") {
    return std::string{std::istreambuf_iterator<char>(standard_input), {}};
  }
  std::error_code ignored;
  if (std::filesystem::is_directory(file_name, ignored)) {
    return InvalidArgument("'{}' is a directory; expected a file with reports", file_name);
  }
  return ReadWholeFile(file_name);
}

int ReportFile(const ReportOptions& options, Context& context) {
  absl::StatusOr<std::string> body = ReadAll(options.file, context.in);
  if (!body.ok()) {
    return TellUsage(context, MessageOf(body.status()));
  }
  if (body->find_first_not_of(" \t\r\n") == std::string::npos) {
    return TellUsage(
        context,
        fmt::format(
            "'{}' is empty; expected a report, an array of reports, or NDJSON", options.file
        )
    );
  }
  std::string content_type = ReportsContentType(*body);
  return WithClient(options.connection, context, [&](ApiClient& client) {
    return SendReports(
        {.text = *std::move(body), .content_type = std::move(content_type)}, client, context
    );
  });
}

int ReportFlags(ReportDraft draft, const ConnectionFlags& connection, Context& context) {
  if (draft.id.empty() && !draft.name.empty()) {
    // Made before the first try, so that trying again is the same report.
    draft.id = NewUuidV4();
  }
  absl::StatusOr<std::string> body = ToJson(draft, context.clock.NowMs());
  if (!body.ok()) {
    return TellUsage(context, MessageOf(body.status()));
  }
  return WithClient(connection, context, [&](ApiClient& client) {
    return SendReports({.text = *std::move(body), .was_typed = true}, client, context);
  });
}

/// Whether anything of the report itself was said by flags.
bool IsEmpty(const ReportDraft& draft) {
  return draft.id.empty() && draft.service.empty() && draft.instance.empty() &&
         draft.endpoint.empty() && draft.layer.empty() && draft.name.empty() &&
         draft.type.empty() && draft.message.empty() && draft.parameters.empty() && !draft.start &&
         !draft.end;
}

/// A flag whose time may be left out takes the parameter behind it: gives it back.
void TakeTime(
    const CLI::Option& flag, std::string text, std::optional<std::string>& time, ReportDraft& draft
) {
  if (flag.count() == 0) {
    return;
  }
  if (text.find('=') != std::string::npos) {
    draft.parameters.push_back(std::exchange(text, {}));
  }
  time = std::move(text);
}

/// A dash among the parameters is the file.
void TakeDash(ReportOptions& options) {
  std::vector<std::string>& parameters = options.draft.parameters;
  const auto dash = std::find(parameters.begin(), parameters.end(), "-");
  if (options.file.empty() && dash != parameters.end()) {
    options.file = *dash;
    parameters.erase(dash);
  }
}

int RunReport(const ReportOptions& options, Context& context) {
  if (options.file.empty()) {
    return ReportFlags(options.draft, options.connection, context);
  }
  if (!IsEmpty(options.draft)) {
    return TellUsage(
        context, "-f and - take whole reports; expected no other flags of a report with them"
    );
  }
  return ReportFile(options, context);
}

void AddTextFlags(CLI::App& command, ReportDraft& draft) {
  command.add_option("--id,--uuid", draft.id, "The event's id; a random UUID without");
  command.add_option("--service,--service-name", draft.service, "The service that it happened to");
  command.add_option("--instance,--instance-name", draft.instance, "Its instance");
  command.add_option("--endpoint,--endpoint-name", draft.endpoint, "Its endpoint");
  command.add_option("--layer", draft.layer, "Its layer, as K8S, GENERAL, FLINK");
  command.add_option("--name", draft.name, "What happened, in a word: Deploy, Restart");
  command.add_option("--type", draft.type, "Normal (default) or Error")->check(CheckReportedType);
  command.add_option(
      "--message", draft.message, "What happened, in a sentence; {key} stands for a parameter"
  );
  command
      .add_option("parameters", draft.parameters, "Parameters, as version=1.5.0; a - alone is -f -")
      ->type_name("KEY=VALUE");
}

constexpr const char* kReportExamples =
    R"(Times are ms since the epoch, RFC 3339, or relative (now, -5m). Without times it is an instant, now.

Examples:
  tidings report --service checkout --name Deploy --message "Deploy {version}" version=1.5.0
  id=$(tidings report --service checkout --name Deploy --start)   # opens
  tidings report --id $id --end                                   # ends, as does: tidings end $id
  tidings report --service checkout --name Restart --start -5m --end now
  tidings report -f reports.ndjson
  generate-reports | tidings report -)";

}  // namespace

void AddReport(CLI::App& app, Context& context, Action& action) {
  CLI::App* const command =
      app.add_subcommand("report", "Report an event, or reports from a file; prints the id");
  auto options = std::make_shared<ReportOptions>();
  AddTextFlags(*command, options->draft);
  CLI::Option* const start =
      command
          ->add_option("--start,--start-time", options->start, "When it began; alone: it is open")
          ->expected(0, 1)
          ->type_name("[TIME]");
  CLI::Option* const end = command->add_option("--end,--end-time", options->end, "When it ended")
                               ->expected(0, 1)
                               ->type_name("[TIME]");
  command->add_option("-f,--file", options->file, "Reports: JSON, an array, or NDJSON; - is stdin")
      ->type_name("FILE");
  AddConnectionFlags(*command, options->connection);
  command->footer(kReportExamples);
  command->callback([=, &context, &action] {
    TakeTime(*start, options->start, options->draft.start, options->draft);
    TakeTime(*end, options->end, options->draft.end, options->draft);
    TakeDash(*options);
    action = [=, &context] { return RunReport(*options, context); };
  });
}

}  // namespace tidings::cli
