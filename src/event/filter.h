#pragma once

#include <cstdint>

#include "event/event.h"
#include "event/expression.h"
#include "event/interval.h"

/// A query's words: which events are meant.
namespace tidings {

/// Events for which the expression holds and whose interval overlaps the window. Withdrawn events
/// never match.
struct Filter {
  Expression where;
  /// Overlap with the event's interval, never a test of one timestamp.
  TimeWindow window;
};

bool Matches(const Filter& filter, const EventView& event, int64_t now_ms);

}  // namespace tidings
