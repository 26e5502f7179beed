#pragma once

#include <string>

namespace tidings::config {

/// Where a value came from, in words: `default`, `tidings.yaml:3`, `TIDINGS__LOG__LEVEL`,
/// `--set log.level`.
using Origin = std::string;
inline constexpr const char* kDefaultOrigin = "default";

/// One thing that is wrong with a configuration.
struct Mistake {
  Origin origin;
  /// `store.retention`; empty when no key is meant.
  std::string key;
  /// What is wrong and what was expected; one line.
  std::string problem;
  /// Of a file, from 1, by which its mistakes are told in order; 0 elsewhere.
  int line = 0;

  /// `tidings.yaml:3: store.retention: 'soon' is no duration: expected …`
  std::string ToString() const;

  friend bool operator==(const Mistake&, const Mistake&) = default;
};

}  // namespace tidings::config
