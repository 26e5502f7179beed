#include <chrono>
#include <filesystem>
#include <memory>
#include <ostream>
#include <string>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "base/json_document.h"
#include "base/status.h"
#include "cli/commands.h"
#include "cli/config_flags.h"
#include "cli/display_text.h"
#include "cli/event_row.h"
#include "cli/json_yaml.h"
#include "server/store_tool.h"

namespace tidings::cli {
namespace {

/// All of a large store is rewritten or copied.
constexpr std::chrono::hours kLongWork{4};

struct StoreOptions {
  ConfigFlags config;
  ConnectionFlags connection;
  bool repair = false;
  std::string backup;
};

/// The call that does the same on a running server; an empty path: there is none.
ApiRequest CallFor(StoreWork::Kind kind) {
  switch (kind) {
    case StoreWork::Kind::kCompact:
      return {.method = "POST", .path = "/api/v1/admin/compact", .timeout = kLongWork};
    case StoreWork::Kind::kBackup:
      return {.method = "POST", .path = "/api/v1/admin/backup", .timeout = kLongWork};
    case StoreWork::Kind::kStats:
      return {.method = "GET", .path = "/api/v1/status"};
    case StoreWork::Kind::kCheck:
    case StoreWork::Kind::kRestore:
      return {.path = ""};
  }
  return {.path = ""};
}

/// Whether the server is the one that has this directory open; else tells it. `held` says who has.
bool HasOpen(
    const std::string& directory, const absl::Status& held, ApiClient& client, Context& context
) {
  const auto response = client.Call({.path = "/api/v1/status"});
  if (!response.ok()) {
    context.err << fmt::format("tidings: {}\n", MessageOf(held));
    client.TellNoAnswer(response.status());
    return false;
  }
  constexpr int kForbidden = 403;
  if (response->status == kForbidden) {
    return true;  // A token for admin calls alone cannot ask.
  }
  const auto document = JsonDocument::Parse(response->body, kMaxAnswerDepth);
  if (response->status != 200 || !document.ok()) {
    client.TellProblem(*response);
    return false;
  }
  const std::string of_server = TextOf((*document)->root(), "data_directory");
  if (of_server == directory) {
    return true;
  }
  context.err << fmt::format(
      "tidings: {}\ntidings: the server that was asked has another data directory, {}: --address "
      "names the one that holds this\n",
      MessageOf(held),
      OneLine(of_server)
  );
  return false;
}

int AskServer(StoreWork::Kind kind, ApiClient& client, Context& context) {
  const auto response = client.Call(CallFor(kind));
  if (!response.ok()) {
    return client.TellNoAnswer(response.status());
  }
  const auto document = JsonDocument::Parse(response->body, kMaxAnswerDepth);
  if (response->status != 200 || !document.ok()) {
    return client.TellProblem(*response);
  }
  if (kind == StoreWork::Kind::kBackup) {
    context.out << TextOf((*document)->root(), "directory") << '\n';
    return kOk;
  }
  simdjson::dom::element answer = (*document)->root();
  simdjson::dom::element store;
  if (answer["store"].get(store) == simdjson::SUCCESS) {
    answer = store;
  }
  context.out << ToYaml(answer);
  return kOk;
}

ExitCode CodeOf(const absl::Status& status) {
  return status.code() == absl::StatusCode::kNotFound ? kNotFound : kFailed;
}

int RunStoreWork(StoreWork::Kind kind, const StoreOptions& options, Context& context) {
  const auto loaded = LoadOrTell(options.config, context);
  if (!loaded) {
    return kFailed;
  }
  const absl::StatusOr<StoreWorkReport> report = context.work_on_store(
      {.kind = kind,
       .config = loaded->config.store,
       .repair = options.repair,
       .backup = options.backup}
  );
  if (report.ok()) {
    context.out << report->text;
    return report->is_sound ? kOk : kFailed;
  }
  const bool is_held = report.status().code() == absl::StatusCode::kUnavailable;
  // Who names a server and has no such directory means the server's.
  const bool is_elsewhere = report.status().code() == absl::StatusCode::kNotFound &&
                            !options.connection.address.empty() &&
                            !options.config.has_data_directory;
  if (!CallFor(kind).path.empty() && (is_held || is_elsewhere)) {
    return WithClient(options.connection, context, [&](ApiClient& client) {
      std::error_code error;
      const auto directory =
          std::filesystem::weakly_canonical(loaded->config.store.directory, error);
      return is_elsewhere || HasOpen(directory.string(), report.status(), client, context)
                 ? AskServer(kind, client, context)
                 : static_cast<int>(kFailed);
    });
  }
  context.err << fmt::format("tidings: {}\n", MessageOf(report.status()));
  return CodeOf(report.status());
}

struct StoreCommand {
  StoreWork::Kind kind;
  const char* name;
  const char* description;
  const char* footer;
};

constexpr StoreCommand kStoreCommands[] = {
    {StoreWork::Kind::kCheck,
     "check",
     "Read every byte of a stopped store, and tell what is damaged",
     "Exit code 1 when something is damaged. Each line names the file, and what it held.\n"
     "--repair cuts a log off where its damage begins; nothing else ever does.\n\n"
     "Example:\n  tidings store check --data-dir /var/lib/tidings"},
    {StoreWork::Kind::kCompact,
     "compact",
     "Rewrite all that can be rewritten",
     "Of a stopped store, or of the running server that has it open (scope admin).\n\n"
     "Example:\n  tidings store compact"},
    {StoreWork::Kind::kStats,
     "stats",
     "What a store holds",
     "Of a stopped store, or of the running server that has it open.\n\n"
     "Example:\n  tidings store stats --data-dir /var/lib/tidings"},
    {StoreWork::Kind::kBackup,
     "backup",
     "Make a consistent copy beside the data directory",
     "Of a stopped store, or of the running server that has it open (scope admin), which goes on\n"
     "meanwhile. Prints the copy's directory.\n\n"
     "Example:\n  tidings store backup"},
    {StoreWork::Kind::kRestore,
     "restore",
     "Copy a backup to an empty data directory",
     "Example:\n"
     "  tidings store restore /var/lib/tidings-backups/20261130T093000.000Z --data-dir "
     "/var/lib/tidings"}};

}  // namespace

void AddStore(CLI::App& app, Context& context, Action& action) {
  CLI::App* const store = app.add_subcommand("store", "Check, compact, back up and restore");
  store->require_subcommand(1);
  for (const StoreCommand& one : kStoreCommands) {
    CLI::App* const command = store->add_subcommand(one.name, one.description);
    auto options = std::make_shared<StoreOptions>();
    if (one.kind == StoreWork::Kind::kRestore) {
      command->add_option("backup", options->backup, "The backup's directory")
          ->required()
          ->type_name("DIRECTORY");
    }
    if (one.kind == StoreWork::Kind::kCheck) {
      command->add_flag("--repair", options->repair, "Cut damage off, and say what");
    }
    AddConfigFlags(*command, options->config);
    if (!CallFor(one.kind).path.empty()) {
      AddConnectionFlags(*command, options->connection);
    }
    command->footer(one.footer);
    command->callback([options, kind = one.kind, &context, &action] {
      action = [options, kind, &context] { return RunStoreWork(kind, *options, context); };
    });
  }
}

}  // namespace tidings::cli
