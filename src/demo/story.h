#pragma once

#include "demo/day.h"

namespace tidings::demo {

/// What people remember of the day: deploys, restarts, a chaos test, a bad upgrade and its
/// rollback, a broker that goes away, and first of all the deploy that never ended.
void TellStory(Day& day);

}  // namespace tidings::demo
