#include <algorithm>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/usage_mistake.h"

namespace tidings::cli {
namespace {

/// Null if there is none.
const CLI::App* FindCommand(const CLI::App& above, const std::string& name) {
  const std::vector<const CLI::App*> commands = above.get_subcommands(nullptr);
  const auto found = std::find_if(commands.begin(), commands.end(), [&name](const CLI::App* one) {
    return one->get_name() == name;
  });
  return found == commands.end() ? nullptr : *found;
}

int RunHelp(const std::vector<std::string>& words, const CLI::App& app, Context& context) {
  const CLI::App* about = &app;
  std::string path = app.get_name();
  for (const std::string& word : words) {
    const CLI::App* const below = FindCommand(*about, word);
    if (below == nullptr) {
      return TellUsage(context, DescribeUnknown(*about, word));
    }
    about = below;
    path += " " + word;
  }
  // App::help would describe the command that was chosen: this one.
  context.out << about->get_formatter()->make_help(about, path, CLI::AppFormatMode::Normal);
  return kOk;
}

}  // namespace

void AddHelp(CLI::App& app, Context& context, Action& action) {
  CLI::App* const command = app.add_subcommand("help", "How to use a command");
  auto words = std::make_shared<std::vector<std::string>>();
  command->add_option("command", *words, "The command; without one, all of them")
      ->type_name("COMMAND");
  command->footer("Examples:\n  tidings help\n  tidings help config check");
  command->callback([=, &app, &context, &action] {
    action = [=, &app, &context] { return RunHelp(*words, app, context); };
  });
}

}  // namespace tidings::cli
