#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "store/embedded/block_info.h"

/// Which blocks to merge: decided from figures alone.
namespace tidings::embedded {

/// Rows of a block as compaction makes it.
inline constexpr size_t kPackedRows = size_t{64} << 10;
/// Stored bytes of the blocks that are rewritten together, where their rows are large: a rewrite
/// holds them in memory.
inline constexpr uint64_t kPackedBytes = uint64_t{96} << 20;

/// With more fresh rows that wait for their rewrite, one thread does not keep up with the commits.
inline constexpr size_t kMostWaitingRows = 4 * kPackedRows;

struct CompactionCandidate {
  BlockInfo info;
  /// Rows that no snapshot in use can see.
  uint32_t droppable = 0;
  /// Damaged, or its retention is over.
  bool is_excluded = false;
};

struct CompactionDemand {
  /// The present commit day: earlier ones get no more fresh blocks.
  uint32_t today = 0;
  /// Nothing has been committed for a while, so waiting for a full block gains nothing.
  bool is_quiet = false;
  /// Merge all that can be merged, drop all that can be dropped.
  bool everything = false;
  size_t most_waiting_rows = kMostWaitingRows;
};

/// The places (in `blocks`) of the blocks to rewrite together, ascending by number: of one class,
/// commit day and layer. Empty when there is nothing to do.
std::vector<size_t> PlanCompaction(
    std::span<const CompactionCandidate> blocks, const CompactionDemand& demand
);

/// What to rewrite at the same time, each as by PlanCompaction and none of the others' blocks:
/// nothing, one rewrite, or two when too many rows wait and both together are no larger than one
/// may be.
std::vector<std::vector<size_t>> PlanRewrites(
    std::vector<CompactionCandidate> blocks, const CompactionDemand& demand
);

}  // namespace tidings::embedded
