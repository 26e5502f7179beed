#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "event/event.h"
#include "event/interval.h"
#include "query/buckets.h"

namespace tidings::query {

/// A number for each EventType.
using TypeCounts = std::array<uint64_t, 2>;

struct HistogramBucket {
  TypeCounts started{};  ///< shown start inside
  TypeCounts ended{};    ///< shown end inside
  TypeCounts active{};   ///< interval overlaps
};

/// Counts events over time. What lies outside of the window is not counted, also where the first
/// and last bucket reach further.
///
/// Thread safety: externally synchronised.
/// Lifetime:      borrows the buckets.
class HistogramBuilder {
 public:
  /// `window` is bounded and covered by the buckets.
  HistogramBuilder(const Buckets& buckets, const TimeWindow& window, int64_t now_ms);

  /// An event that overlaps the window.
  void Add(const EventView& event);

  std::vector<HistogramBucket> Finish() const;

 private:
  bool IsInside(int64_t time_ms) const;
  /// The bucket of a time between the first and the last edge.
  size_t BucketOf(int64_t time_ms) const;

  const Buckets& buckets_;
  const TimeWindow window_;
  const int64_t now_ms_;
  std::vector<HistogramBucket> counts_;
  /// How the number of active events changes from a bucket to the next.
  std::vector<std::array<int64_t, 2>> changes_;
};

}  // namespace tidings::query
