#pragma once

#include <memory>
#include <string>
#include <vector>

#include <absl/status/statusor.h>

#include "store/embedded/block_reader.h"
#include "store/embedded/database.h"
#include "store/embedded/id_run.h"
#include "store/embedded/store_state.h"

namespace tidings::embedded {

/// What an open database holds, for memory.
struct Recovered {
  StoreState::Loaded state;
  /// Runs that cannot be read, each with what is wrong: they are made anew. Of a damaged block,
  /// which its reader tells, the events are not known by id.
  std::vector<std::string> damaged_runs;
};

/// What opening reads from beside the database.
struct RecoverySources {
  const BlockReader& reader;
  IdRun::Files run_files;
  /// Numbers of runs that turned out to be damaged while the store was open.
  std::vector<uint64_t> damaged_runs;
};

/// Reads the records and the kill marks, opens the runs, and reads the ids that stand in none.
/// kDataLoss when a record is damaged: then nothing can be told for sure.
absl::StatusOr<Recovered> ReadState(
    Database& database, const RecoverySources& sources, const std::shared_ptr<Graveyard>& graveyard
);

/// Deletes the values and kill records that belong to no block of the live set: what a crash left
/// between two writes. kDataLoss: they could not all be found, which does no harm.
absl::Status SweepOrphans(Database& database, const LiveSet& live);

/// The record of numbers that must not go back, written whenever a block leaves.
std::string EncodeCounters(const StoreState::Counters& counters);

}  // namespace tidings::embedded
