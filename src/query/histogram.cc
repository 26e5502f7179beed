#include "query/histogram.h"

#include <algorithm>
#include <optional>

namespace tidings::query {

HistogramBuilder::HistogramBuilder(const Buckets& buckets, const TimeWindow& window, int64_t now_ms)
    : buckets_(buckets),
      window_(window),
      now_ms_(now_ms),
      counts_(buckets.count()),
      changes_(buckets.count() + 1) {}

bool HistogramBuilder::IsInside(int64_t time_ms) const {
  return window_.from == window_.to ? time_ms == window_.from
                                    : window_.from <= time_ms && time_ms < window_.to;
}

size_t HistogramBuilder::BucketOf(int64_t time_ms) const {
  const auto above = std::upper_bound(buckets_.edges.begin(), buckets_.edges.end(), time_ms);
  return static_cast<size_t>(above - buckets_.edges.begin()) - 1;
}

void HistogramBuilder::Add(const EventView& event) {
  const auto type = static_cast<size_t>(event.type);
  const ShownTimes times = ShownTimesOf(event);
  if (times.start && IsInside(*times.start)) {
    ++counts_[BucketOf(*times.start)].started[type];
  }
  if (times.end && IsInside(*times.end)) {
    ++counts_[BucketOf(*times.end)].ended[type];
  }
  const Interval interval = IntervalOf(event, now_ms_);
  const int64_t last_ms = std::max(window_.from, window_.to - 1);
  ++changes_[BucketOf(std::max(interval.lo, window_.from))][type];
  --changes_[BucketOf(std::min(interval.hi, last_ms)) + 1][type];
}

std::vector<HistogramBucket> HistogramBuilder::Finish() const {
  std::vector<HistogramBucket> counts = counts_;
  std::array<int64_t, 2> active{};
  for (size_t i = 0; i < counts.size(); ++i) {
    for (size_t type = 0; type < active.size(); ++type) {
      active[type] += changes_[i][type];
      counts[i].active[type] = static_cast<uint64_t>(active[type]);
    }
  }
  return counts;
}

}  // namespace tidings::query
