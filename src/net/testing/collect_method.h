#pragma once

#include <memory>
#include <string>
#include <vector>

#include <absl/base/thread_annotations.h>

#include "base/mutex.h"
#include "net/grpc.h"

namespace tidings::net {

/// A method that keeps what it gets, and answers with the number of messages after the half-close.
///
/// Thread safety: safe.
class CollectMethod final : public GrpcMethod {
 public:
  struct Seen {
    std::vector<std::string> messages;
    std::vector<size_t> bursts;
    std::vector<absl::Status> cancelled;
    std::vector<absl::Status> broken;
    int half_closed = 0;
    int started = 0;
    bool last_had_deadline = false;
  };

  /// When false, bytes are not given back before ReleaseAll, and the calls are not finished.
  explicit CollectMethod(bool settles_at_once = true) : settles_at_once_(settles_at_once) {}

  std::unique_ptr<GrpcCall> Start(GrpcCallContext context) override;

  Seen seen() const;
  /// Waits until `enough` is true of what was seen, at most 60 s.
  bool WaitFor(bool (*enough)(const Seen&)) const;
  /// Gives all bytes back, and from now on at once.
  void ReleaseAll();

 private:
  class Call;
  struct Shared {
    mutable Mutex mutex;
    Seen seen ABSL_GUARDED_BY(mutex);
    std::vector<std::pair<std::shared_ptr<GrpcResponder>, size_t>> unreleased ABSL_GUARDED_BY(mutex
    );
  };
  const std::shared_ptr<Shared> shared_ = std::make_shared<Shared>();
  std::atomic<bool> settles_at_once_;
};

}  // namespace tidings::net
