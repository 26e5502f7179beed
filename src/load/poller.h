#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>

#include <sys/epoll.h>

namespace tidings::load {

/// Tells which sockets can be read or written: a thin cover of epoll.
///
/// Thread safety: one thread.
class Poller {
 public:
  Poller();
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;
  ~Poller();

  /// `events` of EPOLLIN and EPOLLOUT; `tag` is told when one of them happens.
  void Add(int fd, uint64_t tag, uint32_t events) const;
  void Change(int fd, uint64_t tag, uint32_t events) const;

  /// Waits for at most `longest`, for ever without it, and calls `ready` for what happened.
  void Wait(
      std::optional<std::chrono::nanoseconds> longest,
      const std::function<void(uint64_t tag, uint32_t events)>& ready
  );

 private:
  int fd_;
  std::array<epoll_event, 256> events_;
};

}  // namespace tidings::load
