#include <memory>
#include <string>
#include <utility>

#include "base/status.h"
#include "cli/commands.h"
#include "cli/config_flags.h"

namespace tidings::cli {
namespace {

absl::StatusOr<Config> ReadAgain(const ConfigFlags& flags, const Context& context) {
  config::LoadedConfig loaded = LoadConfig(flags, context);
  if (loaded.ok()) {
    return std::move(loaded.config);
  }
  std::string mistakes;
  for (const config::Mistake& mistake : loaded.mistakes) {
    mistakes += (mistakes.empty() ? "" : "; ") + mistake.ToString();
  }
  return InvalidArgument("{}", mistakes);
}

}  // namespace

void AddServe(CLI::App& app, Context& context, Action& action) {
  CLI::App* const command = app.add_subcommand("serve", "Run the server");
  auto flags = std::make_shared<ConfigFlags>();
  AddConfigFlags(*command, *flags);
  command->footer(
      "Every key of the configuration is also an environment variable TIDINGS__SECTION__KEY.\n"
      "`tidings config show --origin` lists them all with their values.\n\n"
      "Examples:\n"
      "  tidings serve\n"
      "  tidings serve --config /etc/tidings/tidings.yaml\n"
      "  tidings serve --data-dir /var/lib/tidings --set http.address=0.0.0.0:12800 "
      "--set otlp.http_address=off"
  );
  command->callback([=, &context, &action] {
    action = [=, &context]() -> int {
      const auto loaded = LoadOrTell(*flags, context);
      if (!loaded) {
        return kFailed;
      }
      return context.run_server(loaded->config, [=, &context] {
        return ReadAgain(*flags, context);
      });
    };
  });
}

}  // namespace tidings::cli
