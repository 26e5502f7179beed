#include "event/filter.h"

namespace tidings {

bool Matches(const Filter& filter, const EventView& event, int64_t now_ms) {
  return !event.withdrawn && Overlaps(IntervalOf(event, now_ms), filter.window) &&
         Holds(filter.where, event, now_ms);
}

}  // namespace tidings
