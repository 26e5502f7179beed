#include <memory>

#include "cli/commands.h"
#include "cli/config_flags.h"

namespace tidings::cli {

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
      return loaded ? context.run_server(loaded->config) : kFailed;
    };
  });
}

}  // namespace tidings::cli
