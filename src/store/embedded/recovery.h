#pragma once

#include <string>
#include <vector>

#include <absl/status/statusor.h>

#include "store/embedded/block_reader.h"
#include "store/embedded/database.h"
#include "store/embedded/store_state.h"

namespace tidings::embedded {

/// What an open database holds, for memory.
struct Recovered {
  StoreState::Loaded state;
  /// Blocks that cannot be read, each with what is wrong: their events are not known by id.
  std::vector<std::string> damage;
};

/// Reads the records, the kill marks, and the ids of all live rows. kDataLoss when a record is
/// damaged: then nothing can be told for sure.
absl::StatusOr<Recovered> ReadState(
    const Database& database, const BlockReader& reader, const StoreState& state
);

/// Deletes the values and kill records that belong to no block of the live set: what a crash left
/// between two writes.
absl::Status SweepOrphans(Database& database, const LiveSet& live);

/// The record of numbers that must not go back, written whenever a block leaves.
std::string EncodeCounters(const StoreState::Counters& counters);

}  // namespace tidings::embedded
