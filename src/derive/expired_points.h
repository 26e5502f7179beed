#pragma once

#include <vector>

#include <absl/status/statusor.h>

#include "derive/flink_point.h"
#include "event/event.h"
#include "store/event_store.h"

namespace tidings::derive {

/// Points leave the store before the derived events that they made; then these tell of them. The
/// points that `derived` was made of and that the store has no longer, as far as they give the same
/// interval again; none while the store has its first point.
absl::StatusOr<std::vector<FlinkPoint>> ExpiredPoints(
    const EventView& derived, const EventStore& store
);

/// Whether the store knows the first point that `derived` was made of, be it withdrawn.
absl::StatusOr<bool> HasFirstPoint(const EventView& derived, const EventStore& store);

}  // namespace tidings::derive
