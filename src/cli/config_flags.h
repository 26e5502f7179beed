#pragma once

#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/context.h"
#include "config/loader.h"

namespace tidings::cli {

/// `--config`, `--data-dir` and `--set`.
struct ConfigFlags {
  std::string file;
  std::string data_directory;
  std::vector<std::string> settings;
  bool has_data_directory = false;
};

void AddConfigFlags(CLI::App& command, ConfigFlags& flags);

/// The configuration from file, environment and flags.
config::LoadedConfig LoadConfig(const ConfigFlags& flags, const Context& context);

/// The same, or nothing, with every mistake on stderr.
std::optional<config::LoadedConfig> LoadOrTell(const ConfigFlags& flags, Context& context);

}  // namespace tidings::cli
