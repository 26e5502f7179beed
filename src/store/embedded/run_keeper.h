#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include <absl/base/thread_annotations.h>
#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include "base/arena.h"
#include "base/mutex.h"
#include "store/embedded/block_reader.h"
#include "store/embedded/committer.h"
#include "store/embedded/database.h"
#include "store/embedded/id_run.h"
#include "store/embedded/store_state.h"

namespace tidings::embedded {

/// Keeps the id runs few and whole: merges them, makes those anew that are damaged, and indexes
/// compacted blocks whose ids still stand in memory. Has a thread of its own, so that no compaction
/// waits for a merge of millions of ids.
///
/// Thread safety: safe; one piece of work at a time.
/// Errors:        kUnavailable - the disk fails or the store stops; kAborted - the database was
/// opened again meanwhile.
class RunKeeper {
 public:
  struct Deps {
    StoreState& state;
    Database& database;
    const BlockReader& reader;
    Committer& committer;
  };

  RunKeeper(const Deps& deps, const IdRun::Files& files) : deps_(deps), files_(files) {}
  RunKeeper(const RunKeeper&) = delete;
  RunKeeper& operator=(const RunKeeper&) = delete;
  /// As Stop().
  ~RunKeeper() { Stop(); }

  void Start();
  /// Gives up the piece of work under way.
  void Stop();

  /// A run of these rows, durable but for its record.
  absl::StatusOr<std::shared_ptr<const IdRun>> Build(std::vector<IdEntry>& entries) const;
  /// All that is to be done, now.
  absl::Status TidyAll();

  const IdRun::Files& files() const { return files_; }

 private:
  void Run();
  bool IsStopping() const;
  /// False when there was nothing to do.
  absl::StatusOr<bool> TidyOnce() ABSL_EXCLUSIVE_LOCKS_REQUIRED(work_mutex_);
  absl::StatusOr<bool> MakeDamagedAnew(const StoreView& view);
  /// Compacted blocks that are worth a run; none while they are too few.
  static LiveSet WaitingBlocks(const StoreView& view);
  absl::StatusOr<bool> IndexCompacted(const StoreView& view);
  /// Takes ids that a run has now out of the memory.
  absl::Status Forget(const std::vector<IdChange>& ids, uint64_t epoch);
  absl::StatusOr<bool> MergeOnce(const StoreView& view);
  absl::StatusOr<std::shared_ptr<const IdRun>> Merge(const StoreView& view, const RunSet& inputs);
  /// Durable and seen; null = nothing is left of the old runs.
  absl::Status Switch(
      uint64_t epoch, const std::shared_ptr<const IdRun>& made, const RunSet& replaced
  );

  const Deps deps_;
  const IdRun::Files files_;
  Mutex work_mutex_;
  mutable Mutex mutex_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::jthread thread_;
};

/// The live rows of blocks, by their ids, as a run takes them.
struct BlockIds {
  std::vector<IdEntry> entries;
  /// Beside each entry. Empty unless asked for.
  std::vector<IdChange> ids;
  Arena arena;
};
/// Adds the live rows of a block; with its ids if `with_ids`. kDataLoss: of a damaged block as many
/// as can be read.
absl::Status AddIdsOf(
    const BlockReader& reader, Block& block, uint64_t hash_seed, bool with_ids, BlockIds& ids
);

/// The runs that the records tell of. What is damaged or missing, or among `damaged`, is left out
/// and told: its blocks are not indexed then.
struct LoadedRuns {
  RunSet runs;
  /// Numbers of runs whose records are to go.
  std::vector<uint64_t> lost;
  std::vector<std::string> damage;
  uint64_t last_number = 0;
};
absl::StatusOr<LoadedRuns> LoadRuns(
    const Database& database, const IdRun::Files& files, std::span<const uint64_t> damaged
);

/// Deletes the files that belong to none of the runs.
absl::Status SweepRunFiles(const IdRun::Files& files, const RunSet& runs);

}  // namespace tidings::embedded
