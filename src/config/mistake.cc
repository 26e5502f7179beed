#include "config/mistake.h"

#include <fmt/format.h>

namespace tidings::config {

std::string Mistake::ToString() const {
  // `--set log.level` names the key already.
  const bool key_is_told = key.empty() || origin.find(key) != std::string::npos;
  return key_is_told ? fmt::format("{}: {}", origin, problem)
                     : fmt::format("{}: {}: {}", origin, key, problem);
}

}  // namespace tidings::config
