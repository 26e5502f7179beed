#pragma once

#include "event/event.h"

/// How long events last, in powers of 16 ms: compaction puts those of a class together, so that a
/// query for a window looks only as far back as the longest of a class reaches.
namespace tidings::embedded {

/// 0: no duration, or withdrawn; n: up to 16^n ms.
unsigned DurationClassOf(const EventView& event);

/// From this class on, rows stand in blocks of their own: above 16^6 ms, four hours and a half.
/// They reach into many windows, and would draw the short ones beside them along.
inline constexpr unsigned kFirstLongClass = 7;

}  // namespace tidings::embedded
