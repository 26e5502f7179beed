#pragma once

#include <string>

namespace tidings {

/// Configuration section `log`.
struct LogConfig {
  /// `trace`, `debug`, `info`, `warn`, `error` or `off`.
  std::string level = "info";
  /// `text`, `json`, or `auto`: text on a terminal, JSON otherwise.
  std::string format = "auto";
};

}  // namespace tidings
