#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <absl/status/statusor.h>

namespace tidings::load {

/// A TCP socket that closes itself; reads and writes never block.
///
/// Thread safety: externally synchronised.
class Socket {
 public:
  /// What a read or write moved; with 0 bytes either nothing could be moved now, or it is over.
  struct Moved {
    size_t bytes = 0;
    bool is_over = false;
  };

  Socket() = default;
  explicit Socket(int fd) : fd_(fd) {}
  Socket(Socket&& other) noexcept;
  Socket& operator=(Socket&& other) noexcept;
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  ~Socket();

  /// Waits for the connection. Errors: kUnavailable - tells the address and why.
  static absl::StatusOr<Socket> Connect(const std::string& host, uint16_t port);
  /// On a free port of 127.0.0.1.
  static absl::StatusOr<Socket> Listen();

  int fd() const { return fd_; }
  /// Where it listens.
  uint16_t port() const;
  /// The next connection of a listening socket; fd() is negative when none waits.
  Socket Accept() const;
  Moved Read(char* into, size_t size) const;
  Moved Write(std::string_view bytes) const;

 private:
  int fd_ = -1;
};

}  // namespace tidings::load
