#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

namespace tidings::load {

/// How long something took, many times: quantiles that are at most 1 % above the true ones, in a
/// few kilobytes however many are added.
///
/// Thread safety: externally synchronised.
class LatencyHistogram {
 public:
  LatencyHistogram();

  void Add(std::chrono::nanoseconds latency);
  uint64_t count() const { return count_; }
  std::chrono::nanoseconds longest() const { return longest_; }

  /// Such that `share` of what was added took at most so long; 0 when nothing was added.
  std::chrono::nanoseconds Quantile(double share) const;

 private:
  std::vector<uint64_t> counts_;
  uint64_t count_ = 0;
  std::chrono::nanoseconds longest_{0};
};

}  // namespace tidings::load
