#include "cli/completion_script.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace tidings::cli {
namespace {

std::string_view FirstWord(std::string_view path) {
  return path.substr(0, path.find(' '));
}

std::string_view SecondWord(std::string_view path) {
  const size_t space = path.find(' ');
  return space == std::string_view::npos ? std::string_view() : path.substr(space + 1);
}

/// The words that may follow `path`: flags, and the commands below it.
std::vector<std::string> WordsAfter(
    const CommandWords& command, const std::vector<CommandWords>& commands
) {
  std::vector<std::string> words;
  for (const CommandWords& other : commands) {
    if (FirstWord(other.path) == command.path && !SecondWord(other.path).empty()) {
      words.emplace_back(SecondWord(other.path));
    }
  }
  for (const CommandWords::Flag& flag : command.flags) {
    words.push_back(flag.name);
  }
  return words;
}

std::vector<CommandWords> TopLevel(const std::vector<CommandWords>& commands) {
  std::vector<CommandWords> top;
  std::copy_if(
      commands.begin(),
      commands.end(),
      std::back_inserter(top),
      [](const CommandWords& command) { return SecondWord(command.path).empty(); }
  );
  return top;
}

/// For between single quotes of a shell.
std::string Quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  }
  return out + "'";
}

/// For a description of zsh's _describe, which ends a word at a colon.
std::string ZshItem(std::string_view word, std::string_view help) {
  std::string escaped;
  for (const char c : word) {
    escaped += c == ':' ? std::string("\\:") : std::string(1, c);
  }
  return Quoted(fmt::format("{}:{}", escaped, help));
}

}  // namespace

std::string BashCompletion(const std::vector<CommandWords>& commands) {
  std::string cases;
  for (const CommandWords& command : commands) {
    cases += fmt::format(
        "    {}) words={} ;;\n",
        Quoted(command.path),
        Quoted(fmt::format("{}", fmt::join(WordsAfter(command, commands), " ")))
    );
  }
  std::vector<std::string> names;
  for (const CommandWords& command : TopLevel(commands)) {
    names.push_back(command.path);
  }
  return fmt::format(
      R"(# bash completion of tidings: source <(tidings completion bash)
_tidings() {{
  local current="${{COMP_WORDS[COMP_CWORD]}}" path="${{COMP_WORDS[1]}}" words=''
  if [[ $COMP_CWORD -gt 2 && ${{COMP_WORDS[1]}} == config ]]; then
    path="config ${{COMP_WORDS[2]}}"
  fi
  if [[ $COMP_CWORD -eq 1 ]]; then
    path=''
  fi
  case "$path" in
    '') words={} ;;
{}  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}}
complete -o default -F _tidings tidings
)",
      Quoted(fmt::format("{}", fmt::join(names, " "))),
      cases
  );
}

std::string ZshCompletion(const std::vector<CommandWords>& commands) {
  std::string items;
  for (const CommandWords& command : TopLevel(commands)) {
    items += "    " + ZshItem(command.path, command.help) + "\n";
  }
  std::string cases;
  for (const CommandWords& command : commands) {
    cases += fmt::format("    {})\n      words_after=(\n", Quoted(command.path));
    for (const CommandWords& other : commands) {
      if (FirstWord(other.path) == command.path && !SecondWord(other.path).empty()) {
        cases += "        " + ZshItem(SecondWord(other.path), other.help) + "\n";
      }
    }
    for (const CommandWords::Flag& flag : command.flags) {
      cases += "        " + ZshItem(flag.name, flag.help) + "\n";
    }
    cases += "      ) ;;\n";
  }
  return fmt::format(
      R"(#compdef tidings
# zsh completion of tidings: tidings completion zsh > "${{fpath[1]}}/_tidings"
_tidings() {{
  local -a commands words_after
  commands=(
{}  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command_path="${{words[2]}}"
  if [[ $command_path == config ]] && (( CURRENT > 3 )); then
    command_path="config ${{words[3]}}"
  fi
  case "$command_path" in
{}  esac
  _describe word words_after || _files
}}
compdef _tidings tidings
)",
      items,
      cases
  );
}

std::string FishCompletion(const std::vector<CommandWords>& commands) {
  std::string out = "# fish completion of tidings: tidings completion fish | source\n";
  for (const CommandWords& command : TopLevel(commands)) {
    out += fmt::format(
        "complete -c tidings -n __fish_use_subcommand -f -a {} -d {}\n",
        command.path,
        Quoted(command.help)
    );
  }
  for (const CommandWords& command : commands) {
    const std::string_view below = SecondWord(command.path);
    const std::string condition =
        below.empty() ? fmt::format("__fish_seen_subcommand_from {}", command.path)
                      : fmt::format(
                            "__fish_seen_subcommand_from {}; and __fish_seen_subcommand_from {}",
                            FirstWord(command.path),
                            below
                        );
    if (!below.empty()) {
      out += fmt::format(
          "complete -c tidings -n {} -f -a {} -d {}\n",
          Quoted(fmt::format("__fish_seen_subcommand_from {}", FirstWord(command.path))),
          below,
          Quoted(command.help)
      );
    }
    for (const CommandWords::Flag& flag : command.flags) {
      const bool is_long = flag.name.substr(0, 2) == "--";
      out += fmt::format(
          "complete -c tidings -n {} {} {} -d {}\n",
          Quoted(condition),
          is_long ? "-l" : "-s",
          flag.name.substr(is_long ? 2 : 1),
          Quoted(flag.help)
      );
    }
  }
  return out;
}

}  // namespace tidings::cli
