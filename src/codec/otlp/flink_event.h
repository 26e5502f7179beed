#pragma once

#include <string>
#include <string_view>

#include "codec/otlp/log_record.h"

/// The four events that Flink itself reports. They all come with severity INFO and mostly without
/// text: what they mean stands in their attributes.
namespace tidings::otlp {

enum class FlinkEvent : uint8_t {
  kNone,  ///< not Flink's own
  kCheckpoint,
  kJobStatus,
  kJobFailure,
  kSubtasks,
};

/// What the classes of Flink begin with, and so the scopes of its own events.
inline constexpr std::string_view kFlinkPackage = "org.apache.flink.";

/// By the event's name, in a scope of Flink's own.
FlinkEvent FlinkEventOf(std::string_view scope, std::string_view name);

/// Error for a failed checkpoint, a job that fails or restarts, and every job failure.
EventType TypeOf(FlinkEvent event, Attributes attributes);

/// What happened, for a reader who does not know Flink: `Checkpoint 13 failed`.
std::string SentenceOf(FlinkEvent event, Attributes attributes);

}  // namespace tidings::otlp
