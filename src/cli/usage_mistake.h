#pragma once

#include <string>

#include <CLI/CLI.hpp>

namespace tidings::cli {

/// What is wrong with a command line that `app` could not read, with the nearest command or flag
/// where one is not known.
std::string DescribeUsageMistake(const CLI::App& app, const CLI::ParseError& error);

/// What is wrong with a flag that stands before a command which does not have it; empty if there is
/// none.
std::string DescribeStrayFlag(const CLI::App& app);

/// What is wrong with a word that `command` does not take.
std::string DescribeUnknown(const CLI::App& command, const std::string& word);

}  // namespace tidings::cli
