#pragma once

#include <cstdint>

#include "base/arena.h"
#include "event/event.h"

/// The law of the join: how the reports of one id become one event, whatever their order, their
/// batches and their repeats. Commutative, associative and idempotent in everything but
/// `received_first`, `received_last` and `renamed`.
namespace tidings {

/// What a report did to its event.
enum class Outcome : uint8_t {
  kNew,         ///< the first of its id
  kJoined,      ///< changed what is known, if only a register's clock
  kUnchanged,   ///< told nothing new
  kSuperseded,  ///< of a lower generation than the event
};

struct JoinResult {
  EventView event;
  Outcome outcome = Outcome::kUnchanged;
};

/// Joins `report` (of the same id) into `event`. The result views into both arguments and `arena`.
/// When nothing changed (kUnchanged, kSuperseded) the result is `event` itself.
JoinResult Join(const EventView& event, const EventView& report, Arena& arena);

/// Orders two values of a register: type, then value; one NaN, -0 = 0, text by bytes.
int CompareValues(const Value& a, const Value& b);

/// Whether two events are the same to the law: everything but received_first, received_last and
/// renamed.
bool SameKnowledge(const EventView& a, const EventView& b);

}  // namespace tidings
