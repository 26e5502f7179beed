#include "cli/json_yaml.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/json_writer.h"

namespace tidings::cli {
namespace {

constexpr size_t kIndent = 2;

/// Words that some YAML readers take for something else than text.
constexpr std::array<std::string_view, 9> kReserved{
    "y", "n", "yes", "no", "on", "off", "true", "false", "null"};

std::string ShowKey(std::string_view key) {
  const auto is_plain = [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; };
  if (!key.empty() && std::all_of(key.begin(), key.end(), is_plain) &&
      std::find(kReserved.begin(), kReserved.end(), key) == kReserved.end()) {
    return std::string(key);
  }
  std::string quoted;
  AppendJsonString(quoted, key);
  return quoted;
}

std::string ListToYaml(const simdjson::dom::array& list, size_t indent) {
  std::string out;
  for (const simdjson::dom::element element : list) {
    std::string item = ToYaml(element, indent + kIndent);
    item[indent] = '-';
    out += item;
  }
  return out;
}

std::string MapToYaml(const simdjson::dom::object& map, size_t indent) {
  std::string out;
  for (const auto& [key, member] : map) {
    const std::string text = ToYaml(member, indent + kIndent);
    // Only a block has its first line where its members stand.
    const bool is_block = (member.is_object() || member.is_array()) &&
                          text[indent + kIndent] != '{' && text[indent + kIndent] != '[';
    out += std::string(indent, ' ') + ShowKey(key) + ":";
    out += is_block ? "\n" + text : text.substr(indent + 1);
  }
  return out;
}

}  // namespace

std::string ToYaml(const simdjson::dom::element& value, size_t indent) {
  simdjson::dom::array list;
  if (value.get(list) == simdjson::SUCCESS && list.size() > 0) {
    return ListToYaml(list, indent);
  }
  simdjson::dom::object map;
  if (value.get(map) == simdjson::SUCCESS && map.size() > 0) {
    return MapToYaml(map, indent);
  }
  return std::string(indent, ' ') + simdjson::minify(value) + "\n";
}

}  // namespace tidings::cli
