#pragma once

#include <chrono>
#include <functional>
#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>

#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include "base/clock.h"
#include "cli/client_config.h"
#include "config/config.h"
#include "config/loader.h"
#include "config/variables.h"
#include "net/http_client.h"
#include "server/store_tool.h"

namespace tidings::cli {

/// The exit codes of every command.
enum ExitCode : int {
  kOk = 0,
  kFailed = 1,
  kUsage = 2,
  kNotFound = 3,
  kNotAllowed = 4,
  kUnreachable = 5,
  kInterrupted = 130,
};

/// How standard output is shown.
struct Screen {
  bool colour = false;
  /// Of the terminal; 0: no terminal, lines may be of any length.
  size_t columns = 0;
  absl::TimeZone zone = absl::UTCTimeZone();
};

/// What a command touches of the world; a test gives its own.
///
/// Thread safety: one thread.
struct Context {
  std::istream& in;
  /// Data.
  std::ostream& out;
  /// Talk.
  std::ostream& err;
  const Clock& clock;
  Screen screen;
  /// Whether talk goes to a terminal: progress is shown only there.
  bool talks_to_terminal = false;
  config::Environment environment;
  /// What stands before the command; what stands behind it goes first.
  ConnectionFlags connection = {};
  std::function<absl::StatusOr<std::unique_ptr<net::HttpClient>>(const net::ClientTls&)>
      make_http_client;
  std::function<void(std::chrono::milliseconds)> sleep;
  std::function<int(const Config&, config::Reader)> run_server;
  std::function<absl::StatusOr<StoreWorkReport>(const StoreWork&)> work_on_store;
  /// Whether the user wants an end. Who has asked once is told of a first SIGINT only by this; all
  /// others are ended by it.
  std::function<bool()> interrupted = [] { return false; };

  /// Empty if it is not set.
  std::string_view Variable(std::string_view name) const {
    for (const auto& [key, value] : environment) {
      if (key == name) {
        return value;
      }
    }
    return {};
  }
};

}  // namespace tidings::cli
