#pragma once

#include <string>

namespace tidings::graphql {

/// How the server is, in SkyWalking's words.
struct Health {
  /// 0: healthy; above: not; below: not yet started.
  int score = 0;
  /// Why, empty when healthy.
  std::string details;
};

}  // namespace tidings::graphql
