#pragma once

#include <string>
#include <string_view>

#include <absl/status/status.h>

#include "event/event.h"
#include "event/report.h"

/// The proto3 JSON form of `skywalking.v3.Event`, as `POST /v3/events` takes it.
namespace tidings::skywalking {

struct JsonLimits {
  size_t reports = 100'000;
  size_t depth = 64;
};

/// Appends the reports of `body` (an array of events, or one event) to `batch`. `body` is taken
/// over: reports are views into it and into the batch's arena. A wrong type in a field rejects that
/// event alone (batch.rejections: index, field, what was expected). kInvalidArgument with the byte
/// position when the body is no JSON, is too deep, or is no event or array: nothing is then
/// appended. kResourceExhausted when there are more than limits.reports events.
absl::Status DecodeEventsJson(std::string body, const JsonLimits& limits, ReportBatch& batch);

/// The event in the same form.
void AppendEventJson(std::string& out, const EventView& event);

}  // namespace tidings::skywalking
