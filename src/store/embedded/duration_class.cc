#include "store/embedded/duration_class.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>

#include "event/interval.h"

namespace tidings::embedded {

unsigned DurationClassOf(const EventView& event) {
  if (event.withdrawn) {
    return 0;
  }
  const Interval interval = IntervalOf(event, std::numeric_limits<int64_t>::min());
  const auto duration = static_cast<uint64_t>(interval.hi) - static_cast<uint64_t>(interval.lo);
  if (duration == 0) {
    return 0;
  }
  return std::max(1U, (static_cast<unsigned>(std::bit_width(duration - 1)) + 3) / 4);
}

}  // namespace tidings::embedded
