#include "cli/completion_script.h"

#include <algorithm>
#include <set>
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

/// What asks the server for values; the shell's words go in between.
constexpr std::string_view kAsk = "tidings complete";

/// The flags that take values of a field, as a pattern of the shell's case: `--id|--name`.
std::string FlagsWithValues(const std::vector<CommandWords>& commands) {
  std::set<std::string> names;
  for (const CommandWords& command : commands) {
    for (const CommandWords::Flag& flag : command.flags) {
      // Not its aliases: the flag is the field's name.
      if (flag.name == "--" + flag.field) {
        names.insert(flag.name);
      }
    }
  }
  return fmt::format("{}", fmt::join(names, "|"));
}

/// The commands whose flags take such values.
std::string CommandsWithValues(const std::vector<CommandWords>& commands) {
  std::vector<std::string> names;
  for (const CommandWords& command : commands) {
    const bool has_values =
        std::any_of(command.flags.begin(), command.flags.end(), [](const auto& flag) {
          return !flag.field.empty();
        });
    if (has_values) {
      names.push_back(command.path);
    }
  }
  return fmt::format("{}", fmt::join(names, "|"));
}

/// `get) field=id ;;`, for each command whose first word is a value.
std::string FieldsOfWords(const std::vector<CommandWords>& commands) {
  std::string cases;
  for (const CommandWords& command : commands) {
    if (!command.field.empty()) {
      cases += fmt::format("      {}) field={} ;;\n", command.path, command.field);
    }
  }
  return cases;
}

constexpr const char* kBashScript =
    R"sh(# bash completion of tidings: source <(tidings completion bash)
_tidings() {{
  local current="${{COMP_WORDS[COMP_CWORD]}}" path="${{COMP_WORDS[1]}}" words='' field='' value
  local previous="${{COMP_WORDS[COMP_CWORD-1]}}"
  case "$path" in
    {flag_commands})
      case "$previous" in
        {flags}) field="${{previous#--}}" ;;
      esac ;;
  esac
  if [[ -z $field && $COMP_CWORD -eq 2 && $current != -* ]]; then
    case "$path" in
{words}    esac
  fi
  if [[ -n $field ]]; then
    COMPREPLY=()
    while IFS= read -r value; do
      COMPREPLY+=("$(printf '%q' "$value")")
    done < <({ask} "$field" --word="$current" 2>/dev/null)
    return
  fi
  if [[ $COMP_CWORD -gt 2 && ${{COMP_WORDS[1]}} == config ]]; then
    path="config ${{COMP_WORDS[2]}}"
  fi
  if [[ $COMP_CWORD -eq 1 ]]; then
    path=''
  fi
  case "$path" in
    '') words={names} ;;
{cases}  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}}
complete -o default -F _tidings tidings
)sh";

constexpr const char* kZshScript = R"sh(#compdef tidings
# zsh completion of tidings: tidings completion zsh > "${{fpath[1]}}/_tidings"
_tidings() {{
  local -a commands words_after values
  local field='' previous="${{words[CURRENT-1]}}"
  commands=(
{items}  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command_path="${{words[2]}}"
  case "$command_path" in
    {flag_commands})
      case "$previous" in
        {flags}) field="${{previous#--}}" ;;
      esac ;;
  esac
  if [[ -z $field && $CURRENT -eq 3 && $PREFIX != -* ]]; then
    case "$command_path" in
{words}    esac
  fi
  if [[ -n $field ]]; then
    values=(${{(f)"$({ask} "$field" --word="$PREFIX" 2>/dev/null)"}})
    compadd -a values
    return
  fi
  if [[ $command_path == config ]] && (( CURRENT > 3 )); then
    command_path="config ${{words[3]}}"
  fi
  case "$command_path" in
{cases}  esac
  _describe word words_after || _files
}}
compdef _tidings tidings
)sh";

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

/// What fish runs for the values of a field.
std::string FishValues(std::string_view field) {
  return Quoted(fmt::format("({} {} --word=(commandline -ct))", kAsk, field));
}

std::string FishFlag(const CommandWords::Flag& flag, std::string_view condition) {
  const bool is_long = flag.name.substr(0, 2) == "--";
  return fmt::format(
      "complete -c tidings -n {} {} {} {}-d {}\n",
      condition,
      is_long ? "-l" : "-s",
      flag.name.substr(is_long ? 2 : 1),
      flag.field.empty() ? "" : fmt::format("-x -a {} ", FishValues(flag.field)),
      Quoted(flag.help)
  );
}

/// Of a command of the first level, or of one below it.
std::string FishLines(const CommandWords& command) {
  std::string out;
  std::string condition = fmt::format("__fish_seen_subcommand_from {}", FirstWord(command.path));
  if (const std::string_view below = SecondWord(command.path); !below.empty()) {
    out += fmt::format(
        "complete -c tidings -n {} -f -a {} -d {}\n", Quoted(condition), below, Quoted(command.help)
    );
    condition += fmt::format("; and __fish_seen_subcommand_from {}", below);
  }
  condition = Quoted(condition);
  if (!command.field.empty()) {
    out +=
        fmt::format("complete -c tidings -n {} -f -a {}\n", condition, FishValues(command.field));
  }
  for (const CommandWords::Flag& flag : command.flags) {
    out += FishFlag(flag, condition);
  }
  return out;
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
      kBashScript,
      fmt::arg("flag_commands", CommandsWithValues(commands)),
      fmt::arg("flags", FlagsWithValues(commands)),
      fmt::arg("words", FieldsOfWords(commands)),
      fmt::arg("ask", kAsk),
      fmt::arg("names", Quoted(fmt::format("{}", fmt::join(names, " ")))),
      fmt::arg("cases", cases)
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
      kZshScript,
      fmt::arg("items", items),
      fmt::arg("flag_commands", CommandsWithValues(commands)),
      fmt::arg("flags", FlagsWithValues(commands)),
      fmt::arg("words", FieldsOfWords(commands)),
      fmt::arg("ask", kAsk),
      fmt::arg("cases", cases)
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
    out += FishLines(command);
  }
  return out;
}

}  // namespace tidings::cli
