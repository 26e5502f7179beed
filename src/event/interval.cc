#include "event/interval.h"

#include <algorithm>
#include <array>

namespace tidings {
namespace {

/// In the order of State.
constexpr std::array<std::string_view, 4> kStateNames = {"open", "closed", "instant", "orphan_end"};

}  // namespace

std::string_view NameOf(State state) {
  return kStateNames[static_cast<size_t>(state)];
}

std::optional<State> StateFromName(std::string_view name) {
  const auto* const found = std::find(kStateNames.begin(), kStateNames.end(), name);
  if (found == kStateNames.end()) {
    return std::nullopt;
  }
  return static_cast<State>(found - kStateNames.begin());
}

State StateOf(const EventView& event) {
  if (event.start == event.end) {
    return State::kInstant;
  }
  if (event.end == 0) {
    return State::kOpen;
  }
  return event.start == 0 ? State::kOrphanEnd : State::kClosed;
}

ShownTimes ShownTimesOf(const EventView& event) {
  ShownTimes times;
  if (IsTimeInferred(event)) {
    times.start = times.end = event.inferred;
  } else {
    times.start = event.start != 0 ? std::optional(event.start) : std::nullopt;
    times.end = event.end != 0 ? std::optional(event.end) : std::nullopt;
  }
  if (times.start && times.end && !IsContradictory(event)) {
    times.duration = *times.end - *times.start;
  }
  return times;
}

Interval IntervalOf(const EventView& event, int64_t now_ms) {
  if (event.start != 0 && event.end != 0) {
    return {std::min(event.start, event.end), std::max(event.start, event.end)};
  }
  if (event.start != 0) {
    return {event.start, std::max(event.start, now_ms)};
  }
  const int64_t instant = event.end != 0 ? event.end : event.inferred;
  return {instant, instant};
}

bool Overlaps(const Interval& interval, const TimeWindow& window) {
  if (window.from == window.to) {
    return interval.lo <= window.from && interval.hi >= window.from;
  }
  return interval.lo < window.to && interval.hi >= window.from;
}

}  // namespace tidings
