#include "base/version.h"

#include <ostream>

#include "cli/commands.h"

namespace tidings::cli {

void AddVersion(CLI::App& app, Context& context, Action& action) {
  CLI::App* const command = app.add_subcommand("version", "The version of this program");
  command->footer("Example:\n  tidings version");
  command->callback([&context, &action] {
    action = [&context] {
      context.out << "tidings " << kVersion << '\n';
      return kOk;
    };
  });
}

}  // namespace tidings::cli
