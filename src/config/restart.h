#pragma once

#include <string_view>
#include <vector>

#include "config/config.h"

namespace tidings::config {

/// The keys whose values differ and that a running server cannot take up: all but `log.level` and
/// the section `limits`. (Files that a key names are read again, but not from another place.)
std::vector<std::string_view> KeysThatNeedRestart(const Config& running, const Config& wanted);

}  // namespace tidings::config
