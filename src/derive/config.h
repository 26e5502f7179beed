#pragma once

#include <chrono>

namespace tidings::derive {

/// Configuration section `derive`.
struct Config {
  /// Whether intervals are made from Flink's points.
  bool flink = true;
  /// How long after a job's latest point its intervals are shown.
  std::chrono::milliseconds settle{2000};
};

}  // namespace tidings::derive
