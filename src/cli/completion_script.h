#pragma once

#include <string>
#include <vector>

namespace tidings::cli {

/// A command as completion knows it.
struct CommandWords {
  /// `config check` for a command below another.
  std::string path;
  std::string help;
  struct Flag {
    /// `--limit`, `-o`
    std::string name;
    std::string help;
    /// The field of events whose values it takes, as `tidings complete` knows it; empty: of none.
    std::string field;
  };
  std::vector<Flag> flags;
  /// Of the command's first word.
  std::string field;
};

std::string BashCompletion(const std::vector<CommandWords>& commands);
std::string ZshCompletion(const std::vector<CommandWords>& commands);
std::string FishCompletion(const std::vector<CommandWords>& commands);

}  // namespace tidings::cli
