#include "pipeline/mask.h"

#include <algorithm>
#include <variant>

#include "base/text.h"

namespace tidings {
namespace {

constexpr std::string_view kMasked = "***";
constexpr std::string_view kSpaces = " \t\r\n";

bool IsLower(char c) {
  return c >= 'a' && c <= 'z';
}
bool IsUpper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool IsWordCharacter(char c) {
  return IsLower(c) || IsUpper(c) || (c >= '0' && c <= '9');
}

/// What `-D` of an option defines, or all of another option.
std::string_view PropertyOf(std::string_view option) {
  option.remove_prefix(std::min(option.find_first_not_of(kSpaces), option.size()));
  return option.starts_with("-D") ? option.substr(2) : option;
}

/// The last word of a name: `Password` of `javax.net.ssl.keyStorePassword`.
std::string_view LastWord(std::string_view name) {
  size_t begin = name.size();
  while (begin > 0 && IsWordCharacter(name[begin - 1])) {
    --begin;
    const bool camel_case = begin > 0 && IsUpper(name[begin]) && IsLower(name[begin - 1]);
    if (camel_case) {
      break;
    }
  }
  return name.substr(begin);
}

bool NamesASecret(std::string_view name, const MaskingConfig& config) {
  const std::string word = ToLowerAscii(LastWord(PropertyOf(name)));
  return std::find(config.words.begin(), config.words.end(), word) != config.words.end();
}

/// Where the next option begins, with the space before it.
size_t FindNextOption(std::string_view options) {
  size_t dash = options.find('-', 2);
  while (dash != std::string_view::npos && kSpaces.find(options[dash - 1]) == std::string_view::npos
  ) {
    dash = options.find('-', dash + 1);
  }
  return dash == std::string_view::npos ? options.size() : dash - 1;
}

/// One option with its leading space.
void AppendMasked(std::string& out, std::string_view option, const MaskingConfig& config) {
  const size_t separator = option.find_first_of("=:");
  if (separator == std::string_view::npos || !NamesASecret(option.substr(0, separator), config)) {
    out += option;
    return;
  }
  out += option.substr(0, separator + 1);
  out += kMasked;
}

}  // namespace

std::string MaskJvmOptions(std::string_view options, const MaskingConfig& config) {
  std::string out;
  out.reserve(options.size());
  while (!options.empty()) {
    const size_t next = FindNextOption(options);
    AppendMasked(out, options.substr(0, next), config);
    options.remove_prefix(next);
  }
  return out;
}

void MaskSecrets(const Report& report, ReportBatch& batch, const MaskingConfig& config) {
  for (uint32_t i = 0; i < report.parameter_count; ++i) {
    Parameter& parameter = batch.parameters[report.first_parameter + i];
    const auto* const text = std::get_if<std::string_view>(&parameter.value);
    const bool masked =
        text != nullptr &&
        std::find(config.parameters.begin(), config.parameters.end(), parameter.key) !=
            config.parameters.end();
    if (masked) {
      parameter.value = batch.arena.Copy(MaskJvmOptions(*text, config));
    }
  }
}

}  // namespace tidings
