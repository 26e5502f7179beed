#pragma once

#include <cstdint>
#include <string>
#include <thread>

#include <absl/base/thread_annotations.h>
#include <absl/status/status.h>

#include "base/clock.h"
#include "base/mutex.h"
#include "derive/config.h"
#include "derive/flink_deriver.h"
#include "store/event_store.h"

namespace tidings::derive {

/// The thread on which intervals are made, beside everything else: a reader of the feed, so that
/// nobody who reports ever waits for it.
///
/// Thread safety: safe.
/// Lifetime:      borrows store and clock; ends before the store does.
/// Errors:        what fails is tried again, and told by trouble().
class Derivation {
 public:
  /// `data_directory` is where the state is kept; empty: nowhere.
  Derivation(
      const Config& config, const std::string& data_directory, EventStore& store, const Clock& clock
  );
  /// As Stop().
  ~Derivation();
  Derivation(const Derivation&) = delete;
  Derivation& operator=(const Derivation&) = delete;

  /// How many changes of the store it has not looked at yet.
  uint64_t lag() const;

  /// Why intervals are not made at present; empty when they are.
  std::string trouble() const;

  /// Ends the turn under way and keeps the state; what has not settled is shown after the next
  /// start. Idempotent.
  void Stop();

 private:
  void Run(const std::stop_token& stop);
  void Note(const absl::Status& status);

  const EventStore& store_;
  FlinkDeriver deriver_;
  mutable Mutex mutex_;
  std::string trouble_ ABSL_GUARDED_BY(mutex_);
  bool is_stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::jthread thread_;
};

}  // namespace tidings::derive
