#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include "base/clock.h"
#include "store/embedded/block_encoder.h"
#include "store/embedded/block_reader.h"
#include "store/embedded/committer.h"
#include "store/embedded/compaction_plan.h"
#include "store/embedded/cursor_registry.h"
#include "store/embedded/run_keeper.h"
#include "store/embedded/snapshots_in_use.h"
#include "store/embedded/store_state.h"

namespace tidings::embedded {

/// Rewrites blocks: many small ones into few large ones, sorted, open rows apart from the others,
/// without the rows that nobody can see. The switch to the new blocks is one durable write between
/// two commit groups, and carries over the kill marks that came while they were made.
///
/// Thread safety: one thread at a time; a second rewrite has a thread of its own while it lasts.
/// Errors:        kUnavailable - the disk fails or the store stops; kAborted - the database was
/// opened again meanwhile; kDataLoss - a block is damaged; it is left alone from then on.
class Compactor {
 public:
  struct Deps {
    StoreState& state;
    Database& database;
    const BlockReader& reader;
    CursorRegistry& cursors;
    Committer& committer;
    const RunKeeper& runs;
    const Clock& clock;
  };
  struct Options {
    /// Large new blocks are built as files in it.
    std::string staging_directory;
    /// The ids of fewer rows stay in memory until more blocks share a run.
    size_t least_run_entries = 4096;
    /// Smaller blocks go through the log: a file of their own would cost more.
    uint64_t least_file_bytes = uint64_t{1} << 20;
    /// As CompactionDemand::most_waiting_rows.
    size_t most_waiting_rows = kMostWaitingRows;
    /// Layers that get blocks of their own, since they have a retention of their own.
    std::set<std::string> own_layers;
  };
  Compactor(Deps deps, Options options) : deps_(deps), options_(std::move(options)) {}

  /// Rewrites what is worth it most, or anything if `everything`; two groups of blocks at the same
  /// time when commits are ahead. False when there is nothing to do.
  absl::StatusOr<bool> CompactOnce(bool everything);
  /// Rewrites these blocks of one day, of a view of that epoch.
  absl::Status Rewrite(const LiveSet& inputs, const SnapshotsInUse& snapshots, uint64_t epoch);

  uint64_t compactions() const { return compactions_; }
  uint64_t compacted_rows() const { return compacted_rows_; }

 private:
  /// Where a row that is kept stood.
  struct Origin {
    std::string_view id;
    uint64_t hash = 0;
    uint64_t born = 0;
    const Block* block = nullptr;
    uint32_t row = 0;

    Location location() const { return {.block = block->number(), .row = row}; }
    /// kNever while it is live.
    uint64_t KilledAt() const { return block->KilledAt(row); }
  };
  struct Output {
    EncodedBlock block;
    /// Those that are not in the database yet.
    std::vector<KeyAndValue> values;
    /// The place in Job::events and Job::origins of each of its rows.
    std::vector<uint32_t> rows;
  };
  /// A rewrite under way.
  struct Job {
    LiveSet inputs;
    uint64_t epoch = 0;
    std::vector<std::shared_ptr<const HotBlock>> hot;
    std::vector<std::shared_ptr<const ColdPage>> pages;
    Arena arena;
    /// The rows that are kept, with room for all of the inputs': they stay where they are.
    std::vector<EventView> events;
    /// Beside them, since most of what is asked about a row is asked in another order, and events
    /// are large.
    std::vector<Origin> origins;
    std::vector<Output> outputs;
    /// Null where the ids stay in memory.
    std::shared_ptr<const IdRun> run;
  };
  /// A page, and the block's rows that it holds.
  struct PageRows {
    const Block& block;
    const HotBlock& hot;
    const ColdPage& page;
    size_t first_row = 0;
  };

  /// Whether nothing was committed for a while before `sequence` was the last one.
  bool IsQuietAt(uint64_t sequence);
  /// The first here, the others beside it. The first failure; damage is none.
  absl::Status RewriteAll(
      std::span<const LiveSet> rewrites, const SnapshotsInUse& snapshots, uint64_t epoch
  );
  absl::Status ReadInputs(Job& job, const SnapshotsInUse& snapshots) const;
  absl::Status ReadBlock(Job& job, const std::shared_ptr<Block>& block, const SnapshotsInUse&)
      const;
  /// Adds the rows of a page that somebody can see.
  void KeepRows(Job& job, const PageRows& page, const SnapshotsInUse& snapshots) const;
  /// What rows that share a block share: class, and layer where it has blocks of its own.
  using OutputKind = std::pair<BlockClass, std::string>;
  OutputKind KindOf(const EventView& event) const;
  /// Encodes the rows of one kind.
  void Encode(Job& job, const OutputKind& kind, std::vector<BlockRow> rows);
  /// Puts large outputs in as files.
  absl::Status Stage(Job& job);
  /// Makes the run of the new blocks' ids, where they are enough for one.
  absl::Status Index(Job& job) const;
  absl::Status Switch(Job& job);
  /// After the switch: the run knows the new rows, and the old ones leave the memory.
  void ForgetInputs(const Job& job) const;
  /// What the switch changes for the rows of one output: their ids' places where they stay in
  /// memory, and the marks that came while it was made. Commits wait meanwhile.
  static void CarryOver(const Job& job, const Output& output, StoreState::Change& change);

  const Deps deps_;
  const Options options_;
  /// As of the last look.
  uint64_t last_sequence_ = 0;
  std::chrono::steady_clock::time_point last_change_;
  std::atomic<uint64_t> compactions_ = 0;
  std::atomic<uint64_t> compacted_rows_ = 0;
};

}  // namespace tidings::embedded
