#pragma once

#include <chrono>
#include <cstddef>

namespace tidings::skywalking_grpc {

/// Configuration section `receivers.skywalking_grpc`.
struct Config {
  size_t max_message_bytes = size_t{4} << 20;
  /// How long a message waits for room before the call is refused; at most half of the call's own
  /// deadline.
  std::chrono::milliseconds max_wait = std::chrono::seconds(8);
};

}  // namespace tidings::skywalking_grpc
