#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <absl/base/thread_annotations.h>

#include "base/mutex.h"
#include "store/event_store.h"

namespace tidings::health {

/// Whether the server takes requests, and what it found when it looked after its parts.
///
/// Thread safety: safe.
class HealthState {
 public:
  enum class Phase { kStarting, kServing, kDraining };

  /// What a check found.
  struct Finding {
    enum class Verdict { kOk, kDegraded, kFailed };
    Verdict verdict = Verdict::kOk;
    std::string reason;
  };
  /// May block; called from any thread.
  using Check = std::function<Finding()>;

  struct Reading {
    /// Serving, and no check failed.
    bool ready = false;
    /// `serving`, and one line per check: `ok: listeners`, `degraded: disk: …`, `failed: …`.
    std::string text;
  };

  void SetPhase(Phase phase);
  Phase phase() const;
  /// `name` is one word.
  void AddCheck(std::string name, Check check);

  Reading Read() const;

 private:
  mutable Mutex mutex_;
  Phase phase_ ABSL_GUARDED_BY(mutex_) = Phase::kStarting;
  std::vector<std::pair<std::string, Check>> checks_ ABSL_GUARDED_BY(mutex_);
};

/// Adds `store` (it answers) and `disk` (degraded while it takes no commits, though it answers).
/// `store` is there for as long as somebody reads the state.
void AddStoreChecks(HealthState& state, const EventStore& store);

}  // namespace tidings::health
