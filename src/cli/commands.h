#pragma once

#include <functional>
#include <string>

#include <CLI/CLI.hpp>

#include "cli/api_client.h"
#include "cli/client_config.h"
#include "cli/context.h"

/// The commands: each adds itself with its flags and its help to the command line.
namespace tidings::cli {

/// What the chosen command does, set when the command line was read; returns the exit code.
using Action = std::function<int()>;

/// Of a command that only scripts call: CLI11 shows no group without a name.
inline constexpr const char* kHiddenGroup = "";

void AddServe(CLI::App& app, Context& context, Action& action);
void AddReport(CLI::App& app, Context& context, Action& action);
void AddEnd(CLI::App& app, Context& context, Action& action);
void AddList(CLI::App& app, Context& context, Action& action);
void AddGet(CLI::App& app, Context& context, Action& action);
void AddTail(CLI::App& app, Context& context, Action& action);
void AddBefore(CLI::App& app, Context& context, Action& action);
void AddChanges(CLI::App& app, Context& context, Action& action);
void AddFacets(CLI::App& app, Context& context, Action& action);
void AddHistogram(CLI::App& app, Context& context, Action& action);
void AddExport(CLI::App& app, Context& context, Action& action);
void AddImport(CLI::App& app, Context& context, Action& action);
void AddDemo(CLI::App& app, Context& context, Action& action);
void AddDelete(CLI::App& app, Context& context, Action& action);
void AddStatus(CLI::App& app, Context& context, Action& action);
void AddStore(CLI::App& app, Context& context, Action& action);
void AddBench(CLI::App& app, Context& context, Action& action);
void AddConfig(CLI::App& app, Context& context, Action& action);
void AddDoctor(CLI::App& app, Context& context, Action& action);
void AddHealth(CLI::App& app, Context& context, Action& action);
void AddToken(CLI::App& app, Context& context, Action& action);
void AddHelp(CLI::App& app, Context& context, Action& action);
void AddVersion(CLI::App& app, Context& context, Action& action);
void AddComplete(CLI::App& app, Context& context, Action& action);
void AddCompletion(CLI::App& app, Context& context, Action& action);

/// `--address`, `--token-file`, `--ca-file`, `--cert-file` and `--key-file`.
void AddConnectionFlags(CLI::App& command, ConnectionFlags& flags);

/// Runs `call` with a client, or tells why there is none.
int WithClient(
    const ConnectionFlags& flags, Context& context, const std::function<int(ApiClient&)>& call
);

/// Tells a mistake of usage on stderr.
ExitCode TellUsage(Context& context, std::string_view message);

}  // namespace tidings::cli
