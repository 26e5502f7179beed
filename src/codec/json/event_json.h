#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <absl/status/statusor.h>

#include "base/json_writer.h"
#include "event/event.h"

/// The event as every answer shows it (contract "REST": "Event, the same everywhere").
namespace tidings::json {

struct EventJsonOptions {
  /// Adds `text`, the message with its placeholders filled.
  bool render = false;
};

/// Every member is always there. Defaults (layer GENERAL, count 1) are applied here.
void WriteEvent(JsonWriter& out, const EventView& event, const EventJsonOptions& options = {});

/// The event's parameters as one object.
void WriteParameters(JsonWriter& out, const EventView& event);

/// `message` with `{key}` and `${key}` replaced once from the parameters; unknown keys stay.
std::string RenderMessage(const EventView& event);

/// Reads an event back from such JSON (the command line's tables): all members, read-only ones too.
absl::StatusOr<Event> ReadEvent(std::string_view json);

}  // namespace tidings::json
