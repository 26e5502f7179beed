#include "query/feed_watch.h"

#include <utility>

namespace tidings::query {
namespace {

/// Between two looks at the store, while somebody waits and nobody notifies.
constexpr std::chrono::milliseconds kLookEvery(250);
/// While commit follows commit, readers are woken for some of them together.
constexpr std::chrono::milliseconds kWakeEvery(5);

}  // namespace

FeedWatch::FeedWatch(const EventStore& store) : store_(store), thread_([this] { Run(); }) {}

FeedWatch::~FeedWatch() {
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
  }
  thread_.join();
  std::list<Waiter> left;
  {
    const MutexLock lock(mutex_);
    left = std::move(waiters_);
  }
  for (const Waiter& waiter : left) {
    waiter.wake();
  }
}

void FeedWatch::Wait(
    uint64_t after, std::chrono::milliseconds patience, std::function<void()> wake
) {
  const auto until = std::chrono::steady_clock::now() + patience;
  const MutexLock lock(mutex_);
  if (stopping_) {
    return;
  }
  // What was committed since the waiter looked was notified to nobody.
  notified_ = true;
  waiters_.push_back({.after = after, .until = until, .wake = std::move(wake)});
}

void FeedWatch::Notify() {
  const MutexLock lock(mutex_);
  notified_ = true;
}

void FeedWatch::Run() {
  while (WaitForWork()) {
    for (const Waiter& waiter : TakeReady(store_.LastSequence())) {
      waiter.wake();
    }
    const MutexLock lock(mutex_);
    mutex_.AwaitFor(kWakeEvery, [this] {
      mutex_.AssertHeld();
      return stopping_;
    });
  }
}

bool FeedWatch::WaitForWork() {
  const MutexLock lock(mutex_);
  mutex_.Await([this] {
    mutex_.AssertHeld();
    return stopping_ || !waiters_.empty();
  });
  mutex_.AwaitFor(kLookEvery, [this] {
    mutex_.AssertHeld();
    return stopping_ || notified_;
  });
  notified_ = false;
  return !stopping_;
}

std::list<FeedWatch::Waiter> FeedWatch::TakeReady(uint64_t sequence) {
  const auto now = std::chrono::steady_clock::now();
  std::list<Waiter> ready;
  const MutexLock lock(mutex_);
  for (auto waiter = waiters_.begin(); waiter != waiters_.end();) {
    const auto next = std::next(waiter);
    if (waiter->after < sequence || waiter->until <= now) {
      ready.splice(ready.end(), waiters_, waiter);
    }
    waiter = next;
  }
  return ready;
}

}  // namespace tidings::query
