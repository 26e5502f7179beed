#include "store/embedded/maintenance.h"

#include <vector>

namespace tidings::embedded {
namespace {

/// Between two looks when nobody wakes the thread.
constexpr std::chrono::seconds kPause{1};
/// After a failure: the disk will not be better at once.
constexpr std::chrono::seconds kPauseAfterFailure{5};
constexpr std::chrono::minutes kRetentionPeriod{1};
/// Commits wait for the sync of a delete: few of them, each of many values.
constexpr std::chrono::seconds kDeletePeriod{1};
constexpr size_t kDeleteBatch = 10'000;

}  // namespace

Maintenance::Maintenance(
    Compactor& compactor,
    Retention& retention,
    RunKeeper& runs,
    DiskSpace& space,
    Database& database,
    StoreState& state,
    const Clock& clock
)
    : runs_(runs),
      space_(space),
      database_(database),
      state_(state),
      clock_(clock),
      compactor_(compactor),
      retention_(retention) {}

Maintenance::~Maintenance() {
  Stop();
}

void Maintenance::Start() {
  thread_ = std::jthread([this] { Run(); });
}

void Maintenance::Wake() {
  const MutexLock lock(mutex_);
  is_woken_ = true;
}

void Maintenance::Stop() {
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
    is_woken_ = true;
  }
  if (thread_.joinable()) {
    thread_.join();
  }
}

bool Maintenance::IsStopping() {
  const MutexLock lock(mutex_);
  return stopping_;
}

void Maintenance::Run() {
  std::chrono::seconds pause = kPause;
  for (;;) {
    {
      const MutexLock lock(mutex_);
      mutex_.AwaitFor(pause, [this, pause] {
        mutex_.AssertHeld();
        return stopping_ || (is_woken_ && pause == kPause);
      });
      is_woken_ = false;
      if (stopping_) {
        return;
      }
    }
    const MutexLock lock(work_mutex_);
    pause = WorkOnce().ok() ? kPause : kPauseAfterFailure;
  }
}

absl::Status Maintenance::WorkOnce() {
  // Under full load there is always more to compact: the rest has its turn in between.
  for (bool has_more = true; has_more && !IsStopping();) {
    space_.ReleaseBallastIfLow();
    space_.KeepBallast();
    const absl::StatusOr<bool> compacted = compactor_.CompactOnce(/*everything=*/false);
    if (!compacted.ok()) {
      return compacted.status();
    }
    has_more = *compacted;
    if (IsDue(last_delete_, kDeletePeriod)) {
      if (absl::Status status = DeleteUnreferenced(); !status.ok()) {
        return status;
      }
    }
    if (IsDue(last_retention_, kRetentionPeriod)) {
      if (absl::Status status = retention_.DropExpired(); !status.ok()) {
        return status;
      }
    }
  }
  return absl::OkStatus();
}

bool Maintenance::IsDue(
    std::optional<std::chrono::steady_clock::time_point>& last,
    std::chrono::steady_clock::duration period
) const {
  const auto now = clock_.Steady();
  if (last && now - *last < period) {
    return false;
  }
  last = now;
  return true;
}

absl::Status Maintenance::DeleteUnreferenced() {
  const auto blocks = state_.graveyard()->TakeAll();
  for (auto next = blocks.begin(); next != blocks.end();) {
    WriteBatch batch("block delete");
    for (size_t values = 0; values < kDeleteBatch && next != blocks.end(); ++next) {
      const Space space = SpaceOf(next->key.block_class);
      for (const std::string& key : DataKeysOf(*next)) {
        batch.Delete(space, key);
        ++values;
      }
    }
    if (absl::Status status = database_.Write(batch); !status.ok()) {
      return status;
    }
  }
  return absl::OkStatus();
}

absl::Status Maintenance::CompactEverything() {
  const MutexLock lock(work_mutex_);
  for (bool has_more = true; has_more;) {
    const absl::StatusOr<bool> compacted = compactor_.CompactOnce(/*everything=*/true);
    if (!compacted.ok()) {
      return compacted.status();
    }
    has_more = *compacted;
  }
  absl::Status status = runs_.TidyAll();
  return status.ok() ? DeleteUnreferenced() : status;
}

absl::Status Maintenance::DropExpired() {
  const MutexLock lock(work_mutex_);
  absl::Status status = retention_.DropExpired();
  return status.ok() ? DeleteUnreferenced() : status;
}

}  // namespace tidings::embedded
