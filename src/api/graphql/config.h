#pragma once

#include <chrono>
#include <cstddef>

#include "api/graphql/engine/limits.h"

namespace tidings::graphql {

struct Config {
  /// Of one request; page size has its own bound (kMaxPageSize).
  Limits limits;
  /// Of a request's body, on the wire and inflated: a query and its variables.
  size_t max_body_bytes = size_t{1} << 20;
  /// After this long a request is answered with an error.
  std::chrono::milliseconds query_deadline = std::chrono::seconds(10);
};

}  // namespace tidings::graphql
