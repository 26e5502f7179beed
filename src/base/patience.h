#pragma once

#include <stop_token>

#include <absl/status/status.h>
#include <absl/time/time.h>

#include "base/clock.h"

namespace tidings {

/// How long whoever asks waits for an answer: until a moment, and no longer once they have gone.
///
/// Thread safety: safe.
struct Patience {
  absl::Time deadline = absl::InfiniteFuture();
  /// Told when nobody waits any more.
  std::stop_token abandoned = {};

  /// kDeadlineExceeded: time to answer with what there is. kCancelled: there is nobody to answer.
  absl::Status Check(const Clock& clock) const {
    if (abandoned.stop_requested()) {
      return absl::CancelledError("nobody waits for the answer any more");
    }
    if (absl::FromUnixMillis(clock.NowMs()) > deadline) {
      return absl::DeadlineExceededError("the query took too long");
    }
    return absl::OkStatus();
  }
};

}  // namespace tidings
