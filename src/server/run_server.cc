#include "server/run_server.h"

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <future>
#include <string>
#include <unistd.h>

#include <fmt/ranges.h>
#include <spdlog/spdlog.h>
#include <systemd/sd-daemon.h>

#include "base/clock.h"
#include "base/status.h"
#include "config/restart.h"
#include "server/logging.h"
#include "server/server.h"

namespace tidings {
namespace {

constexpr int kExitFailed = 1;
/// For calls under way when a stop is asked for: less than what systemd and Kubernetes give.
constexpr std::chrono::seconds kGrace{10};

/// The signals that the main thread waits for; blocked in every thread.
sigset_t BlockSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  // A client that has gone is an error of a write, not the end of the process.
  std::signal(SIGPIPE, SIG_IGN);
  return signals;
}

void Reload(Server& server, const Config& running, const config::Reader& read_again) {
  const absl::StatusOr<Config> config = read_again();
  if (!config.ok()) {
    spdlog::error(
        "SIGHUP: the configuration stays as it was, since there are mistakes in it: {}",
        MessageOf(config.status())
    );
  } else {
    SetLogLevel(config->log);
    spdlog::info("SIGHUP: taking up the log's level, limits, certificates and tokens");
    server.SetLimits(*config);
    const auto others = config::KeysThatNeedRestart(running, *config);
    if (!others.empty()) {
      spdlog::warn("these keys have changed, and need a restart: {}", fmt::join(others, ", "));
    }
  }
  server.ReloadFiles();
}

/// Waits, and meanwhile takes up what is replaced on disk.
int WaitForStop(
    Server& server, const Config& running, const config::Reader& read_again, const sigset_t& signals
) {
  constexpr timespec kLookAtFilesEvery{.tv_sec = 1, .tv_nsec = 0};
  while (true) {
    const int signal = sigtimedwait(&signals, nullptr, &kLookAtFilesEvery);
    if (signal == SIGHUP) {
      Reload(server, running, read_again);
    } else if (signal > 0) {
      return signal;
    } else {
      server.ReloadChangedFiles();
    }
  }
}

/// Drains; a second signal ends the process at once.
void StopOrDie(Server& server, const sigset_t& signals) {
  const std::future<void> stopped =
      std::async(std::launch::async, [&server] { server.Stop(kGrace); });
  constexpr timespec kPoll{.tv_sec = 0, .tv_nsec = 20'000'000};
  while (stopped.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
    const int second = sigtimedwait(&signals, nullptr, &kPoll);
    if (second == SIGTERM || second == SIGINT) {
      spdlog::warn(
          "a second signal: ending at once; what was not answered yet must be reported again"
      );
      _exit(128 + second);
    }
  }
}

}  // namespace

int RunServer(const Config& config, const config::Reader& read_again) {
  const sigset_t signals = BlockSignals();
  if (const absl::Status logging = SetUpLogging(config.log); !logging.ok()) {
    std::fprintf(stderr, "tidings: %s\n", std::string(MessageOf(logging)).c_str());
    return kExitFailed;
  }
  const SystemClock clock;
  absl::StatusOr<std::unique_ptr<Server>> server = Server::Start(config, clock);
  if (!server.ok()) {
    spdlog::error("Tidings cannot start: {}", MessageOf(server.status()));
    return kExitFailed;
  }
  std::printf("%s\n", (*server)->ReadyLine().c_str());
  std::fflush(stdout);
  sd_notify(0, "READY=1");

  const int signal = WaitForStop(**server, config, read_again, signals);
  sd_notify(0, "STOPPING=1");
  spdlog::info("SIG{}: stopping; calls under way have {} s", sigabbrev_np(signal), kGrace.count());
  StopOrDie(**server, signals);
  spdlog::info("stopped; everything that was acknowledged is on disk");
  return 0;
}

}  // namespace tidings
