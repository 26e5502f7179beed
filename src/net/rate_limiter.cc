#include "net/rate_limiter.h"

#include <algorithm>
#include <cmath>

#include "base/hash.h"

namespace tidings::net {
namespace {

double PaidOff(double debt, double rate, double seconds) {
  return std::max(0.0, debt - rate * seconds);
}

/// Seconds until `debt` is no more than a burst.
double SecondsOver(double debt, double rate, double burst_seconds) {
  return rate == 0 ? 0 : std::max(0.0, debt / rate - burst_seconds);
}

}  // namespace

uint64_t RateLimiter::PlaceOf(std::string_view key) const {
  return Xxh3Low(key, options_.seed);
}

void RateLimiter::PayOff(Debt& debt, TimePoint now) const {
  const double seconds = std::chrono::duration<double>(now - debt.at).count();
  debt.at = now;
  debt.events = PaidOff(debt.events, rate_.events_per_second, seconds);
  debt.bytes = PaidOff(debt.bytes, static_cast<double>(rate_.bytes_per_second), seconds);
}

void RateLimiter::SetRate(const Rate& rate) {
  const MutexLock lock(mutex_);
  rate_ = rate;
  is_limited_ = rate.is_limited();
}

std::chrono::milliseconds RateLimiter::WaitOf(std::string_view key, TimePoint now) {
  if (!is_limited()) {
    return {};
  }
  const MutexLock lock(mutex_);
  const auto found = debts_.find(PlaceOf(key));
  // Only who shares a place with others is in debt without one of its own.
  Debt& debt = found != debts_.end() ? found->second : of_others_;
  if (found == debts_.end() && debts_.size() < options_.max_keys) {
    return {};
  }
  PayOff(debt, now);
  const double seconds = std::max(
      SecondsOver(debt.events, rate_.events_per_second, options_.burst_seconds),
      SecondsOver(debt.bytes, static_cast<double>(rate_.bytes_per_second), options_.burst_seconds)
  );
  return std::chrono::milliseconds(static_cast<int64_t>(std::ceil(seconds * 1000)));
}

void RateLimiter::Charge(std::string_view key, uint64_t events, uint64_t bytes, TimePoint now) {
  if (!is_limited()) {
    return;
  }
  const MutexLock lock(mutex_);
  Debt& debt = Find(key, now);
  PayOff(debt, now);
  debt.events += rate_.events_per_second == 0 ? 0 : static_cast<double>(events);
  debt.bytes += rate_.bytes_per_second == 0 ? 0 : static_cast<double>(bytes);
}

RateLimiter::Debt& RateLimiter::Find(std::string_view key, TimePoint now) {
  const uint64_t place = PlaceOf(key);
  if (const auto found = debts_.find(place); found != debts_.end()) {
    return found->second;
  }
  if (debts_.size() >= options_.max_keys) {
    Forget(now);
  }
  if (debts_.size() >= options_.max_keys) {
    return of_others_;
  }
  return debts_.emplace(place, Debt{.at = now}).first->second;
}

void RateLimiter::Forget(TimePoint now) {
  // Looking at all of them is worth it only now and then.
  constexpr std::chrono::seconds kPause(1);
  if (now - forgot_at_ < kPause) {
    return;
  }
  forgot_at_ = now;
  absl::erase_if(debts_, [this, now](auto& entry) {
    PayOff(entry.second, now);
    return entry.second.events == 0 && entry.second.bytes == 0;
  });
}

size_t RateLimiter::size() const {
  const MutexLock lock(mutex_);
  return debts_.size();
}

std::string_view RateKeyOf(std::string_view address) {
  // As Asio writes it: groups without leading zeros, the longest run of zero groups as "::".
  if (address.find(':') == std::string_view::npos || address.starts_with("::ffff:")) {
    return address;
  }
  size_t end = 0;
  for (int groups = 0; groups < 4; ++groups) {
    const size_t colon = address.find(':', end);
    if (colon == std::string_view::npos || address.substr(colon).starts_with("::")) {
      return address.substr(0, colon);
    }
    end = colon + 1;
  }
  return address.substr(0, end - 1);
}

}  // namespace tidings::net
