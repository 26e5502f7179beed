#pragma once

#include <absl/status/status.h>

#include "base/log_config.h"

namespace tidings {

/// Sets up the process's log on stderr: text on a terminal and JSON lines otherwise, unless the
/// configuration says which. Control characters of what is logged are escaped in both.
absl::Status SetUpLogging(const LogConfig& config);

/// Of a log that was set up.
void SetLogLevel(const LogConfig& config);

}  // namespace tidings
