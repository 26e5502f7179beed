#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "cli/bench_flags.h"
#include "load/load_run.h"

namespace tidings::cli {

/// What `bench` measured.
struct BenchOutcome {
  uint64_t seed = 0;
  load::LoadResult load;
  /// Nothing when neither /proc nor /metrics told.
  std::optional<double> server_cpu_seconds;
  /// How many more events the server counts than before.
  std::optional<int64_t> stored_events;
  /// Of resident memory, for each idle connection.
  std::optional<double> bytes_per_idle_connection;
  struct Floor {
    load::LoadResult load;
    double server_cpu_seconds = 0;
  };
  std::optional<Floor> floor;
};

/// A small table for people.
std::string OutcomeText(const BenchFlags& flags, const BenchOutcome& outcome);
std::string OutcomeJson(const BenchFlags& flags, const BenchOutcome& outcome);

}  // namespace tidings::cli
