#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include <absl/base/thread_annotations.h>

#include "base/mutex.h"
#include "store/embedded/group_commit.h"

namespace tidings::embedded {

/// The one thread that changes the store: takes what waits as a group, and between groups runs what
/// must not meet one (switches of compaction and retention). After a failed write the store is read
/// only: everything is refused, and the database is opened again until that works.
///
/// Thread safety: safe. Commit never blocks; what finds the queue full is refused with
/// kUnavailable.
class Committer {
 public:
  struct Options {
    /// Bytes of batches that wait.
    size_t max_waiting_bytes = size_t{64} << 20;
    /// A group ends before the batch that would bring more. More rows: later commits wait longer.
    size_t group_reports = 8000;
    size_t group_bytes = size_t{16} << 20;
    /// With more fresh blocks, a group waits for the compaction, at most `max_wait`.
    size_t max_fresh_blocks = 512;
    /// The same with more ids in memory.
    size_t max_recent_ids = 3'000'000;
    std::chrono::milliseconds max_wait{100};
    /// Between two attempts to open the database again; doubles up to the second.
    std::chrono::milliseconds first_reopen{250};
    std::chrono::milliseconds last_reopen{30'000};
  };
  struct Hooks {
    /// Closes the database, opens it again, and reads everything anew.
    std::function<absl::Status()> reopen;
    /// Asked before each group: kUnavailable, and nothing of it is taken. Null: always room.
    std::function<absl::Status()> check_room;
    /// After each group, from the committer's thread.
    std::function<void(size_t reports, std::chrono::steady_clock::duration took)> committed;
    /// The store became read only, or writable again (an empty reason).
    std::function<void(const std::string& reason)> read_only;
  };

  Committer(GroupCommit& groups, StoreState& state, Options options, Hooks hooks);
  Committer(const Committer&) = delete;
  Committer& operator=(const Committer&) = delete;
  /// As Stop().
  ~Committer();

  void Start();
  void Commit(ReportBatch batch, CommitDone done);
  /// Runs `change` between two groups and waits for it. When it fails to write (kUnavailable), the
  /// store becomes read only.
  absl::Status RunBetweenGroups(std::function<absl::Status()> change);
  /// Refuses what comes, completes what waits, ends. Idempotent.
  void Stop();

  /// Empty while commits succeed.
  std::string read_only_reason() const;

 private:
  struct Task {
    std::function<absl::Status()> change;
    absl::Status result;
    bool is_done = false;
  };

  void Run();
  /// What to do next: a task, or a group; neither when there is nothing left and the store stops.
  struct Work {
    Task* task = nullptr;
    std::vector<WaitingBatch> group;
  };
  Work AwaitWork();
  void RunTask(Task& task);
  void CommitGroup(std::vector<WaitingBatch> group);
  std::vector<WaitingBatch> TakeGroup() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool HasWork() const;
  /// A compaction has caught up, or somebody waits to run between groups.
  bool MayCommit() const;
  bool IsCompactionBehind() const {
    return state_.fresh_blocks() > options_.max_fresh_blocks ||
           state_.recent_ids() > options_.max_recent_ids;
  }
  void WaitForCompaction();
  /// Of a store that is read only: refuses what waits, and tries to open the database until that
  /// works or the store stops.
  void Recover(const absl::Status& cause);
  void RefuseWaiting(const absl::Status& status);
  /// Whether there is room for a group; else it is refused.
  bool HasRoomFor(std::vector<WaitingBatch>& group);
  /// OK: the store is writable again.
  void SetReadOnlyReason(const absl::Status& cause);
  /// False when the store stops meanwhile.
  bool Pause(std::chrono::milliseconds time);

  GroupCommit& groups_;
  StoreState& state_;
  const Options options_;
  const Hooks hooks_;
  mutable Mutex mutex_;
  std::deque<WaitingBatch> waiting_ ABSL_GUARDED_BY(mutex_);
  size_t waiting_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  std::deque<Task*> tasks_ ABSL_GUARDED_BY(mutex_);
  std::string read_only_reason_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::jthread thread_;
};

}  // namespace tidings::embedded
