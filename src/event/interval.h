#pragma once

#include <compare>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

#include "event/event.h"

/// State, interval and order of an event: derived when read, never stored as truth.
namespace tidings {

enum class State : uint8_t { kOpen, kClosed, kInstant, kOrphanEnd };

/// `open`, `closed`, `instant`, `orphan_end`.
std::string_view NameOf(State state);
std::optional<State> StateFromName(std::string_view name);

State StateOf(const EventView& event);
/// No time is known: the event stands at its inferred instant.
inline bool IsTimeInferred(const EventView& event) {
  return event.start == 0 && event.end == 0;
}
/// end < start after the join.
inline bool IsContradictory(const EventView& event) {
  return event.start != 0 && event.end != 0 && event.end < event.start;
}

/// Start, end and duration as an answer shows them: an inferred time stands in start and end.
struct ShownTimes {
  std::optional<int64_t> start;
  std::optional<int64_t> end;
  /// Known when both are, and not contradictory.
  std::optional<int64_t> duration;
};
ShownTimes ShownTimesOf(const EventView& event);

/// Closed interval, ms.
struct Interval {
  int64_t lo = 0;
  int64_t hi = 0;
};
/// An open event lasts until `now` (at least until its start).
Interval IntervalOf(const EventView& event, int64_t now_ms);

/// Half open, [from, to); of zero length: the instant `from`. The defaults are no bounds.
struct TimeWindow {
  int64_t from = std::numeric_limits<int64_t>::min();
  int64_t to = std::numeric_limits<int64_t>::max();
};
/// lo < to and hi >= from; for a window of zero length lo <= t <= hi.
bool Overlaps(const Interval& interval, const TimeWindow& window);

/// Where an event stands: by start, else end, else inferred time.
inline int64_t OrderTime(const EventView& event) {
  return event.start != 0 ? event.start : event.end != 0 ? event.end : event.inferred;
}

}  // namespace tidings
