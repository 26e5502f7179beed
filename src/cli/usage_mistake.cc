#include "cli/usage_mistake.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"

namespace tidings::cli {
namespace {

/// The command that was chosen, as deep as the line was understood.
const CLI::App& Innermost(const CLI::App& app) {
  const CLI::App* command = &app;
  while (!command->get_subcommands().empty()) {
    command = command->get_subcommands().back();
  }
  return *command;
}

std::vector<std::string> CommandNames(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* const command : app.get_subcommands(nullptr)) {
    if (!command->get_group().empty()) {
      names.push_back(command->get_name());
    }
  }
  return names;
}

std::vector<std::string> FlagNames(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* const option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) {
      names.push_back("--" + name);
    }
    for (const std::string& name : option->get_snames()) {
      names.push_back("-" + name);
    }
  }
  return names;
}

std::string Suggest(std::string_view word, const std::vector<std::string>& known) {
  const std::vector<std::string_view> views(known.begin(), known.end());
  const std::optional<std::string_view> nearest = Nearest(word, views);
  return nearest ? fmt::format("; did you mean '{}'?", *nearest) : std::string();
}

std::string PathOf(const CLI::App& command) {
  const CLI::App* const parent = command.get_parent();
  return parent == nullptr ? "tidings" : PathOf(*parent) + " " + command.get_name();
}

}  // namespace

std::string DescribeUnknown(const CLI::App& command, const std::string& word) {
  const std::string shown = EscapeForDisplay(word);
  if (!word.empty() && word[0] == '-') {
    const std::string_view name = std::string_view(word).substr(0, word.find('='));
    const std::vector<std::string> flags = FlagNames(command);
    if (std::find(flags.begin(), flags.end(), name) != flags.end()) {
      return fmt::format(
          "'{}' stands before the command; expected behind it: {} {}", name, PathOf(command), name
      );
    }
    return fmt::format("'{}' is no flag of it{}", shown, Suggest(name, flags));
  }
  const std::vector<std::string> commands = CommandNames(command);
  if (commands.empty()) {
    return fmt::format("'{}' is more than it takes", shown);
  }
  const std::string suggestion = Suggest(word, commands);
  return suggestion.empty()
             ? fmt::format("'{}' is no command; there are {}", shown, fmt::join(commands, ", "))
             : fmt::format("'{}' is no command{}", shown, suggestion);
}

std::string DescribeUsageMistake(const CLI::App& app, const CLI::ParseError& error) {
  const CLI::App& command = Innermost(app);
  const std::string path = PathOf(command);
  const std::vector<std::string> unknown = app.remaining(/*recurse=*/true);
  std::string what =
      unknown.empty() ? std::string(error.what()) : DescribeUnknown(command, unknown.front());
  if (unknown.empty() && !CommandNames(command).empty()) {
    what = fmt::format("a command is wanted: {}", fmt::join(CommandNames(command), ", "));
  }
  return fmt::format("{}: {} ({} --help)", path, what, path);
}

std::string DescribeStrayFlag(const CLI::App& app) {
  const CLI::App& command = Innermost(app);
  for (const CLI::Option* const option : app.get_options()) {
    const std::string name = option->get_name();
    if (option->count() > 0 && command.get_option_no_throw(name) == nullptr) {
      return fmt::format("{0}: '{1}' is no flag of it ({0} --help)", PathOf(command), name);
    }
  }
  return {};
}

}  // namespace tidings::cli
