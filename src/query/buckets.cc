#include "query/buckets.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/status.h"
#include "base/time_text.h"

namespace tidings::query {
namespace {

constexpr int64_t kSecond = 1000;
constexpr int64_t kMinute = 60 * kSecond;
constexpr int64_t kHour = 60 * kMinute;

/// Steps that people find round; above them whole numbers of days.
constexpr std::array<int64_t, 19> kRoundSteps = {
    kSecond,
    2 * kSecond,
    5 * kSecond,
    10 * kSecond,
    15 * kSecond,
    30 * kSecond,
    kMinute,
    2 * kMinute,
    5 * kMinute,
    10 * kMinute,
    15 * kMinute,
    30 * kMinute,
    kHour,
    2 * kHour,
    3 * kHour,
    6 * kHour,
    12 * kHour,
    kDayMs,
    7 * kDayMs};

int64_t FloorTo(int64_t value, int64_t step) {
  const int64_t remainder = value % step;
  return value - (remainder < 0 ? remainder + step : remainder);
}

int64_t DayOf(int64_t ms, const absl::TimeZone& zone) {
  return absl::ToCivilDay(absl::FromUnixMillis(ms), zone) - absl::CivilDay(1970, 1, 1);
}

int64_t StartOfDay(int64_t day, const absl::TimeZone& zone) {
  return absl::ToUnixMillis(absl::FromCivil(absl::CivilDay(1970, 1, 1) + day, zone));
}

/// The edges of steps that cover the window; nothing when there are too many.
std::optional<Buckets> Cut(
    const TimeWindow& window, int64_t step_ms, size_t most, const absl::TimeZone& zone
) {
  const bool by_days = step_ms % kDayMs == 0;
  const int64_t unit = by_days ? step_ms / kDayMs : step_ms;
  // The last instant inside; of a window of zero length the instant itself.
  const int64_t last_ms = std::max(window.from, window.to - 1);
  const int64_t first = FloorTo(by_days ? DayOf(window.from, zone) : window.from, unit);
  const int64_t last = FloorTo(by_days ? DayOf(last_ms, zone) : last_ms, unit);
  // One more than wanted may still do: a day that the zone left out has no bucket.
  const auto count = static_cast<uint64_t>((last - first) / unit) + 1;
  if (count > most + 1) {
    return std::nullopt;
  }
  const auto edge_at = [&](int64_t at) { return by_days ? StartOfDay(at, zone) : at; };
  std::vector<int64_t> edges{edge_at(first)};
  // Where clocks go back over midnight, the evening that comes again belongs to the day that has
  // begun: DayOf is one less there than the day whose bucket it is, and one edge more is needed.
  for (uint64_t i = 1; i <= count + 1 && edges.back() <= last_ms; ++i) {
    const int64_t edge = edge_at(first + static_cast<int64_t>(i) * unit);
    if (edge <= std::max(edges.back(), window.from)) {
      edges.back() = edge;
    } else {
      edges.push_back(edge);
    }
  }
  if (edges.size() > most + 1) {
    return std::nullopt;
  }
  return Buckets{.step_ms = step_ms, .edges = std::move(edges)};
}

}  // namespace

absl::StatusOr<Buckets> CutBySteps(
    const TimeWindow& window, int64_t step_ms, const absl::TimeZone& zone
) {
  if (step_ms < kMinStepMs) {
    return InvalidArgument("step: is {} ms, expected at least 1s", step_ms);
  }
  std::optional<Buckets> buckets = Cut(window, step_ms, kMaxBuckets, zone);
  if (!buckets) {
    return InvalidArgument(
        "step: {} cuts {} to {} into more than {} buckets, expected a longer step or a shorter "
        "window",
        FormatDuration(std::chrono::milliseconds(step_ms)),
        FormatTimeUtc(window.from),
        FormatTimeUtc(window.to),
        kMaxBuckets
    );
  }
  return *std::move(buckets);
}

Buckets CutInto(const TimeWindow& window, size_t count, const absl::TimeZone& zone) {
  for (const int64_t step : kRoundSteps) {
    if (std::optional<Buckets> buckets = Cut(window, step, count, zone)) {
      return *std::move(buckets);
    }
  }
  // The window may begin anywhere in the first step, so the least number of days may need one more.
  int64_t days =
      std::max<int64_t>(7, (window.to - window.from) / kDayMs / static_cast<int64_t>(count));
  while (true) {
    if (std::optional<Buckets> buckets = Cut(window, days * kDayMs, count, zone)) {
      return *std::move(buckets);
    }
    days += days / 64 + 1;
  }
}

}  // namespace tidings::query
