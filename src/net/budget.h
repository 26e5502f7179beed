#pragma once

#include <atomic>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>

#include <absl/base/thread_annotations.h>

#include "base/mutex.h"

namespace tidings::net {

class InflightAccount;

/// Bytes in flight in all: read from a client, and not yet committed or thrown away.
///
/// Connections that wait for room are served in turn, one message each; while some wait, nobody
/// overtakes them. However large something is, it gets in when nothing else is in flight; `held` is
/// what the asker has already, for something that grows.
/// Thread safety: safe.
/// Lifetime:      shared, because a responder may give bytes back after the front has gone.
class Budget {
 public:
  explicit Budget(size_t limit) : limit_(limit) {}

  bool TryReserve(size_t bytes, size_t held);
  void Release(size_t bytes);
  /// Calls OnGranted of `account` when it is its turn and `bytes` are reserved for it.
  void Enqueue(std::shared_ptr<InflightAccount> account, size_t bytes, size_t held);
  /// Takes `account` out of the queue. False when it does not stand there (any more).
  bool Remove(const InflightAccount* account);
  size_t used() const { return used_.load(std::memory_order_relaxed); }

 private:
  struct Waiting {
    std::shared_ptr<InflightAccount> account;
    size_t bytes = 0;
    size_t held = 0;
  };
  bool TryAdd(size_t bytes, size_t held);
  void GrantInTurn();

  const size_t limit_;
  std::atomic<size_t> used_{0};
  std::atomic<size_t> waiting_count_{0};
  Mutex mutex_;
  std::deque<Waiting> waiting_ ABSL_GUARDED_BY(mutex_);
};

/// Something of a connection that waits for room.
class RoomWaiter {
 public:
  virtual ~RoomWaiter() = default;
  /// `bytes` are reserved for it now, as it asked. On the connection's io thread.
  virtual void OnRoom(size_t bytes) = 0;
};

/// The bytes in flight of one connection, within its own limit and the budget of all.
///
/// Thread safety: Release, OnGranted: any thread. The rest: the connection's io thread.
/// Lifetime:      shared by the connection, its responders and the budget's queue.
class InflightAccount : public std::enable_shared_from_this<InflightAccount> {
 public:
  /// `wake` is called from any thread when Pump should be called on the io thread.
  InflightAccount(std::shared_ptr<Budget> budget, size_t limit, std::function<void()> wake);

  /// False when there is no room, or others wait for it already.
  bool TryReserve(size_t bytes, size_t held = 0);
  void Release(size_t bytes);

  /// Puts `waiter` into the queue; it must be cancelled before it dies.
  void Wait(RoomWaiter& waiter, size_t bytes, size_t held = 0);
  void Cancel(const RoomWaiter& waiter);
  /// Serves waiters while there is room.
  void Pump();
  /// The connection ends: nobody waits any more.
  void Close();

  void OnGranted(size_t bytes);
  size_t used() const { return used_.load(std::memory_order_relaxed); }

 private:
  struct Waiting {
    RoomWaiter* waiter = nullptr;
    size_t bytes = 0;
    size_t held = 0;
  };
  enum class Turn { kServed, kQueued, kFull };
  Turn ServeFirst();
  bool FitsOwnLimit(size_t bytes, size_t held) const;
  void DropStaleGrant();
  /// The whole grant, or 0 when it is less than that.
  size_t TakeGrant(size_t at_least) ABSL_LOCKS_EXCLUDED(mutex_);

  const std::shared_ptr<Budget> budget_;
  const size_t limit_;
  const std::function<void()> wake_;
  std::atomic<size_t> used_{0};
  std::atomic<bool> someone_waits_{false};
  std::deque<Waiting> waiting_;
  /// Whether the account stands in the budget's queue, or was granted and did not use it yet.
  bool queued_ = false;
  Mutex mutex_;
  size_t granted_ ABSL_GUARDED_BY(mutex_) = 0;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace tidings::net
