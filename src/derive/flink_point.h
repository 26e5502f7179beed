#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "event/event.h"

/// What Flink says of a job: points in time, each an event of its own in the store.
namespace tidings::derive {

/// The names of the four events of Flink that intervals are made from.
inline constexpr std::array<std::string_view, 4> kPointNames = {
    "CheckpointEvent", "JobFailureEvent", "AllSubtasksStatusChangeEvent", "JobStatusChangeEvent"};

/// The labels of failures (`failureLabel.KEY`), by KEY.
using Labels = std::map<std::string, std::string>;

struct FlinkPoint {
  /// In the order in which points of one millisecond are taken.
  enum class Kind : uint8_t { kCheckpoint, kFailure, kSubtasks, kStatus };

  int64_t time_ms = 0;
  Kind kind = Kind::kStatus;
  /// Of a checkpoint: its number in the job, so that two of one millisecond have an order.
  int64_t checkpoint = 0;
  /// The checkpoint was completed, or all subtasks are running or finished.
  bool is_good = false;
  /// Of the event.
  std::string id;
  std::string job_name;
  /// Of kStatus: as Flink names it.
  std::string status;
  /// Of kFailure.
  Labels labels;
  /// How many points it stands for: more than one only where points themselves have expired.
  int64_t weight = 1;

  friend auto operator<=>(const FlinkPoint&, const FlinkPoint&) = default;
};

/// A point, and the job that it belongs to.
struct JobPoint {
  std::string job_id;
  FlinkPoint point;
};

/// The point that an event is; nothing when it is none: another event, a user's own of such a name,
/// one without a job, or a state that no interval is made from.
std::optional<JobPoint> ReadPoint(const EventView& event);

/// The text of a parameter; empty when the event has none.
std::string ParameterText(const EventView& event, std::string_view key);
/// The labels among an event's parameters.
Labels ReadLabels(const EventView& event);

}  // namespace tidings::derive
