#pragma once

#include <cstddef>

#include "demo/day.h"

namespace tidings::demo {

/// What goes on all day and means little, until the day has `events` events: jobs by the clock with
/// all that Kubernetes says of their pods, slow queries, failed probes, scaling with the load.
void AddBackground(Day& day, size_t events);

}  // namespace tidings::demo
