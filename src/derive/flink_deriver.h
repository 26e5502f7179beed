#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include <absl/container/flat_hash_map.h>
#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include "base/clock.h"
#include "derive/derive_state.h"
#include "derive/interval_writer.h"
#include "store/event_store.h"

namespace tidings::derive {

struct FlinkDeriverOptions {
  /// How long a job's latest point must be old before its intervals are shown.
  std::chrono::milliseconds settle{2000};
  /// Where the state is kept; empty: nowhere, it is made from the store again.
  std::string state_path;
  /// Points of a job that are kept as they are, and how many are left when older ones are sealed.
  /// Reordered and repeated points are among them as a rule, so that nothing has to be read again
  /// for these; a job is some KiB.
  size_t most_points = 128;
  size_t points_after_sealing = 64;
};

/// Reads the points of Flink's jobs from the store's feed and keeps the intervals that they make
/// beside them, as derived events.
///
/// The state file is only the shorter way: it says up to where the feed was read and what was known
/// there. Everything else is asked of the store, so the process may end at any moment.
///
/// Thread safety: one thread, but for position().
/// Lifetime:      borrows store and clock.
/// Errors:        of Turn and Save, those of the store and of the state file; the same call may
///                succeed later, and what was missed is then made up for.
class FlinkDeriver {
 public:
  FlinkDeriver(FlinkDeriverOptions options, EventStore& store, const Clock& clock);

  /// Reads all that is new, and shows what has settled. Ends early when `stop` is asked for.
  absl::Status Turn(const std::stop_token& stop = {});

  /// Keeps the state.
  absl::Status Save();

  /// The feed was read up to this sequence.
  uint64_t position() const { return position_; }

 private:
  /// The state as of the file, or made from all that the store has.
  absl::Status Load(const std::stop_token& stop);
  absl::Status ReadFeed(const std::stop_token& stop);
  /// An event that may have been something else before.
  struct Change {
    uint64_t sequence = 0;
    /// Of IdSketch.
    uint64_t hash = 0;
    /// The job that it is of now; empty: of none.
    std::string job_id;
  };
  /// By id.
  using Changes = absl::flat_hash_map<std::string, Change>;

  void Take(const FeedItem& item, Changes& changes);
  void TakePoint(const JobPoint& read, const EventView& event);
  void TakeDerived(const EventView& event, JobState& job, const std::string& job_id);
  /// Takes the events away from the jobs that they are of no longer, or that have made them.
  void TakeAway(const Changes& changes);
  void Wait(const std::string& id, JobState& job, int64_t received_ms);

  absl::Status ShowSettled(const std::stop_token& stop);
  /// Those that have settled, made anew where that is needed.
  absl::StatusOr<std::vector<std::string>> TakeSettled(const std::stop_token& stop);
  bool IsSettled(const JobState& job, int64_t now_ms) const;
  /// Commits what is planned, of these jobs.
  absl::Status Show(const std::vector<std::string>& jobs);
  absl::Status MakeAnew(const std::string& id, const std::stop_token& stop);

  /// Takes the points of one job, or of all, from the store, oldest first.
  absl::Status Replay(std::optional<std::string_view> job_id, const std::stop_token& stop);
  absl::Status TakeOfReplay(const EventView& event);
  absl::Status TakeDerivedOfReplay(const EventView& event);
  absl::Status SealInReplay(const std::string& id);

  void SaveIfDue();
  absl::Status ForgetIdle();
  /// Whether the store has a derived event of the job.
  absl::StatusOr<bool> HasDerived(const std::string& id, const JobState& job) const;

  const FlinkDeriverOptions options_;
  EventStore& store_;
  const Clock& clock_;
  bool is_loaded_ = false;
  DeriveState state_;
  /// The jobs that wait, by id.
  std::set<std::string> waiting_;
  IntervalWriter writer_;
  std::atomic<uint64_t> position_{0};
  bool has_news_ = false;
  uint64_t saved_position_ = 0;
  std::chrono::steady_clock::time_point saved_;
  std::chrono::steady_clock::time_point swept_;
};

}  // namespace tidings::derive
