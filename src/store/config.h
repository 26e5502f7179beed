#pragma once

#include <chrono>
#include <cstddef>
#include <map>
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
  /// Closed events of some layers (upper-case, as they are shown) leave after a time of their own.
  std::map<std::string, std::chrono::milliseconds> layer_retention;
  /// Above so many bytes the oldest days leave, whatever their age; 0: no limit.
  size_t max_bytes = 0;
  /// Free bytes of the disk below which nothing is taken. 0: the least of 1 GiB and 5 % of the
  /// disk.
  size_t low_water = 0;
};

}  // namespace tidings
