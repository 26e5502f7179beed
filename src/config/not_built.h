#pragma once

#include <string>
#include <vector>

#include "config/config.h"

namespace tidings::config {

/// One line for the log per part that this configuration asks for and that is not built yet.
std::vector<std::string> NotBuiltYet(const Config& config);

}  // namespace tidings::config
