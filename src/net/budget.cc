#include "net/budget.h"

#include <algorithm>
#include <utility>

namespace tidings::net {

bool Budget::TryAdd(size_t bytes, size_t held) {
  size_t used = used_.load();
  do {
    if (used > held && used + bytes > limit_) {
      return false;
    }
  } while (!used_.compare_exchange_weak(used, used + bytes));
  return true;
}

bool Budget::TryReserve(size_t bytes, size_t held) {
  return waiting_count_.load() == 0 && TryAdd(bytes, held);
}

void Budget::Release(size_t bytes) {
  used_.fetch_sub(bytes);
  if (waiting_count_.load() > 0) {
    GrantInTurn();
  }
}

void Budget::Enqueue(std::shared_ptr<InflightAccount> account, size_t bytes, size_t held) {
  {
    const MutexLock lock(mutex_);
    waiting_.push_back({std::move(account), bytes, held});
    waiting_count_.store(waiting_.size());
  }
  // What was released between the caller's attempt and the push would wake nobody else.
  GrantInTurn();
}

bool Budget::Remove(const InflightAccount* account) {
  bool removed = false;
  {
    const MutexLock lock(mutex_);
    const auto is_account = [account](const Waiting& waiting) {
      return waiting.account.get() == account;
    };
    const auto found = std::find_if(waiting_.begin(), waiting_.end(), is_account);
    if (found != waiting_.end()) {
      waiting_.erase(found);
      waiting_count_.store(waiting_.size());
      removed = true;
    }
  }
  if (removed) {
    GrantInTurn();
  }
  return removed;
}

void Budget::GrantInTurn() {
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
    next.account->OnGranted(next.bytes);
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
  if (!waiting_.empty() || !FitsOwnLimit(bytes, held) || !budget_->TryReserve(bytes, held)) {
    return false;
  }
  used_.fetch_add(bytes);
  return true;
}

void InflightAccount::Release(size_t bytes) {
  if (bytes == 0) {
    return;
  }
  used_.fetch_sub(bytes);
  budget_->Release(bytes);
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
    DropStaleGrant();
    wake_();
  }
  someone_waits_.store(!waiting_.empty());
}

void InflightAccount::DropStaleGrant() {
  if (!queued_) {
    return;
  }
  queued_ = false;
  if (budget_->Remove(this)) {
    return;
  }
  budget_->Release(TakeGrant(1));
}

size_t InflightAccount::TakeGrant(size_t at_least) {
  const MutexLock lock(mutex_);
  return granted_ < at_least ? 0 : std::exchange(granted_, 0);
}

InflightAccount::Turn InflightAccount::ServeFirst() {
  const Waiting first = waiting_.front();
  if (queued_) {
    const size_t granted = TakeGrant(first.bytes);
    if (granted == 0) {
      return Turn::kQueued;
    }
    queued_ = false;
    // More than asked for: an earlier waiter's grant came after it had given up.
    budget_->Remove(this);
    budget_->Release(granted - first.bytes);
  } else {
    if (!FitsOwnLimit(first.bytes, first.held)) {
      return Turn::kFull;
    }
    if (!budget_->TryReserve(first.bytes, first.held)) {
      queued_ = true;
      budget_->Enqueue(shared_from_this(), first.bytes, first.held);
      return Turn::kQueued;
    }
  }
  waiting_.pop_front();
  someone_waits_.store(!waiting_.empty());
  used_.fetch_add(first.bytes);
  first.waiter->OnRoom(first.bytes);
  return Turn::kServed;
}

void InflightAccount::Pump() {
  if (!queued_) {
    budget_->Release(TakeGrant(1));
  }
  while (!waiting_.empty() && ServeFirst() == Turn::kServed) {
  }
}

void InflightAccount::Close() {
  waiting_.clear();
  someone_waits_.store(false);
  {
    const MutexLock lock(mutex_);
    closed_ = true;
  }
  DropStaleGrant();
}

void InflightAccount::OnGranted(size_t bytes) {
  {
    const MutexLock lock(mutex_);
    if (!closed_) {
      granted_ += bytes;
      bytes = 0;
    }
  }
  if (bytes > 0) {
    budget_->Release(bytes);
    return;
  }
  wake_();
}

}  // namespace tidings::net
