#pragma once

#include <cstdint>
#include <memory>
#include <thread>

#include <absl/status/statusor.h>

#include "load/shape.h"
#include "load/socket.h"

namespace tidings::load {

/// A server that reads requests, drops them and says yes: what any server and the network must cost
/// at least, the floor below a measured one. It has one thread.
///
/// Thread safety: safe. Lifetime: the destructor ends its thread.
class DropServer {
 public:
  /// For requests of the protocol, on a free port of 127.0.0.1.
  static absl::StatusOr<std::unique_ptr<DropServer>> Start(Protocol protocol);
  DropServer(const DropServer&) = delete;
  DropServer& operator=(const DropServer&) = delete;
  ~DropServer();

  uint16_t port() const { return listener_.port(); }
  /// CPU time of the thread; after Stop.
  double cpu_seconds() const { return cpu_seconds_; }
  /// Idempotent.
  void Stop();

 private:
  DropServer(Protocol protocol, Socket listener, Socket waker, Socket woken);

  void Serve();

  const Protocol protocol_;
  const Socket listener_;
  /// What is written to the one can be read from the other: the end.
  Socket waker_;
  const Socket woken_;
  double cpu_seconds_ = 0;
  std::jthread thread_;
};

}  // namespace tidings::load
