#include "cli/run.h"

#include <algorithm>
#include <ostream>

#include <fmt/format.h>

#include "base/version.h"
#include "cli/commands.h"
#include "cli/usage_mistake.h"

namespace tidings::cli {
namespace {

constexpr const char* kToolExamples =
    R"(The commands call a server at http://127.0.0.1:12800, or where --address, TIDINGS_ADDRESS or
~/.config/tidings/client.yaml say.

Exit codes: 0 ok, 1 failed, 2 usage, 3 not found, 4 not allowed, 5 no server, 130 interrupted.

Examples:
  tidings serve                                               # in one terminal
  tidings report --service checkout --name Deploy --start     # in another
  tidings list
  tidings COMMAND --help)";

void AddCommands(CLI::App& app, Context& context, Action& action) {
  AddServe(app, context, action);
  AddReport(app, context, action);
  AddEnd(app, context, action);
  AddList(app, context, action);
  AddGet(app, context, action);
  AddTail(app, context, action);
  AddBefore(app, context, action);
  AddChanges(app, context, action);
  AddFacets(app, context, action);
  AddHistogram(app, context, action);
  AddExport(app, context, action);
  AddImport(app, context, action);
  AddDemo(app, context, action);
  AddDelete(app, context, action);
  AddStatus(app, context, action);
  AddDoctor(app, context, action);
  AddHealth(app, context, action);
  AddBench(app, context, action);
  AddStore(app, context, action);
  AddConfig(app, context, action);
  AddToken(app, context, action);
  AddComplete(app, context, action);
  AddCompletion(app, context, action);
  AddHelp(app, context, action);
  AddVersion(app, context, action);
}

}  // namespace

int Run(const std::vector<std::string>& arguments, Context& context) {
  CLI::App app("Tidings: what happens in production, reported, joined and kept.", "tidings");
  app.footer(kToolExamples);
  app.require_subcommand(1);
  app.failure_message({});
  app.set_version_flag(
      "--version", fmt::format("tidings {}", kVersion), "Print the version and exit"
  );
  AddConnectionFlags(app, context.connection);
  Action action;
  AddCommands(app, context, action);
  // CLI11 takes them from the back.
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
  try {
    app.parse(std::move(reversed));
  } catch (const CLI::CallForHelp&) {
    context.out << app.help();
    return kOk;
  } catch (const CLI::CallForVersion& version) {
    context.out << version.what() << '\n';
    return kOk;
  } catch (const CLI::ParseError& error) {
    context.err << (arguments.empty() ? app.help() : DescribeUsageMistake(app, error) + "\n");
    return kUsage;
  }
  if (const std::string stray = DescribeStrayFlag(app); !stray.empty()) {
    context.err << stray << '\n';
    return kUsage;
  }
  const int code = action();
  context.out.flush();
  if (!context.out.good() && code == kOk) {
    context.err << "tidings: standard output cannot be written\n";
    return kFailed;
  }
  return code;
}

}  // namespace tidings::cli
