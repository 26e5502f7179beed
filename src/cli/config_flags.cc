#include "cli/config_flags.h"

#include <ostream>
#include <utility>

namespace tidings::cli {

void AddConfigFlags(CLI::App& command, ConfigFlags& flags) {
  command.add_option("--config", flags.file, "The configuration file (YAML)")->type_name("FILE");
  command
      .add_option_function<std::string>(
          "--data-dir",
          [&flags](const std::string& directory) {
            flags.data_directory = directory;
            flags.has_data_directory = true;
          },
          "The data directory, short for --set store.directory=DIR"
      )
      ->type_name("DIR");
  command
      .add_option(
          "--set", flags.settings, "A value of the configuration, as log.level=debug; repeatable"
      )
      ->allow_extra_args(false)
      ->type_name("KEY=VALUE");
}

config::LoadedConfig LoadConfig(const ConfigFlags& flags, const Context& context) {
  config::LoadRequest request{.file = flags.file, .environment = context.environment};
  for (const std::string& setting : flags.settings) {
    request.flags.push_back({"--set", setting});
  }
  if (flags.has_data_directory) {
    request.flags.push_back({"--data-dir", "store.directory=" + flags.data_directory});
  }
  return config::Load(request);
}

std::optional<config::LoadedConfig> LoadOrTell(const ConfigFlags& flags, Context& context) {
  config::LoadedConfig loaded = LoadConfig(flags, context);
  for (const config::Mistake& mistake : loaded.mistakes) {
    context.err << mistake.ToString() << '\n';
  }
  return loaded.ok() ? std::optional(std::move(loaded)) : std::nullopt;
}

}  // namespace tidings::cli
