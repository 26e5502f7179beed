#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "base/arena.h"
#include "event/event.h"
#include "event/join.h"
#include "event/testing/batch_builder.h"

/// The law of the join as properties that any function can be held against.
namespace tidings::testing {

/// Something that joins as tidings::Join does, or should.
using JoinFunction = std::function<JoinResult(const EventView&, const EventView&, Arena&)>;

struct ReceivedReport {
  ReportSpec report;
  int64_t received_at_ms = 0;
};

std::ostream& operator<<(std::ostream& out, const ReceivedReport& received);

Event EventOf(const ReceivedReport& received);
std::vector<Event> EventsOf(const std::vector<ReceivedReport>& reports);

/// The events joined from left to right.
Event JoinAll(const JoinFunction& join, const std::vector<const Event*>& events);

/// What the law says of these reports of one id, stated of all of them at once: no order, no pairs.
Event DeclaredEvent(const std::vector<ReceivedReport>& reports);

/// The first property of the law that `join` breaks with these reports (of one id), in words;
/// nothing when all hold.
std::optional<std::string> Violation(
    const JoinFunction& join, const std::vector<ReceivedReport>& reports
);

}  // namespace tidings::testing
