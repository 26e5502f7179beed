#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <thread>

#include <absl/base/thread_annotations.h>

#include "base/mutex.h"
#include "store/event_store.h"

namespace tidings::query {

/// Tells readers of the feed when there is something new for them, so that none of them has to ask
/// again and again. One thread does it for all: as soon as it is notified, and now and then, since
/// not every change of a store comes by a way that notifies.
///
/// Thread safety: safe.
/// Lifetime:      borrows the store; ends before it. What waits then is called, what comes later is
///                not.
class FeedWatch {
 public:
  explicit FeedWatch(const EventStore& store);
  ~FeedWatch();
  FeedWatch(const FeedWatch&) = delete;
  FeedWatch& operator=(const FeedWatch&) = delete;

  /// Something was committed. Cheap; from any thread.
  void Notify();

  /// Calls `wake` once, soon after the feed has gone beyond `after`, or after `patience`; from the
  /// watch's thread. It must be quick and must not wait.
  void Wait(uint64_t after, std::chrono::milliseconds patience, std::function<void()> wake);

 private:
  struct Waiter {
    uint64_t after = 0;
    std::chrono::steady_clock::time_point until;
    std::function<void()> wake;
  };

  void Run();
  /// Until somebody waits, and there may be something for them; false when the watch ends.
  bool WaitForWork();
  /// Those whose wait is over.
  std::list<Waiter> TakeReady(uint64_t sequence);

  const EventStore& store_;
  Mutex mutex_;
  std::list<Waiter> waiters_ ABSL_GUARDED_BY(mutex_);
  bool notified_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::jthread thread_;
};

}  // namespace tidings::query
