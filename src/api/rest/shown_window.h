#pragma once

#include <cstdint>
#include <optional>

#include <absl/status/statusor.h>

#include "event/filter.h"
#include "store/event_store.h"

namespace tidings::rest {

/// The stretch of time that buckets are cut from: the filter's window; to now where it has no end,
/// and from the first event that matches where it begins with time itself. `snapshot`: the one to
/// look for that event in; the present without it.
absl::StatusOr<TimeWindow> ShownWindow(
    const EventStore& store,
    const Filter& filter,
    int64_t now_ms,
    const Patience& patience,
    std::optional<Cursor> snapshot = std::nullopt
);

}  // namespace tidings::rest
