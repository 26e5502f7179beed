#pragma once

#include <cstddef>

namespace tidings::skywalking_http {

/// Configuration section `receivers.skywalking_http`.
struct Config {
  size_t max_reports = 100'000;
  size_t max_json_depth = 64;
  size_t max_body_bytes = size_t{20} << 20;
  size_t max_inflated_bytes = size_t{64} << 20;
};

}  // namespace tidings::skywalking_http
