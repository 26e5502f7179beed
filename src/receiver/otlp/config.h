#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace tidings::otlp {

/// Configuration section `receivers.otlp`, for both transports.
struct Config {
  /// A request as it arrives, and inflated.
  size_t max_body_bytes = size_t{20} << 20;
  size_t max_inflated_bytes = size_t{64} << 20;
  size_t max_records = 100'000;
  /// How long a request waits for room before it is refused. Long, since Flink drops what is
  /// refused; a call whose deadline is nearer than this waits less.
  std::chrono::milliseconds max_wait = std::chrono::seconds(8);
  /// Of log records without an event name: `drop` or `keep`.
  std::string unnamed_records = "drop";
};

/// The part of a call's deadline that it may wait for room: 8 s of 9 s.
inline constexpr double kMaxWaitShare = 8.0 / 9.0;

}  // namespace tidings::otlp
