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
  };
  std::vector<Flag> flags;
};

std::string BashCompletion(const std::vector<CommandWords>& commands);
std::string ZshCompletion(const std::vector<CommandWords>& commands);
std::string FishCompletion(const std::vector<CommandWords>& commands);

}  // namespace tidings::cli
