#include "codec/skywalking/event_json.h"

#include <optional>
#include <utility>

#include "base/json_document.h"
#include "base/json_value.h"
#include "base/json_writer.h"
#include "base/status.h"
#include "base/text.h"
#include "codec/skywalking/event_protobuf.h"

namespace tidings::skywalking {
namespace {

using json_value::KindOf;
using simdjson::dom::element;

/// Why an event is refused, with its position.
using Problem = std::optional<Rejection>;

Problem Wrong(std::string_view field, std::string error) {
  return Rejection{.field = std::string(field), .error = std::move(error)};
}

Problem WrongIf(std::string_view field, const absl::Status& status) {
  return status.ok() ? std::nullopt : Wrong(field, std::string(MessageOf(status)));
}

Problem Text(std::string_view field, element value, std::string_view& text) {
  return WrongIf(field, json_value::ReadText(value, text));
}

Problem Integer(std::string_view field, element value, int64_t& number) {
  return WrongIf(field, json_value::ReadInteger(value, number));
}

/// By name or by number.
Problem ReadType(element value, EventType& type) {
  std::string_view name;
  int64_t number = 0;
  if (value.is_null()) {
    type = EventType::kNormal;
    return std::nullopt;
  }
  if (!value.get(name) && (name == "Normal" || name == "Error")) {
    type = name == "Error" ? EventType::kError : EventType::kNormal;
    return std::nullopt;
  }
  if (json_value::ReadInteger(value, number).ok() && (number == 0 || number == 1)) {
    type = static_cast<EventType>(number);
    return std::nullopt;
  }
  return Wrong(
      "type",
      fmt::format(
          "is {}, expected 0 (Normal) or 1 (Error), or their names", json_value::Shown(value)
      )
  );
}

/// `instance` is what SkyWalking's documentation writes for `serviceInstance`.
Problem ReadSource(element value, TextFields& text) {
  simdjson::dom::object source;
  if (value.is_null()) {
    return std::nullopt;
  }
  if (value.get(source)) {
    return Wrong("source", fmt::format("is {}, expected an object", json_value::Shown(value)));
  }
  for (const auto& [key, member] : source) {
    Problem problem;
    if (key == "service") {
      problem = Text("source.service", member, text[TextField::kService]);
    } else if (key == "serviceInstance" || key == "instance") {
      problem = Text("source.serviceInstance", member, text[TextField::kInstance]);
    } else if (key == "endpoint") {
      problem = Text("source.endpoint", member, text[TextField::kEndpoint]);
    }
    if (problem) {
      return problem;
    }
  }
  return std::nullopt;
}

Problem ReadParameters(element value, size_t first_parameter, ReportBatch& batch) {
  simdjson::dom::object parameters;
  if (value.is_null()) {
    return std::nullopt;
  }
  if (value.get(parameters)) {
    return Wrong(
        "parameters", fmt::format("is {}, expected an object of strings", json_value::Shown(value))
    );
  }
  batch.parameters.resize(first_parameter);  // Of a field given twice the last counts.
  for (const auto& [key, member] : parameters) {
    std::string_view text;
    if (member.get(text)) {
      return Wrong(
          fmt::format("parameters.{}", EscapeForDisplay(key, 64)),
          fmt::format("is {}, expected a string", json_value::Shown(member))
      );
    }
    batch.parameters.push_back({.key = key, .value = text});
  }
  return std::nullopt;
}

Problem ReadField(std::string_view key, element value, Report& report, ReportBatch& batch) {
  if (key == "uuid") {
    return Text("uuid", value, report.id);
  }
  if (key == "name") {
    return Text("name", value, report.text[TextField::kName]);
  }
  if (key == "message") {
    return Text("message", value, report.text[TextField::kMessage]);
  }
  if (key == "layer") {
    return Text("layer", value, report.text[TextField::kLayer]);
  }
  if (key == "startTime") {
    return Integer("startTime", value, report.start);
  }
  if (key == "endTime") {
    return Integer("endTime", value, report.end);
  }
  if (key == "type") {
    return ReadType(value, report.type);
  }
  if (key == "source") {
    return ReadSource(value, report.text);
  }
  if (key == "parameters") {
    return ReadParameters(value, report.first_parameter, batch);
  }
  return std::nullopt;  // Unknown fields are of newer clients.
}

Problem ReadEvent(element event, Report& report, ReportBatch& batch) {
  simdjson::dom::object fields;
  if (event.get(fields)) {
    return Wrong("event", fmt::format("is {}, expected an object", json_value::Shown(event)));
  }
  for (const auto& [key, value] : fields) {
    if (Problem problem = ReadField(key, value, report, batch)) {
      return problem;
    }
  }
  return std::nullopt;
}

void AppendReport(element event, uint32_t index, ReportBatch& batch) {
  const size_t first_parameter = batch.parameters.size();
  Report report{.index = index, .first_parameter = static_cast<uint32_t>(first_parameter)};
  if (Problem problem = ReadEvent(event, report, batch)) {
    batch.parameters.resize(first_parameter);
    problem->index = index;
    batch.rejections.push_back(*std::move(problem));
    return;
  }
  report.parameter_count = static_cast<uint32_t>(batch.parameters.size() - first_parameter);
  batch.reports.push_back(report);
}

}  // namespace

absl::Status DecodeEventsJson(std::string body, const JsonLimits& limits, ReportBatch& batch) {
  auto document = JsonDocument::Parse(std::move(body), limits.depth);
  if (!document.ok()) {
    return document.status();
  }
  const element root = (*document)->root();
  simdjson::dom::array events;
  if (root.get(events)) {
    if (!root.is_object()) {
      return InvalidArgument(
          "the body is {}, expected an array of events, or one event", KindOf(root)
      );
    }
    AppendReport(root, 0, batch);
  } else {
    // size() stops counting at 2^24, far above any limit.
    if (events.size() > limits.reports) {
      return ResourceExhausted(
          "{} events in one body, at most {} are taken", events.size(), limits.reports
      );
    }
    batch.reports.reserve(batch.reports.size() + events.size());
    uint32_t index = 0;
    for (const element event : events) {
      AppendReport(event, index++, batch);
    }
  }
  batch.Keep(*document, (*document)->bytes());
  return absl::OkStatus();
}

void AppendEventJson(std::string& out, const EventView& event) {
  JsonWriter json(out);
  json.BeginObject().Key("uuid").String(event.id).Key("source").BeginObject();
  json.Key("service").String(event.text[TextField::kService]);
  json.Key("serviceInstance").String(event.text[TextField::kInstance]);
  json.Key("endpoint").String(event.text[TextField::kEndpoint]).EndObject();
  json.Key("name").String(event.text[TextField::kName]);
  json.Key("type").String(event.type == EventType::kError ? "Error" : "Normal");
  json.Key("message").String(event.text[TextField::kMessage]).Key("parameters").BeginObject();
  for (const Parameter& parameter : event.parameters) {
    json.Key(parameter.key).String(ParameterText(parameter.value));
  }
  // proto3 JSON writes int64 as a string.
  json.EndObject().Key("startTime").String(fmt::format("{}", event.start));
  json.Key("endTime").String(fmt::format("{}", event.end));
  json.Key("layer").String(event.text[TextField::kLayer]).EndObject();
}

}  // namespace tidings::skywalking
