#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

/// Which id runs to merge: decided from figures alone.
namespace tidings::embedded {

struct RunFigures {
  uint64_t number = 0;
  uint64_t entries = 0;
  /// Entries of blocks that are gone.
  uint64_t dead_entries = 0;
};

/// The places (in `runs`) of the runs to make one of: as many of one size as a merge takes, or one
/// that is mostly dead. Empty when there is nothing to do.
std::vector<size_t> PlanRunMerge(std::span<const RunFigures> runs);

}  // namespace tidings::embedded
