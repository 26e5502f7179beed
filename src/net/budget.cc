#include "net/budget.h"

#include <algorithm>
#include <utility>

namespace tidings::net {

bool RoomPool::TryAdd(size_t bytes, size_t held) {
  size_t used = used_.load();
  do {
    if (used > held && used + bytes > limit_.load()) {
      return false;
    }
  } while (!used_.compare_exchange_weak(used, used + bytes));
  return true;
}

bool RoomPool::TryReserve(size_t bytes, size_t held) {
  return waiting_count_.load() == 0 && TryAdd(bytes, held);
}

void RoomPool::Release(size_t bytes) {
  used_.fetch_sub(bytes);
  if (waiting_count_.load() > 0) {
    GrantInTurn();
  }
}

void RoomPool::SetLimit(size_t limit) {
  limit_.store(limit);
  GrantInTurn();
}

void RoomPool::Enqueue(
    std::shared_ptr<InflightAccount> account, uint64_t ticket, size_t bytes, size_t held
) {
  {
    const MutexLock lock(mutex_);
    waiting_.push_back({std::move(account), ticket, bytes, held});
    waiting_count_.store(waiting_.size());
  }
  // What was released between the caller's attempt and the push would wake nobody else.
  GrantInTurn();
}

void RoomPool::Remove(const InflightAccount* account) {
  {
    const MutexLock lock(mutex_);
    const auto is_account = [account](const Waiting& waiting) {
      return waiting.account.get() == account;
    };
    const auto found = std::find_if(waiting_.begin(), waiting_.end(), is_account);
    if (found == waiting_.end()) {
      return;
    }
    waiting_.erase(found);
    waiting_count_.store(waiting_.size());
  }
  GrantInTurn();
}

void RoomPool::GrantInTurn() {
  while (true) {
    Waiting next;
    {
      const MutexLock lock(mutex_);
      if (waiting_.empty() || !TryAdd(waiting_.front().bytes, waiting_.front().held)) {
        return;
      }
      next = std::move(waiting_.front());
      waiting_.pop_front();
      waiting_count_.store(waiting_.size());
    }
    next.account->OnGranted(*this, next.ticket, next.bytes);
  }
}

InflightAccount::InflightAccount(
    std::shared_ptr<Budget> budget, size_t limit, std::function<void()> wake
)
    : budget_(std::move(budget)), limit_(limit), wake_(std::move(wake)) {}

bool InflightAccount::FitsOwnLimit(size_t bytes, size_t held) const {
  const size_t used = used_.load();
  return used <= held || used + bytes <= limit_;
}

bool InflightAccount::TryReserve(size_t bytes, size_t held) {
  return waiting_.empty() && FitsOwnLimit(bytes, held) && TryTake(bytes, held);
}

bool InflightAccount::TryTake(size_t bytes, size_t held) {
  if (budget_->IsLittle(used() + bytes) && budget_->little().TryReserve(bytes, held)) {
    Note(budget_->little(), bytes);
    return true;
  }
  if (!budget_->much().TryReserve(bytes, held)) {
    return false;
  }
  Note(budget_->much(), bytes);
  return true;
}

void InflightAccount::Note(const RoomPool& pool, size_t bytes) {
  // Both in one step: a Release in between would give back to the wrong pool.
  const MutexLock lock(mutex_);
  used_.fetch_add(bytes);
  little_ += &pool == &budget_->little() ? bytes : 0;
}

void InflightAccount::Release(size_t bytes) {
  if (bytes == 0) {
    return;
  }
  size_t of_little = 0;
  size_t of_much = 0;
  {
    const MutexLock lock(mutex_);
    of_much = std::min(bytes, used_.load() - little_);
    of_little = bytes - of_much;
    little_ -= of_little;
    used_.fetch_sub(bytes);
  }
  if (of_much > 0) {
    budget_->much().Release(of_much);
  }
  if (of_little > 0) {
    budget_->little().Release(of_little);
  }
  if (someone_waits_.load()) {
    wake_();
  }
}

void InflightAccount::Wait(RoomWaiter& waiter, size_t bytes, size_t held) {
  waiting_.push_back({&waiter, bytes, held});
  someone_waits_.store(true);
  // Not served at once: the caller is in the middle of something. What was released since its
  // attempt is seen when the io thread gets to it.
  wake_();
}

void InflightAccount::Cancel(const RoomWaiter& waiter) {
  const auto is_waiter = [&waiter](const Waiting& waiting) { return waiting.waiter == &waiter; };
  const auto found = std::find_if(waiting_.begin(), waiting_.end(), is_waiter);
  if (found == waiting_.end()) {
    return;
  }
  const bool was_first = found == waiting_.begin();
  waiting_.erase(found);
  if (was_first) {
    LeaveQueue();
    wake_();
  }
  someone_waits_.store(!waiting_.empty());
}

void InflightAccount::Queue(size_t bytes, size_t held) {
  RoomPool& pool = budget_->IsLittle(used() + bytes) ? budget_->little() : budget_->much();
  uint64_t ticket = 0;
  {
    const MutexLock lock(mutex_);
    queue_ = &pool;
    ticket = ++ticket_;
  }
  pool.Enqueue(shared_from_this(), ticket, bytes, held);
}

void InflightAccount::LeaveQueue() {
  RoomPool* queue = nullptr;
  size_t granted = 0;
  {
    const MutexLock lock(mutex_);
    queue = std::exchange(queue_, nullptr);
    granted = std::exchange(granted_, 0);
  }
  if (queue == nullptr) {
    return;
  }
  queue->Remove(this);
  queue->Release(granted);
}

bool InflightAccount::TakeGrant() {
  RoomPool* queue = nullptr;
  size_t granted = 0;
  {
    const MutexLock lock(mutex_);
    if (granted_ == 0) {
      return false;
    }
    queue = std::exchange(queue_, nullptr);
    granted = std::exchange(granted_, 0);
  }
  Note(*queue, granted);
  return true;
}

InflightAccount::Turn InflightAccount::ServeFirst() {
  const Waiting first = waiting_.front();
  const bool is_queued = [this] {
    const MutexLock lock(mutex_);
    return queue_ != nullptr;
  }();
  if (is_queued) {
    if (!TakeGrant()) {
      return Turn::kQueued;
    }
  } else if (!FitsOwnLimit(first.bytes, first.held)) {
    return Turn::kFull;
  } else if (!TryTake(first.bytes, first.held)) {
    Queue(first.bytes, first.held);
    return Turn::kQueued;
  }
  waiting_.pop_front();
  someone_waits_.store(!waiting_.empty());
  first.waiter->OnRoom(first.bytes);
  return Turn::kServed;
}

void InflightAccount::Pump() {
  while (!waiting_.empty() && ServeFirst() == Turn::kServed) {
  }
}

void InflightAccount::Close() {
  waiting_.clear();
  someone_waits_.store(false);
  LeaveQueue();
}

void InflightAccount::OnGranted(RoomPool& pool, uint64_t ticket, size_t bytes) {
  {
    const MutexLock lock(mutex_);
    if (queue_ == &pool && ticket_ == ticket) {
      granted_ = bytes;
      bytes = 0;
    }
  }
  if (bytes > 0) {
    pool.Release(bytes);
    return;
  }
  wake_();
}

}  // namespace tidings::net
