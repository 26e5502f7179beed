#include "net/front_context.h"

#include <utility>

#include <spdlog/spdlog.h>

#include "base/text.h"

namespace tidings::net {

void UnknownMethods::Report(std::string_view path) {
  constexpr size_t kMaxReported = 100;
  {
    const MutexLock lock(mutex_);
    if (reported_.size() >= kMaxReported || !reported_.insert(std::string(path)).second) {
      return;
    }
  }
  spdlog::warn(
      "a client calls the gRPC method {}, which is not served; it gets UNIMPLEMENTED (said once)",
      EscapeForDisplay(path)
  );
}

bool AddressCounts::Enter(const std::string& address, uint32_t most) {
  const MutexLock lock(mutex_);
  uint32_t& count = counts_[address];
  if (count >= most) {
    return false;
  }
  ++count;
  return true;
}

void AddressCounts::Leave(const std::string& address) {
  const MutexLock lock(mutex_);
  const auto found = counts_.find(address);
  if (found != counts_.end() && --found->second == 0) {
    counts_.erase(found);
  }
}

void HandshakeFailures::Report(
    std::string_view address, std::string_view why, std::chrono::steady_clock::time_point now
) {
  constexpr std::chrono::seconds kPause(10);
  uint64_t unsaid = 0;
  {
    const MutexLock lock(mutex_);
    if (said_ && now - *said_ < kPause) {
      ++unsaid_;
      return;
    }
    said_ = now;
    unsaid = std::exchange(unsaid_, 0);
  }
  spdlog::warn(
      "the TLS handshake with {} failed: {} (and {} more since this was last said)",
      address,
      EscapeForDisplay(why),
      unsaid
  );
}

}  // namespace tidings::net
