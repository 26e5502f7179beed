#include "load/poller.h"

#include <algorithm>
#include <unistd.h>

namespace tidings::load {

Poller::Poller() : fd_(epoll_create1(EPOLL_CLOEXEC)), events_{} {}

Poller::~Poller() {
  close(fd_);
}

void Poller::Add(int fd, uint64_t tag, uint32_t events) const {
  epoll_event event{.events = events, .data = {.u64 = tag}};
  epoll_ctl(fd_, EPOLL_CTL_ADD, fd, &event);
}

void Poller::Change(int fd, uint64_t tag, uint32_t events) const {
  epoll_event event{.events = events, .data = {.u64 = tag}};
  epoll_ctl(fd_, EPOLL_CTL_MOD, fd, &event);
}

void Poller::Wait(
    std::optional<std::chrono::nanoseconds> longest,
    const std::function<void(uint64_t tag, uint32_t events)>& ready
) {
  // Not epoll_wait: a fixed rate needs pauses below its millisecond.
  timespec time{};
  if (longest) {
    const auto wait = std::max(*longest, std::chrono::nanoseconds(0));
    const auto seconds = std::chrono::floor<std::chrono::seconds>(wait);
    time = {.tv_sec = seconds.count(), .tv_nsec = (wait - seconds).count()};
  }
  const int count = epoll_pwait2(
      fd_, events_.data(), static_cast<int>(events_.size()), longest ? &time : nullptr, nullptr
  );
  for (int i = 0; i < count; ++i) {
    ready(events_[static_cast<size_t>(i)].data.u64, events_[static_cast<size_t>(i)].events);
  }
}

}  // namespace tidings::load
