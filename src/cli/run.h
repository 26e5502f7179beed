#pragma once

#include <string>
#include <vector>

#include "cli/context.h"

namespace tidings::cli {

/// Reads the command line (without the program's name) and runs the command; returns the exit code.
int Run(const std::vector<std::string>& arguments, Context& context);

}  // namespace tidings::cli
