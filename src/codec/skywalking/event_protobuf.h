#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <absl/status/status.h>

#include "event/event.h"
#include "event/report.h"

/// `skywalking.v3.Event` on the wire (proto/skywalking/event.proto), read and written without
/// objects.
namespace tidings::skywalking {

/// Appends the report that `message` holds to `batch`, as views into `message`, with position
/// `index`. kInvalidArgument when the bytes are no such message (the batch is then as it was). A
/// readable message that breaks a rule of this protocol (a type other than 0 and 1) goes to
/// batch.rejections. Rules of the model (lengths, UTF-8, times) are Normalise's.
absl::Status DecodeEvent(std::string_view message, uint32_t index, ReportBatch& batch);

/// The event as a `skywalking.v3.Event`; typed parameters become text as in ParameterText.
void AppendEvent(std::string& out, const EventView& event);

/// A parameter's value as SkyWalking's protocols show it: text as it is, others as JSON scalars.
std::string ParameterText(const Value& value);

}  // namespace tidings::skywalking
