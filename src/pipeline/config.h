#pragma once

#include <string>
#include <vector>

namespace tidings {

/// Secrets that reporters send without meaning to; configuration section `masking`.
struct MaskingConfig {
  /// Parameters whose text is a command line of a JVM (SkyWalking's Java agent sends `OPTS`).
  std::vector<std::string> parameters = {"OPTS"};
  /// An option whose name ends in one of these words keeps its name and gets the value `***`.
  std::vector<std::string> words = {"password", "secret", "token", "key"};
};

}  // namespace tidings
