#pragma once

#include <string>

#include <CLI/CLI.hpp>

namespace tidings::cli {

/// What is wrong with a command line that `app` could not read, with the nearest command or flag
/// where one is not known.
std::string DescribeUsageMistake(const CLI::App& app, const CLI::ParseError& error);

}  // namespace tidings::cli
