#include "derive/flink_point.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "derive/names.h"
#include "event/interval.h"
#include "event/value.h"

namespace tidings::derive {
namespace {

using Kind = FlinkPoint::Kind;

constexpr std::string_view kFlinkPackage = "org.apache.flink.";

std::optional<Kind> KindOf(std::string_view name) {
  const auto found = std::find(kPointNames.begin(), kPointNames.end(), name);
  return found == kPointNames.end()
             ? std::nullopt
             : std::optional<Kind>(static_cast<Kind>(found - kPointNames.begin()));
}

/// Users' events have scopes of their own; an event without any was reported by other means.
bool IsOfFlink(const EventView& event) {
  const std::string scope = ParameterText(event, "scope");
  return scope.empty() || scope.starts_with(kFlinkPackage);
}

/// The state that the point tells; false when it tells none.
bool ReadState(const EventView& event, FlinkPoint& point) {
  if (point.kind == Kind::kStatus) {
    point.status = ParameterText(event, "newJobStatus");
    return !point.status.empty();
  }
  if (point.kind == Kind::kFailure) {
    point.labels = ReadLabels(event);
    return true;
  }
  const bool is_checkpoint = point.kind == Kind::kCheckpoint;
  const std::string state = ParameterText(event, is_checkpoint ? "checkpointStatus" : "status");
  if (is_checkpoint) {
    const std::string number = ParameterText(event, "checkpointId");
    std::from_chars(number.data(), number.data() + number.size(), point.checkpoint);
  }
  point.is_good = state == (is_checkpoint ? "COMPLETED" : "ALL_RUNNING_OR_FINISHED");
  return point.is_good || state == (is_checkpoint ? "FAILED" : "NOT_ALL_RUNNING_OR_FINISHED");
}

}  // namespace

std::string ParameterText(const EventView& event, std::string_view key) {
  const Parameter* const parameter = FindParameter(event, key);
  return parameter != nullptr ? ValueText(parameter->value) : std::string();
}

Labels ReadLabels(const EventView& event) {
  Labels labels;
  for (const Parameter& parameter : event.parameters) {
    if (parameter.key.starts_with(kLabelPrefix)) {
      labels.emplace(parameter.key.substr(kLabelPrefix.size()), ValueText(parameter.value));
    }
  }
  return labels;
}

std::optional<JobPoint> ReadPoint(const EventView& event) {
  const std::optional<Kind> kind = KindOf(event.text[TextField::kName]);
  if (!kind || event.withdrawn || event.derived || !IsOfFlink(event)) {
    return std::nullopt;
  }
  JobPoint read{.job_id = ParameterText(event, kJobIdKey), .point = {}};
  FlinkPoint& point = read.point;
  point.kind = *kind;
  if (read.job_id.empty() || !ReadState(event, point)) {
    return std::nullopt;
  }
  point.time_ms = OrderTime(event);
  point.id = event.id;
  point.job_name = ParameterText(event, kJobNameKey);
  if (point.job_name.empty()) {
    point.job_name = event.text[TextField::kService];
  }
  return read;
}

}  // namespace tidings::derive
