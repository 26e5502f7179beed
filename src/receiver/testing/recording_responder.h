#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <absl/status/status.h>

#include "net/grpc.h"

namespace tidings::receiver_testing {

/// Remembers what a call of gRPC answered.
///
/// Thread safety: one thread.
class RecordingResponder final : public net::GrpcResponder {
 public:
  void Send(std::string message) override { messages.push_back(std::move(message)); }
  void Finish(const absl::Status& status) override { finishes.push_back(status); }
  void Release(size_t bytes) override { released += bytes; }

  std::vector<std::string> messages;
  std::vector<absl::Status> finishes;
  size_t released = 0;
};

}  // namespace tidings::receiver_testing
