#include <algorithm>
#include <array>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "cli/commands.h"
#include "cli/completion_script.h"
#include "cli/event_filter_flags.h"

namespace tidings::cli {
namespace {

/// Fields whose values the server knows.
constexpr std::array<std::string_view, 8> kFields = {
    "service", "instance", "endpoint", "layer", "name", "type", "state", "id"};

/// The field whose values the flag takes.
std::string FieldOfFlag(const CLI::App& command, const CLI::Option& option) {
  const bool is_of_report = command.get_name() == "report";
  for (const std::string& name : option.get_lnames()) {
    const bool is_field = std::find(kFields.begin(), kFields.end(), name) != kFields.end();
    // A report may be about what the server knows; its id and its type are its own.
    if (is_field &&
        (option.get_group() == kFilterGroup || (is_of_report && name != "id" && name != "type"))) {
      return name;
    }
  }
  return {};
}

std::string FieldOfWord(const CLI::App& command) {
  const std::string& name = command.get_name();
  return name == "end" ? "open-id" : name == "get" || name == "delete" ? "id" : "";
}

CommandWords WordsOf(const CLI::App& command, std::string path) {
  CommandWords words{
      .path = std::move(path), .help = command.get_description(), .field = FieldOfWord(command)};
  for (const CLI::Option* const option : command.get_options()) {
    const std::string field = FieldOfFlag(command, *option);
    for (const std::string& name : option->get_snames()) {
      words.flags.push_back({"-" + name, option->get_description(), field});
    }
    for (const std::string& name : option->get_lnames()) {
      words.flags.push_back({"--" + name, option->get_description(), field});
    }
  }
  return words;
}

std::vector<CommandWords> AllWords(const CLI::App& app) {
  std::vector<CommandWords> all;
  for (const CLI::App* const command : app.get_subcommands(nullptr)) {
    if (command->get_group().empty()) {
      continue;
    }
    all.push_back(WordsOf(*command, command->get_name()));
    for (const CLI::App* const below : command->get_subcommands(nullptr)) {
      all.push_back(WordsOf(*below, command->get_name() + " " + below->get_name()));
    }
  }
  return all;
}

int RunCompletion(const std::string& shell, const CLI::App& app, Context& context) {
  const std::vector<CommandWords> words = AllWords(app);
  context.out
      << (shell == "bash"  ? BashCompletion(words)
          : shell == "zsh" ? ZshCompletion(words)
                           : FishCompletion(words));
  return kOk;
}

}  // namespace

void AddCompletion(CLI::App& app, Context& context, Action& action) {
  CLI::App* const command =
      app.add_subcommand("completion", "Print a script that completes commands in a shell");
  auto shell = std::make_shared<std::string>();
  command->add_option("shell", *shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}))
      ->type_name("SHELL");
  command->footer(
      "Examples:\n"
      "  source <(tidings completion bash)\n"
      "  tidings completion zsh > \"${fpath[1]}/_tidings\"\n"
      "  tidings completion fish | source"
  );
  command->callback([=, &app, &context, &action] {
    action = [=, &app, &context] { return RunCompletion(*shell, app, context); };
  });
}

}  // namespace tidings::cli
