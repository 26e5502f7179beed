#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include "event/interval.h"

/// How a stretch of time is cut into buckets.
namespace tidings::query {

inline constexpr size_t kMaxBuckets = 1000;
inline constexpr int64_t kMinStepMs = 1000;
inline constexpr int64_t kDayMs = 86'400'000;

/// Bucket i is [edges[i], edges[i + 1]).
struct Buckets {
  int64_t step_ms = 0;
  /// Ascending, at least two.
  std::vector<int64_t> edges;

  size_t count() const { return edges.size() - 1; }
};

/// The buckets of `step_ms` that cover `window` (bounded, not reversed), aligned to the epoch; for
/// steps of whole days to the days of `zone`, which may last 23 or 25 hours; a day that the zone
/// left out, crossing the date line, has no bucket.
/// Errors: kInvalidArgument when the step is less than a second or there are more than kMaxBuckets.
absl::StatusOr<Buckets> CutBySteps(
    const TimeWindow& window, int64_t step_ms, const absl::TimeZone& zone
);

/// At most `count` buckets (1..kMaxBuckets) that cover `window`, of the least round step for that.
Buckets CutInto(const TimeWindow& window, size_t count, const absl::TimeZone& zone);

}  // namespace tidings::query
