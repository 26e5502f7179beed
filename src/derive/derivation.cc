#include "derive/derivation.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include <spdlog/spdlog.h>

#include "base/status.h"

namespace tidings::derive {
namespace {

/// Between two turns: far less than the settling time, far more than a turn without news costs.
constexpr std::chrono::milliseconds kTurnEvery{100};
/// After a turn that failed.
constexpr std::chrono::milliseconds kPauseInTrouble{1000};

std::string StatePath(const std::string& data_directory) {
  return data_directory.empty() ? std::string() : data_directory + "/derive/flink.state";
}

}  // namespace

Derivation::Derivation(
    const Config& config, const std::string& data_directory, EventStore& store, const Clock& clock
)
    : store_(store),
      deriver_({.settle = config.settle, .state_path = StatePath(data_directory)}, store, clock),
      thread_([this](const std::stop_token& stop) { Run(stop); }) {}

Derivation::~Derivation() {
  Stop();
}

uint64_t Derivation::lag() const {
  const uint64_t position = deriver_.position();
  return std::max(store_.LastSequence(), position) - position;
}

std::string Derivation::trouble() const {
  const MutexLock lock(mutex_);
  return trouble_;
}

void Derivation::Stop() {
  {
    const MutexLock lock(mutex_);
    is_stopping_ = true;
  }
  thread_.request_stop();
  if (thread_.joinable()) {
    thread_.join();
  }
}

void Derivation::Run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const absl::Status status = deriver_.Turn(stop);
    Note(status);
    const MutexLock lock(mutex_);
    mutex_.AwaitFor(status.ok() ? kTurnEvery : kPauseInTrouble, [this] {
      mutex_.AssertHeld();
      return is_stopping_;
    });
  }
  if (const absl::Status saved = deriver_.Save(); !saved.ok()) {
    spdlog::warn("intervals of Flink's jobs: {}; they are made from the store", MessageOf(saved));
  }
}

void Derivation::Note(const absl::Status& status) {
  std::string trouble = status.ok() ? std::string() : std::string(MessageOf(status));
  const MutexLock lock(mutex_);
  if (trouble_.empty() && !trouble.empty()) {
    spdlog::error("intervals of Flink's jobs are not made until this is mended: {}", trouble);
  } else if (!trouble_.empty() && trouble.empty()) {
    spdlog::info("intervals of Flink's jobs are made again");
  }
  trouble_ = std::move(trouble);
}

}  // namespace tidings::derive
