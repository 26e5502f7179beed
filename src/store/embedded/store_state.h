#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <absl/base/thread_annotations.h>
#include <absl/container/inlined_vector.h>
#include <absl/status/statusor.h>

#include "base/mutex.h"
#include "event/report.h"
#include "store/embedded/block.h"
#include "store/embedded/cursor_registry.h"
#include "store/embedded/id_hash.h"
#include "store/embedded/id_index.h"
#include "store/embedded/id_run.h"
#include "store/embedded/kill_log.h"

namespace tidings::embedded {

/// What the id of a report says about its row.
struct ProbedId {
  uint64_t hash = 0;
  /// Live rows with that hash; none when the id is new. Nearly always one at most.
  absl::InlinedVector<RowCandidate, 1> candidates;
};

/// A row's id and where the row stands from now on.
struct IdChange {
  uint64_t hash = 0;
  std::string_view id;
  Location location;
  /// Where the row stood before, if it did.
  std::optional<Location> old;
};

/// A snapshot: rows with born <= sequence < killed, of these blocks.
struct StoreView {
  std::shared_ptr<const LiveSet> blocks;
  std::shared_ptr<const RunSet> runs;
  uint64_t sequence = 0;
  /// Grows when everything was read anew from the disk: then the blocks of an older view are not
  /// the ones that kill marks go to, and nothing may be changed by what was seen of them.
  uint64_t epoch = 0;
};

/// Appends the rows of the view that the runs know for the hash of each id that has no candidate
/// yet. Blocks on the disk.
absl::Status ProbeRuns(const StoreView& view, std::span<ProbedId> ids);
/// Notes at the blocks that the runs cover that they are indexed.
void MarkIndexed(const RunSet& runs, const LiveSet& blocks);

/// What the store knows in memory of what is on the disk: live set, kill marks, recent ids, runs of
/// the others, sequence.
///
/// Thread safety: safe; what may ask the runs blocks on the disk. All changes are made by the
/// committer's thread, each after its write is durable, and are seen whole or not at all.
class StoreState {
 public:
  explicit StoreState(std::shared_ptr<Graveyard> graveyard);

  StoreView TakeView() const;
  /// Pins the snapshot before a compaction can miss it.
  StoreView TakeView(CursorRegistry& cursors, CursorRegistry::Pin& pin) const;
  /// With the snapshots that are in use; what began later sees at least the view's sequence.
  StoreView TakeView(CursorRegistry& cursors, int64_t now_ms, std::vector<uint64_t>& in_use) const;
  /// With the rows of some ids in it.
  absl::StatusOr<StoreView> TakeView(
      CursorRegistry& cursors,
      CursorRegistry::Pin& pin,
      std::span<const std::string> ids,
      std::vector<ProbedId>& found
  ) const;
  /// The rows of one id at present.
  absl::StatusOr<ProbedId> Find(std::string_view id) const;

  absl::StatusOr<std::vector<ProbedId>> Probe(const ReportBatch& batch) const;
  /// For an id that turned out to be none of its candidates': those that Probe did not look for.
  absl::Status ProbeFurther(ProbedId& id) const;
  /// Ids in memory.
  size_t recent_ids() const;
  uint64_t HashOf(std::string_view id) const { return HashOfId(id, hash_seed_); }
  EventCounts counts() const;
  uint64_t sequence() const;
  /// kAborted when views are of another epoch by now.
  absl::Status CheckEpoch(uint64_t epoch) const;
  size_t fresh_blocks() const;

  /// Never given before, also not to a write that failed.
  uint64_t NextBlockNumber();
  uint64_t NextKillRecord();
  /// The first of `count` sequence numbers that are never given again.
  uint64_t TakeSequences(uint64_t count);
  struct Counters {
    uint64_t next_block = 1;
    uint64_t next_kill_record = 1;
    uint64_t next_sequence = 1;
  };
  Counters counters() const;
  std::vector<uint64_t> KillRecordsOnlyOf(const std::vector<uint64_t>& blocks) const;

  /// A durable change. Applied whole.
  struct Change {
    std::vector<BlockInfo> added;
    /// Numbers of blocks that leave.
    std::vector<uint64_t> removed;
    std::vector<KillMark> kills;
    uint64_t kill_record = 0;
    std::vector<IdChange> ids;
    /// Ids that leave the memory, where they stand at that place.
    std::vector<IdChange> forgotten;
    /// Runs that come: the blocks that they cover are indexed from now on.
    RunSet runs_added;
    /// Numbers of runs that leave.
    std::vector<uint64_t> runs_removed;
    /// Blocks that snapshots from `sequence` on do not see.
    std::vector<uint64_t> hidden;
    EventCounts counts;
    /// 0: stays.
    uint64_t sequence = 0;
  };
  void Apply(const Change& change);
  /// Drops the entries of rows whose blocks have left: nobody sees them any more, so that this
  /// waits for no group and is done in steps. From any thread.
  void ForgetRows(std::span<const IdChange> rows);

  /// What opening found on the disk.
  struct Loaded {
    LiveSet blocks;
    std::unique_ptr<IdIndex> index = std::make_unique<IdIndex>();
    RunSet runs;
    KillLog kill_log;
    Counters counters;
    uint64_t hash_seed = 0;
  };
  void Reset(Loaded loaded);
  uint64_t hash_seed() const { return hash_seed_; }
  const std::shared_ptr<Graveyard>& graveyard() const { return graveyard_; }

 private:
  StoreView ViewLocked() const ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    return {.blocks = live_, .runs = runs_, .sequence = sequence_, .epoch = epoch_};
  }
  void LookInMemory(std::string_view id, ProbedId& probed) const ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  void ApplyBlocks(const Change& change) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void ApplyRuns(const Change& change) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void ApplyIds(const Change& change) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void ForgetIds(std::span<const IdChange> ids) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  /// Set when the store opens, always to the same.
  std::atomic<uint64_t> hash_seed_ = 0;
  const std::shared_ptr<Graveyard> graveyard_;
  mutable SharedMutex mutex_;
  std::shared_ptr<const LiveSet> live_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<const RunSet> runs_ ABSL_GUARDED_BY(mutex_);
  std::unique_ptr<IdIndex> index_ ABSL_GUARDED_BY(mutex_);
  KillLog kill_log_ ABSL_GUARDED_BY(mutex_);
  EventCounts counts_ ABSL_GUARDED_BY(mutex_);
  Counters counters_ ABSL_GUARDED_BY(mutex_);
  uint64_t sequence_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t epoch_ ABSL_GUARDED_BY(mutex_) = 0;
  size_t fresh_blocks_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace tidings::embedded
