#include "config/variables.h"

#include <algorithm>

#include "base/status.h"
#include "base/text.h"

namespace tidings::config {
namespace {

bool IsVariableName(std::string_view name) {
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  return !name.empty() && is_letter(name[0]) && std::all_of(name.begin(), name.end(), [&](char c) {
    return is_letter(c) || (c >= '0' && c <= '9');
  });
}

/// The value of what stands between the braces.
absl::StatusOr<std::string> Resolve(std::string_view inside, const Environment& environment) {
  const size_t dash = inside.find(":-");
  const std::string_view name = inside.substr(0, dash);
  if (!IsVariableName(name)) {
    return InvalidArgument(
        "'${{{}}}' names no variable; expected ${{VAR}} or ${{VAR:-default}} ($${{ is a literal "
        "${{)",
        EscapeForDisplay(inside)
    );
  }
  const auto found =
      std::find_if(environment.begin(), environment.end(), [name](const auto& entry) {
        return entry.first == name;
      });
  const bool has_default = dash != std::string_view::npos;
  if (found != environment.end() && !(has_default && found->second.empty())) {
    return found->second;
  }
  if (has_default) {
    return std::string(inside.substr(dash + 2));
  }
  return InvalidArgument(
      "the environment variable {0} is not set; set it, or write ${{{0}:-default}}", name
  );
}

}  // namespace

absl::StatusOr<std::string> ExpandVariables(std::string_view text, const Environment& environment) {
  std::string out;
  while (!text.empty()) {
    const size_t dollar = std::min(text.find("${"), text.size());
    const bool is_literal = dollar > 0 && dollar < text.size() && text[dollar - 1] == '$';
    out += text.substr(0, dollar);
    text.remove_prefix(dollar);
    if (text.empty()) {
      break;
    }
    if (is_literal) {
      out += '{';
      text.remove_prefix(2);
      continue;
    }
    const size_t brace = text.find('}');
    if (brace == std::string_view::npos) {
      return InvalidArgument("'{}' has no closing brace", EscapeForDisplay(text));
    }
    const absl::StatusOr<std::string> value = Resolve(text.substr(2, brace - 2), environment);
    if (!value.ok()) {
      return value.status();
    }
    out += *value;
    text.remove_prefix(brace + 1);
  }
  return out;
}

}  // namespace tidings::config
