#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <absl/base/thread_annotations.h>
#include <absl/container/flat_hash_map.h>

#include "base/mutex.h"
#include "net/config.h"

namespace tidings::net {

/// A bucket of tokens per key, as a debt: what was sent is owed and paid off at the rate. Whoever
/// owes more than a burst waits; what has begun is taken in whole, and owed.
///
/// Memory is bounded whatever keys clients think of: a key without debts is forgotten, and when all
/// places are taken by debtors, newcomers share one.
/// Thread safety: safe.
class RateLimiter {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;
  struct Options {
    Rate rate;
    double burst_seconds = 2;
    size_t max_keys = 65'536;
    /// So that clients cannot choose keys that share a place.
    uint64_t seed = 0;
  };

  explicit RateLimiter(const Options& options)
      : options_(options), is_limited_(options.rate.is_limited()), rate_(options.rate) {}

  bool is_limited() const { return is_limited_.load(std::memory_order_relaxed); }

  /// Debts stay, and are paid off at the new rate.
  void SetRate(const Rate& rate);

  /// How long `key` must wait; 0: not at all.
  std::chrono::milliseconds WaitOf(std::string_view key, TimePoint now);
  void Charge(std::string_view key, uint64_t events, uint64_t bytes, TimePoint now);
  size_t size() const;

 private:
  struct Debt {
    double events = 0;
    double bytes = 0;
    TimePoint at;
  };
  uint64_t PlaceOf(std::string_view key) const;
  void PayOff(Debt& debt, TimePoint now) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Debt& Find(std::string_view key, TimePoint now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Forget(TimePoint now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const Options options_;
  /// So that the lock is not taken for nothing.
  std::atomic<bool> is_limited_;
  mutable Mutex mutex_;
  Rate rate_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<uint64_t, Debt> debts_ ABSL_GUARDED_BY(mutex_);
  Debt of_others_ ABSL_GUARDED_BY(mutex_);
  TimePoint forgot_at_ ABSL_GUARDED_BY(mutex_);
};

/// Who an address counts as: of IPv6 the network of 64 bits, since a host may have all of it.
std::string_view RateKeyOf(std::string_view address);

}  // namespace tidings::net
