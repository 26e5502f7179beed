#pragma once

#include <string>
#include <vector>

namespace tidings::query {

/// Configuration section `query`.
struct Config {
  /// Names of events that change a service, whatever their case.
  std::vector<std::string> change_names = {
      "Deploy",
      "Upgrade",
      "Rollback",
      "Restart",
      "Reboot",
      "Stop",
      "Shutdown",
      "Crash",
      "FeatureFlag",
      "ConfigChange",
      "ChaosTest"};
  /// Names of events that tell of a change when a service has none of the above.
  std::vector<std::string> lifecycle_names = {
      "Start", "Started", "Killing", "ScalingReplicaSet", "SuccessfulRescale"};
};

}  // namespace tidings::query
