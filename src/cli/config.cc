#include <memory>
#include <ostream>
#include <string>

#include "cli/commands.h"
#include "cli/config_flags.h"
#include "config/reference.h"

namespace tidings::cli {
namespace {

int RunCheck(const ConfigFlags& flags, Context& context) {
  if (!LoadOrTell(flags, context)) {
    return kFailed;
  }
  context.out << "the configuration is good\n";
  return kOk;
}

int RunShow(const ConfigFlags& flags, bool with_origins, Context& context) {
  const auto loaded = LoadOrTell(flags, context);
  if (!loaded) {
    return kFailed;
  }
  context.out << config::ShowConfig(*loaded, with_origins);
  return kOk;
}

}  // namespace

void AddConfig(CLI::App& app, Context& context, Action& action) {
  CLI::App* const command = app.add_subcommand("config", "Check and show the configuration");
  command->require_subcommand(1);

  command->footer(
      "Neither calls a server: they read the file, the environment and the flags as it would."
  );
  CLI::App* const check = command->add_subcommand("check", "Name all mistakes at once");
  auto check_flags = std::make_shared<ConfigFlags>();
  AddConfigFlags(*check, *check_flags);
  check->footer("Example:\n  tidings config check --config /etc/tidings/tidings.yaml");
  check->callback([=, &context, &action] {
    action = [=, &context] { return RunCheck(*check_flags, context); };
  });

  CLI::App* const show = command->add_subcommand("show", "Every value that is in force, as YAML");
  auto show_flags = std::make_shared<ConfigFlags>();
  auto with_origins = std::make_shared<bool>(false);
  AddConfigFlags(*show, *show_flags);
  show->add_flag("--origin", *with_origins, "Also where each value came from");
  show->footer("Example:\n  tidings config show --origin --config /etc/tidings/tidings.yaml");
  show->callback([=, &context, &action] {
    action = [=, &context] { return RunShow(*show_flags, *with_origins, context); };
  });
}

}  // namespace tidings::cli
