#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>

#include <absl/base/thread_annotations.h>

#include "base/mutex.h"

namespace tidings::net {

class InflightAccount;

/// Room for a number of bytes, and the queue of those who wait for some.
///
/// Connections that wait are served in turn, one message each; while some wait, nobody overtakes
/// them. However large something is, it gets in when nothing else is in; `held` is what the asker
/// has already, for something that grows.
/// Thread safety: safe.
class RoomPool {
 public:
  explicit RoomPool(size_t limit) : limit_(limit) {}

  bool TryReserve(size_t bytes, size_t held);
  void Release(size_t bytes);
  /// What is in already stays in.
  void SetLimit(size_t limit);
  /// Calls OnGranted of `account` with `ticket` when it is its turn and `bytes` are reserved for
  /// it.
  void Enqueue(
      std::shared_ptr<InflightAccount> account, uint64_t ticket, size_t bytes, size_t held
  );
  /// Takes `account` out of the queue, if it still stands there.
  void Remove(const InflightAccount* account);
  size_t used() const { return used_.load(std::memory_order_relaxed); }

 private:
  struct Waiting {
    std::shared_ptr<InflightAccount> account;
    uint64_t ticket = 0;
    size_t bytes = 0;
    size_t held = 0;
  };
  bool TryAdd(size_t bytes, size_t held);
  void GrantInTurn();

  std::atomic<size_t> limit_;
  std::atomic<size_t> used_{0};
  std::atomic<size_t> waiting_count_{0};
  Mutex mutex_;
  std::deque<Waiting> waiting_ ABSL_GUARDED_BY(mutex_);
};

/// Bytes in flight in all: read from a client, and not yet committed or thrown away.
///
/// A quarter is for connections with little in flight. Else a few clients that announce large
/// messages and send them slowly would hold everything, and a report of 300 bytes would be refused.
/// Thread safety: safe.
/// Lifetime:      shared, because a responder may give bytes back after the front has gone.
class Budget {
 public:
  /// What one connection may have in flight and still count as little.
  static constexpr size_t kLittle = size_t{128} << 10;
  /// A budget that holds less than this many times kLittle is not shared out.
  static constexpr size_t kWorthSharing = 64;

  explicit Budget(size_t limit)
      : little_limit_(LittleOf(limit)), little_(LittleOf(limit)), much_(limit - LittleOf(limit)) {}

  /// What is in already stays in, where it is.
  void SetLimit(size_t limit) {
    little_limit_ = LittleOf(limit);
    little_.SetLimit(LittleOf(limit));
    much_.SetLimit(limit - LittleOf(limit));
  }

  /// The room for connections with little in flight.
  RoomPool& little() { return little_; }
  /// The room for all.
  RoomPool& much() { return much_; }
  /// Whether a connection that will have `total` bytes in flight has little.
  bool IsLittle(size_t total) const { return little_limit_ > 0 && total <= kLittle; }
  size_t used() const { return little_.used() + much_.used(); }

 private:
  static size_t LittleOf(size_t limit) { return limit < kWorthSharing * kLittle ? 0 : limit / 4; }

  std::atomic<size_t> little_limit_;
  RoomPool little_;
  RoomPool much_;
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

  /// `pool` has reserved `bytes` for the one who queued with `ticket`.
  void OnGranted(RoomPool& pool, uint64_t ticket, size_t bytes) ABSL_LOCKS_EXCLUDED(mutex_);
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
  bool TryTake(size_t bytes, size_t held) ABSL_LOCKS_EXCLUDED(mutex_);
  void Note(const RoomPool& pool, size_t bytes) ABSL_LOCKS_EXCLUDED(mutex_);
  void Queue(size_t bytes, size_t held) ABSL_LOCKS_EXCLUDED(mutex_);
  /// Whether the grant that was queued for is there; then it is noted and the queue is left.
  bool TakeGrant() ABSL_LOCKS_EXCLUDED(mutex_);
  void LeaveQueue() ABSL_LOCKS_EXCLUDED(mutex_);

  const std::shared_ptr<Budget> budget_;
  const size_t limit_;
  const std::function<void()> wake_;
  std::atomic<size_t> used_{0};
  std::atomic<bool> someone_waits_{false};
  std::deque<Waiting> waiting_;
  Mutex mutex_;
  /// What of `used_` lies in the room for connections with little in flight.
  size_t little_ ABSL_GUARDED_BY(mutex_) = 0;
  /// Where the account stands in the queue, or was granted and did not use it yet; null: nowhere.
  RoomPool* queue_ ABSL_GUARDED_BY(mutex_) = nullptr;
  /// Of the latest queueing: a grant to an earlier one, which gave up, is given back.
  uint64_t ticket_ ABSL_GUARDED_BY(mutex_) = 0;
  size_t granted_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace tidings::net
