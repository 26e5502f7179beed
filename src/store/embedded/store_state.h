#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <absl/base/thread_annotations.h>
#include <absl/container/flat_hash_map.h>

#include "base/mutex.h"
#include "event/report.h"
#include "store/embedded/block.h"
#include "store/embedded/cursor_registry.h"
#include "store/embedded/id_index.h"
#include "store/embedded/kill_log.h"

namespace tidings::embedded {

/// Live events, for the figures.
struct EventCounts {
  int64_t events = 0;  ///< not withdrawn
  int64_t open = 0;

  EventCounts& operator+=(const EventCounts& other);
  friend EventCounts operator-(const EventCounts& a, const EventCounts& b);
};
/// What one event adds.
EventCounts CountsOf(const EventView& event);

/// What the id of a report says about its row.
struct ProbedId {
  uint64_t hash = 0;
  /// The block and row of the live row with that hash; null when the id is new. The row's id is yet
  /// to be compared.
  std::shared_ptr<Block> block;
  uint32_t row = 0;
};

/// A row's id and where the row stands from now on.
struct IdChange {
  uint64_t hash = 0;
  std::string_view id;
  Location location;
  bool is_new = false;
};

/// A snapshot: rows with born <= sequence < killed, of these blocks.
struct StoreView {
  std::shared_ptr<const LiveSet> blocks;
  uint64_t sequence = 0;
};

/// What the store knows in memory of what is on the disk: live set, kill marks, ids, sequence.
///
/// Thread safety: safe. All changes are made by the committer's thread, each after its write is
/// durable, and are seen whole or not at all.
class StoreState {
 public:
  StoreState(uint64_t hash_seed, std::shared_ptr<Graveyard> graveyard);

  StoreView TakeView() const;
  /// Pins the snapshot before a compaction can miss it.
  StoreView TakeView(CursorRegistry& cursors, CursorRegistry::Pin& pin) const;
  /// With the snapshots that are in use; what began later sees at least the view's sequence.
  StoreView TakeView(CursorRegistry& cursors, int64_t now_ms, std::vector<uint64_t>& in_use) const;
  /// With the rows of some ids in it.
  StoreView TakeView(
      CursorRegistry& cursors,
      CursorRegistry::Pin& pin,
      std::span<const std::string> ids,
      std::vector<ProbedId>& found
  ) const;
  /// The row of one id at present.
  ProbedId Find(std::string_view id) const;

  std::vector<ProbedId> Probe(const ReportBatch& batch) const;
  /// Known ids.
  size_t ids() const;
  uint64_t HashOf(std::string_view id) const { return seed_index_.HashOf(id); }
  EventCounts counts() const;
  uint64_t sequence() const;
  /// Grows when everything was read anew from the disk.
  uint64_t epoch() const;
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
    /// Ids that become unknown.
    std::vector<IdChange> forgotten;
    /// Blocks that snapshots from `sequence` on do not see.
    std::vector<uint64_t> hidden;
    EventCounts counts;
    /// 0: stays.
    uint64_t sequence = 0;
  };
  void Apply(const Change& change);

  /// What opening found on the disk.
  struct Loaded {
    LiveSet blocks;
    std::unique_ptr<IdIndex> index;
    KillLog kill_log;
    EventCounts counts;
    Counters counters;
  };
  void Reset(Loaded loaded);
  uint64_t hash_seed() const { return hash_seed_; }
  const std::shared_ptr<Graveyard>& graveyard() const { return graveyard_; }

 private:
  std::shared_ptr<Block> FindBlock(uint64_t number) const ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  void Look(std::string_view id, ProbedId& probed) const ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  void ApplyBlocks(const Change& change) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void ApplyIds(const Change& change) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const uint64_t hash_seed_;
  /// Only for hashing, without a lock.
  const IdIndex seed_index_;
  const std::shared_ptr<Graveyard> graveyard_;
  mutable SharedMutex mutex_;
  std::shared_ptr<const LiveSet> live_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<uint64_t, std::shared_ptr<Block>> by_number_ ABSL_GUARDED_BY(mutex_);
  std::unique_ptr<IdIndex> index_ ABSL_GUARDED_BY(mutex_);
  KillLog kill_log_ ABSL_GUARDED_BY(mutex_);
  EventCounts counts_ ABSL_GUARDED_BY(mutex_);
  Counters counters_ ABSL_GUARDED_BY(mutex_);
  uint64_t sequence_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t epoch_ ABSL_GUARDED_BY(mutex_) = 0;
  size_t fresh_blocks_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace tidings::embedded
