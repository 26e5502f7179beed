#include "config/text_source.h"

#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "config/schema.h"

namespace tidings::config {
namespace {

constexpr std::string_view kPrefix = "TIDINGS__";
constexpr std::string_view kSeparator = "__";

/// `store.open_retention` for `STORE__OPEN_RETENTION`.
std::string PathOf(std::string_view name) {
  std::string path;
  while (!name.empty()) {
    const std::string_view part = name.substr(0, name.find(kSeparator));
    name.remove_prefix(std::min(name.size(), part.size() + kSeparator.size()));
    path += (path.empty() ? "" : ".") + ToLowerAscii(part);
  }
  return path;
}

void Add(Setting setting, Settings& read) {
  if (FindKey(setting.path)) {
    read.settings.push_back(std::move(setting));
    return;
  }
  std::string problem = IsSection(setting.path) ? std::string("is a section; expected a key of it")
                                                : DescribeUnknown(setting.path);
  read.mistakes.push_back(
      {std::move(setting.origin), EscapeForDisplay(setting.path), std::move(problem)}
  );
}

}  // namespace

Settings ReadEnvironment(const Environment& environment) {
  Settings read;
  for (const auto& [name, value] : environment) {
    if (name.substr(0, kPrefix.size()) == kPrefix) {
      const std::string path = PathOf(std::string_view(name).substr(kPrefix.size()));
      Add({.origin = EscapeForDisplay(name), .path = path, .text = value}, read);
    }
  }
  return read;
}

Settings ReadFlags(std::span<const FlagSetting> flags) {
  Settings read;
  for (const FlagSetting& flag : flags) {
    const size_t equals = flag.text.find('=');
    const std::string path = flag.text.substr(0, equals);
    Origin origin =
        flag.flag == "--set" ? fmt::format("--set {}", EscapeForDisplay(path)) : flag.flag;
    if (equals == std::string::npos) {
      read.mistakes.push_back({std::move(origin), "", "has no value; expected section.key=value"});
      continue;
    }
    Add({.origin = std::move(origin), .path = path, .text = flag.text.substr(equals + 1)}, read);
  }
  return read;
}

std::string EnvironmentName(std::string_view path) {
  std::string name(kPrefix);
  for (const char c : path) {
    if (c == '.') {
      name += kSeparator;
    } else {
      name += c;
    }
  }
  return ToUpperAscii(name);
}

}  // namespace tidings::config
