#pragma once

#include <string>
#include <string_view>

#include "config/setting.h"
#include "config/variables.h"

namespace tidings::config {

inline constexpr size_t kMaxFileBytes = size_t{1} << 20;

/// The values of a configuration file's text, each with `file:line` as its origin. Mistakes: what
/// is no YAML, is no mapping of sections to keys, stands twice, or is not known.
Settings ReadYaml(
    std::string_view text, const std::string& file_name, const Environment& environment
);

/// The same of a file on disk. A file that is missing, unreadable, no file or too large is a
/// mistake.
Settings ReadYamlFile(const std::string& file_name, const Environment& environment);

}  // namespace tidings::config
