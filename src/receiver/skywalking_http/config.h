#pragma once

#include <chrono>
#include <cstddef>

namespace tidings::skywalking_http {

/// Configuration section `receivers.skywalking_http`.
struct Config {
  size_t max_reports = 100'000;
  size_t max_json_depth = 64;
  size_t max_body_bytes = size_t{20} << 20;
  size_t max_inflated_bytes = size_t{64} << 20;
  /// How long a request waits for room before it is refused.
  std::chrono::milliseconds max_wait = std::chrono::seconds(1);
};

}  // namespace tidings::skywalking_http
