#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>

#include <absl/status/statusor.h>

#include "load/latency_histogram.h"
#include "load/payload.h"
#include "load/shape.h"

namespace tidings::load {

/// What a load brought about.
struct LoadResult {
  /// Acknowledged.
  uint64_t requests = 0;
  uint64_t reports = 0;
  uint64_t events = 0;
  /// Reports of requests that were refused, or whose answer never came.
  uint64_t failed_reports = 0;
  /// Due before the end at the fixed rate, but every connection was busy.
  uint64_t unsent_reports = 0;
  /// Empty when nothing failed.
  std::string first_error;
  /// From the first request to the last answer.
  double seconds = 0;
  /// Of acknowledgements: from when a request was due until its answer was read.
  LatencyHistogram latency;
  /// CPU time of this client.
  double cpu_seconds = 0;
};

/// How often the payloads are to be sent.
struct LoadPlan {
  /// Events of the data set that are encoded, and the requests that are sent of them, in laps; 0
  /// requests: until the duration is over.
  uint64_t encoded_events = 0;
  uint64_t laps = 0;
};

/// So many events at once are encoded at most, to bound memory; more are laps with other ids.
LoadPlan PlanLoad(const Shape& shape);

/// Puts the load on the server, in one thread, and waits for its answers. A connection that is lost
/// is made again.
/// Errors: kUnavailable - the server cannot be connected to in the beginning.
absl::StatusOr<LoadResult> RunLoad(
    const Target& target, const Shape& shape, std::span<const Payload> payloads
);

}  // namespace tidings::load
