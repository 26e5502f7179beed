#include "api/rest/shown_window.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "event/interval.h"

namespace tidings::rest {

absl::StatusOr<TimeWindow> ShownWindow(
    const EventStore& store,
    const Filter& filter,
    int64_t now_ms,
    const Patience& patience,
    std::optional<Cursor> snapshot
) {
  TimeWindow window = filter.window;
  if (window.to == TimeWindow().to) {
    // What happens in this millisecond counts too.
    window.to = std::max(now_ms + 1, window.from);
  }
  if (window.from != 0) {
    return window;
  }
  if (snapshot) {
    snapshot->position_time = std::numeric_limits<int64_t>::min();
    snapshot->position_id.clear();
  }
  const absl::StatusOr<EventPage> first = store.Query(
      {.filter = {.where = filter.where, .window = window},
       .order = Order::kOldestFirst,
       .limit = 1,
       .cursor = std::move(snapshot),
       .patience = patience,
       .wants_cursor = false}
  );
  if (!first.ok()) {
    return first.status();
  }
  const int64_t begin = first->events.empty() ? window.to : OrderTime(first->events.front().view());
  window.from = std::clamp(begin, window.from, window.to);
  return window;
}

}  // namespace tidings::rest
