#pragma once

#include <chrono>

#include <absl/status/status.h>

namespace tidings::otlp {

/// When a client may send a request again that was not stored.
inline constexpr std::chrono::seconds kRetryDelay{1};

/// A transient failure with the code that every OTLP client tries again ("OTLP/gRPC Response").
inline absl::Status ToUnavailable(const absl::Status& status) {
  return absl::Status(absl::StatusCode::kUnavailable, status.message());
}

}  // namespace tidings::otlp
