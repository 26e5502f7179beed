#include "codec/otlp/flink_event.h"

#include <array>
#include <utility>

#include <fmt/format.h>

#include "codec/otlp/value_text.h"

namespace tidings::otlp {
namespace {

constexpr auto kEvents = std::to_array<std::pair<std::string_view, FlinkEvent>>(
    {{"CheckpointEvent", FlinkEvent::kCheckpoint},
     {"JobStatusChangeEvent", FlinkEvent::kJobStatus},
     {"JobFailureEvent", FlinkEvent::kJobFailure},
     {"AllSubtasksStatusChangeEvent", FlinkEvent::kSubtasks}}
);

constexpr std::string_view kLabelPrefix = "failureLabel.";

/// The attribute as text; empty when it is not there. Of a key given twice the last counts.
std::string AttributeText(Attributes attributes, std::string_view key) {
  std::string text;
  for (const Parameter& attribute : attributes) {
    if (attribute.key == key) {
      text.clear();
      AppendText(text, attribute.value);
    }
  }
  return text;
}

std::string CheckpointSentence(Attributes attributes) {
  std::string type = AttributeText(attributes, "checkpointType");
  if (type.empty()) {
    type = "Checkpoint";
  }
  const std::string id = AttributeText(attributes, "checkpointId");
  const std::string subject = id.empty() ? type : fmt::format("{} {}", type, id);
  const std::string status = AttributeText(attributes, "checkpointStatus");
  if (status != "COMPLETED") {
    return fmt::format("{} {}", subject, status == "FAILED" ? "failed" : "is " + status);
  }
  const std::string written = AttributeText(attributes, "checkpointedSize");
  const std::string full = AttributeText(attributes, "fullSize");
  if (written.empty()) {
    return subject + " completed";
  }
  // They differ for incremental checkpoints.
  const bool incremental = !full.empty() && full != written;
  return incremental ? fmt::format("{} completed: {} of {} bytes written", subject, written, full)
                     : fmt::format("{} completed: {} bytes", subject, written);
}

std::string FailureSentence(Attributes attributes) {
  std::string sentence = AttributeText(attributes, "isGlobalFailure") == "true"
                             ? "The job failed as a whole"
                             : "The job failed";
  const std::string can_restart = AttributeText(attributes, "canRestart");
  if (!can_restart.empty()) {
    sentence += can_restart == "true" ? " and can restart" : " and cannot restart";
  }
  const char* separator = ": ";
  for (const Parameter& attribute : attributes) {
    if (attribute.key.substr(0, kLabelPrefix.size()) == kLabelPrefix) {
      sentence += fmt::format("{}{}=", separator, attribute.key.substr(kLabelPrefix.size()));
      AppendText(sentence, attribute.value);
      separator = ", ";
    }
  }
  return sentence;
}

std::string SubtasksSentence(Attributes attributes) {
  const std::string status = AttributeText(attributes, "status");
  if (status == "ALL_RUNNING_OR_FINISHED") {
    return "All subtasks are running or finished";
  }
  if (status == "NOT_ALL_RUNNING_OR_FINISHED") {
    return "Not all subtasks are running or finished";
  }
  return "The subtasks are " + status;
}

}  // namespace

FlinkEvent FlinkEventOf(std::string_view scope, std::string_view name) {
  if (scope.substr(0, kFlinkPackage.size()) != kFlinkPackage) {
    return FlinkEvent::kNone;
  }
  for (const auto& [known, event] : kEvents) {
    if (name == known) {
      return event;
    }
  }
  return FlinkEvent::kNone;
}

EventType TypeOf(FlinkEvent event, Attributes attributes) {
  bool is_error = false;
  if (event == FlinkEvent::kCheckpoint) {
    is_error = AttributeText(attributes, "checkpointStatus") == "FAILED";
  } else if (event == FlinkEvent::kJobStatus) {
    const std::string status = AttributeText(attributes, "newJobStatus");
    is_error = status == "FAILED" || status == "FAILING" || status == "RESTARTING";
  } else {
    is_error = event == FlinkEvent::kJobFailure;
  }
  return is_error ? EventType::kError : EventType::kNormal;
}

std::string SentenceOf(FlinkEvent event, Attributes attributes) {
  switch (event) {
    case FlinkEvent::kCheckpoint:
      return CheckpointSentence(attributes);
    case FlinkEvent::kJobStatus:
      return "The job is " + AttributeText(attributes, "newJobStatus");
    case FlinkEvent::kJobFailure:
      return FailureSentence(attributes);
    case FlinkEvent::kSubtasks:
      return SubtasksSentence(attributes);
    case FlinkEvent::kNone:
      break;
  }
  return {};
}

}  // namespace tidings::otlp
