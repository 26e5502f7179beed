#include "cli/main.h"

#include <csignal>
#include <exception>
#include <iostream>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

#include <sys/ioctl.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "cli/context.h"
#include "cli/run.h"
#include "config/loader.h"
#include "server/run_server.h"

namespace tidings::cli {
namespace {

// What a signal's handler and the program tell each other can stand nowhere else.
// NOLINTBEGIN(cppcoreguidelines-avoid-non-const-global-variables)
volatile std::sig_atomic_t asks_for_interrupts = 0;
volatile std::sig_atomic_t interrupts = 0;
// NOLINTEND(cppcoreguidelines-avoid-non-const-global-variables)

void TakeInterrupt(int /*signal*/) {
  interrupts = interrupts + 1;
  if (asks_for_interrupts == 0 || interrupts > 1) {
    _exit(kInterrupted);
  }
}

bool Interrupted() {
  asks_for_interrupts = 1;
  return interrupts > 0;
}

size_t TerminalColumns() {
  winsize size{};
  return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

/// Of standard output; colour by https://no-color.org.
Screen ReadScreen(const Context& context) {
  const bool is_terminal = isatty(STDOUT_FILENO) == 1;
  return {
      .colour =
          is_terminal && context.Variable("NO_COLOR").empty() && context.Variable("TERM") != "dumb",
      .columns = is_terminal ? TerminalColumns() : 0,
      .zone = absl::LocalTimeZone()};
}

/// The server has its own way with signals.
int ServeWithDefaultSignals(const Config& config, const config::Reader& read_again) {
  std::signal(SIGINT, SIG_DFL);
  return RunServer(config, read_again);
}

}  // namespace

int Main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  std::signal(SIGINT, TakeInterrupt);
  // What others must not read, and files that the libraries make.
  ::umask(S_IWGRP | S_IRWXO);
  const SystemClock clock;
  Context context{
      .in = std::cin,
      .out = std::cout,
      .err = std::cerr,
      .clock = clock,
      .environment = config::ProcessEnvironment(),
      .make_http_client = net::HttpClient::Create,
      .sleep = [](std::chrono::milliseconds pause) { std::this_thread::sleep_for(pause); },
      .run_server = ServeWithDefaultSignals,
      .work_on_store = WorkOnStore,
      .interrupted = Interrupted};
  context.screen = ReadScreen(context);
  context.talks_to_terminal = isatty(STDERR_FILENO) == 1;
  try {
    return Run(std::vector<std::string>(argv + 1, argv + argc), context);
  } catch (const std::exception& error) {
    std::cerr << "tidings: " << error.what() << '\n';
    return kFailed;
  }
}

}  // namespace tidings::cli
