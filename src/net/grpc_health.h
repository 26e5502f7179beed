#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <absl/base/thread_annotations.h>
#include <absl/container/flat_hash_map.h>

#include "base/mutex.h"
#include "net/grpc.h"

namespace tidings::net {

/// Whether this server serves, as `grpc.health.v1.Health` tells it (grpc/grpc
/// doc/health-checking.md).
///
/// Thread safety: safe.
/// Lifetime:      shared with the methods that it registers.
class GrpcHealth : public std::enable_shared_from_this<GrpcHealth> {
 public:
  /// A new one serves.
  static std::shared_ptr<GrpcHealth> Create();

  /// Registers Check and Watch. Call when all other services are there: their names are the
  /// services that can be asked for, and the empty one, which stands for the server.
  void AddTo(GrpcServices& services);
  /// Watchers are told.
  void SetServing(bool serving);

 private:
  class CheckMethod;
  class WatchMethod;
  class WatchCall;
  using Watcher = std::function<void(bool serving)>;

  GrpcHealth() = default;
  bool Knows(std::string_view service) const;
  bool serving() const;
  uint64_t AddWatcher(const Watcher& watcher);
  void RemoveWatcher(uint64_t id);

  std::vector<std::string> names_;
  mutable Mutex mutex_;
  bool serving_ ABSL_GUARDED_BY(mutex_) = true;
  uint64_t next_id_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::flat_hash_map<uint64_t, Watcher> watchers_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace tidings::net
