#pragma once

#include <chrono>
#include <cstddef>

namespace tidings::rest {

/// Configuration section `rest`.
struct Config {
  /// Of one JSON array; NDJSON has no such limit.
  size_t max_reports = 100'000;
  size_t max_json_depth = 64;
  /// Of a JSON body, on the wire and inflated. NDJSON is streamed and has no such limit.
  size_t max_body_bytes = size_t{20} << 20;
  size_t max_inflated_bytes = size_t{64} << 20;
  /// Of one line of NDJSON.
  size_t max_line_bytes = size_t{4} << 20;
  /// How long a request waits for room before it is refused.
  std::chrono::milliseconds max_wait = std::chrono::seconds(1);
  /// At this time a query answers with what it has.
  std::chrono::milliseconds query_deadline = std::chrono::seconds(10);
};

}  // namespace tidings::rest
