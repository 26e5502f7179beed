#include "load/latency_histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace tidings::load {
namespace {

/// Each power of two of microseconds is cut into 2^7 buckets of one size.
constexpr size_t kStepBits = 7;
constexpr uint64_t kSteps = uint64_t{1} << kStepBits;
/// Up to 2^36 us, 19 hours.
constexpr size_t kBuckets = (36 - kStepBits + 1) * kSteps;

size_t BucketOf(uint64_t us) {
  if (us < kSteps) {
    return us;
  }
  const auto shift = static_cast<size_t>(std::bit_width(us)) - 1 - kStepBits;
  return std::min<size_t>((shift << kStepBits) + (us >> shift), kBuckets - 1);
}

/// The longest latency that falls into the bucket.
uint64_t UpperBoundUs(size_t bucket) {
  if (bucket < 2 * kSteps) {
    return bucket;
  }
  const size_t shift = (bucket >> kStepBits) - 1;
  const uint64_t step = bucket - (shift << kStepBits);
  return ((step + 1) << shift) - 1;
}

}  // namespace

LatencyHistogram::LatencyHistogram() : counts_(kBuckets, 0) {}

void LatencyHistogram::Add(std::chrono::nanoseconds latency) {
  const auto us = std::chrono::ceil<std::chrono::microseconds>(latency).count();
  ++counts_[BucketOf(static_cast<uint64_t>(std::max<int64_t>(us, 0)))];
  ++count_;
  longest_ = std::max(longest_, latency);
}

std::chrono::nanoseconds LatencyHistogram::Quantile(double share) const {
  const auto wanted =
      std::max<uint64_t>(static_cast<uint64_t>(std::ceil(share * static_cast<double>(count_))), 1);
  uint64_t seen = 0;
  for (size_t bucket = 0; bucket < counts_.size(); ++bucket) {
    seen += counts_[bucket];
    if (seen >= wanted) {
      return std::min<std::chrono::nanoseconds>(
          std::chrono::microseconds(UpperBoundUs(bucket)), longest_
      );
    }
  }
  return longest_;
}

}  // namespace tidings::load
