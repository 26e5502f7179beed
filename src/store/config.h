#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace tidings {

/// Configuration section `store`.
struct StoreConfig {
  /// `embedded` or `memory`.
  std::string engine = "embedded";
  std::string directory = "./tidings-data";
  /// Closed events leave this long after the last report that changed them.
  std::chrono::milliseconds retention = std::chrono::hours(24 * 30);
  /// Open events are kept longer.
  std::chrono::milliseconds open_retention = std::chrono::hours(24 * 365);
};

}  // namespace tidings
