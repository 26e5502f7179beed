#pragma once

#include <functional>
#include <string>
#include <vector>

#include <absl/status/statusor.h>

#include "config/config.h"
#include "config/mistake.h"
#include "config/text_source.h"
#include "config/variables.h"

/// From file, environment and flags to the components' structs. Precedence: flag, environment,
/// file, default.
namespace tidings::config {

struct LoadRequest {
  /// Path of the YAML file; empty: none.
  std::string file;
  Environment environment;
  std::vector<FlagSetting> flags;
};

struct LoadedConfig {
  /// Only good when there is no mistake.
  Config config;
  /// Where the value of each key came from, in the order of Keys().
  std::vector<Origin> origins;
  /// All that is wrong, in the order file, environment, flags.
  std::vector<Mistake> mistakes;

  bool ok() const { return mistakes.empty(); }
};

LoadedConfig Load(const LoadRequest& request);

/// Reads the configuration again, from where it came from. kInvalidArgument with every mistake.
using Reader = std::function<absl::StatusOr<Config>()>;

/// The environment of this process.
Environment ProcessEnvironment();

}  // namespace tidings::config
