#pragma once

#include <span>
#include <string>

#include "config/setting.h"
#include "config/variables.h"

namespace tidings::config {

/// A `section.key=value` from the command line.
struct FlagSetting {
  /// The flag that it came with: `--set`, `--data-dir`.
  std::string flag;
  std::string text;
};

/// Values from variables `TIDINGS__SECTION__KEY`; all others are none of ours (Kubernetes sets
/// `TIDINGS_PORT` and the like for a service of that name).
Settings ReadEnvironment(const Environment& environment);

Settings ReadFlags(std::span<const FlagSetting> flags);

/// `TIDINGS__STORE__OPEN_RETENTION` for `store.open_retention`.
std::string EnvironmentName(std::string_view path);

}  // namespace tidings::config
