#pragma once

#include <chrono>
#include <optional>
#include <thread>

#include <absl/base/thread_annotations.h>
#include <absl/status/status.h>

#include "base/mutex.h"
#include "store/embedded/compactor.h"
#include "store/embedded/disk_space.h"
#include "store/embedded/retention.h"

namespace tidings::embedded {

/// The thread that keeps the store small: compaction, retention, and deleting what nobody refers
/// to any more.
///
/// Thread safety: safe; one piece of work at a time.
class Maintenance {
 public:
  Maintenance(
      Compactor& compactor,
      Retention& retention,
      RunKeeper& runs,
      DiskSpace& space,
      Database& database,
      StoreState& state,
      const Clock& clock
  );
  Maintenance(const Maintenance&) = delete;
  Maintenance& operator=(const Maintenance&) = delete;
  /// As Stop().
  ~Maintenance();

  void Start();
  /// There may be something to do.
  void Wake();
  /// Finishes the piece of work under way.
  void Stop();

  /// Rewrites all that can be rewritten, and returns when that is done.
  absl::Status CompactEverything();
  absl::Status DropExpired();

 private:
  void Run();
  absl::Status WorkOnce() ABSL_EXCLUSIVE_LOCKS_REQUIRED(work_mutex_);
  absl::Status DeleteUnreferenced() ABSL_EXCLUSIVE_LOCKS_REQUIRED(work_mutex_);
  bool IsStopping();
  /// Whether a piece of work that was done at `last` is to be done again; then that is now.
  bool IsDue(
      std::optional<std::chrono::steady_clock::time_point>& last,
      std::chrono::steady_clock::duration period
  ) const;

  RunKeeper& runs_;
  DiskSpace& space_;
  Database& database_;
  StoreState& state_;
  const Clock& clock_;
  Mutex work_mutex_;
  Compactor& compactor_ ABSL_GUARDED_BY(work_mutex_);
  Retention& retention_ ABSL_GUARDED_BY(work_mutex_);
  std::optional<std::chrono::steady_clock::time_point> last_delete_ ABSL_GUARDED_BY(work_mutex_);
  std::optional<std::chrono::steady_clock::time_point> last_retention_ ABSL_GUARDED_BY(work_mutex_);
  Mutex mutex_;
  bool is_woken_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::jthread thread_;
};

}  // namespace tidings::embedded
