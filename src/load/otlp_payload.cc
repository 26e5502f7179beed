#include "load/otlp_payload.h"

#include <map>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/json_writer.h"
#include "base/wire.h"

namespace tidings::load {
namespace {

constexpr int64_t kNanosecondsPerMs = 1'000'000;

/// The events of one service and instance, by their positions.
using Groups = std::map<std::pair<std::string_view, std::string_view>, std::vector<size_t>>;

Groups GroupByResource(std::span<const DatasetEvent> events) {
  Groups groups;
  for (size_t i = 0; i < events.size(); ++i) {
    groups[{events[i].service, events[i].instance}].push_back(i);
  }
  return groups;
}

/// Calls `text` and `time` with each attribute of the event's record.
template <typename TextAttribute, typename TimeAttribute>
void ForEachAttribute(const DatasetEvent& event, TextAttribute text, TimeAttribute time) {
  text("event.id", event.uuid);
  if (event.start_ms != 0) {
    time("event.start_time", event.start_ms);
  }
  if (event.end_ms != 0) {
    time("event.end_time", event.end_ms);
  }
  for (const auto& [key, value] : event.parameters) {
    if (!key.empty()) {
      text(key, value);
    }
  }
}

int SeverityOf(const DatasetEvent& event) {
  return event.is_error ? 17 : 9;
}

int64_t TimeOf(const DatasetEvent& event) {
  return (event.start_ms != 0 ? event.start_ms : event.end_ms) * kNanosecondsPerMs;
}

/// The records stand in the order of their groups: one walk over the bytes finds all ids.
void FindIds(std::span<const DatasetEvent> events, const Groups& groups, OtlpRequest& request) {
  request.ids.resize(events.size());
  size_t at = 0;
  for (const auto& [resource, members] : groups) {
    for (const size_t member : members) {
      at = request.bytes.find(events[member].uuid, at);
      request.ids[member] = static_cast<uint32_t>(at);
    }
  }
}

std::string KeyValue(std::string_view key, const std::string& any_value) {
  std::string out;
  wire::Writer writer(out);
  writer.Bytes(1, key);
  writer.Bytes(2, any_value);
  return out;
}

std::string TextValue(std::string_view text) {
  std::string out;
  wire::Writer(out).Bytes(1, text);
  return out;
}

std::string IntValue(int64_t number) {
  std::string out;
  wire::Writer(out).Varint(3, static_cast<uint64_t>(number));
  return out;
}

std::string RecordProtobuf(const DatasetEvent& event) {
  std::string out;
  wire::Writer writer(out);
  writer.Fixed64(1, static_cast<uint64_t>(TimeOf(event)));
  writer.Varint(2, static_cast<uint64_t>(SeverityOf(event)));
  if (!event.message.empty()) {
    writer.Bytes(5, TextValue(event.message));
  }
  ForEachAttribute(
      event,
      [&](std::string_view key, std::string_view text) {
        writer.Bytes(6, KeyValue(key, TextValue(text)));
      },
      [&](std::string_view key, int64_t ms) { writer.Bytes(6, KeyValue(key, IntValue(ms))); }
  );
  writer.Bytes(12, event.name);
  return out;
}

void WriteTextAttribute(JsonWriter& json, std::string_view key, std::string_view text) {
  json.BeginObject().Key("key").String(key).Key("value").BeginObject();
  json.Key("stringValue").String(text).EndObject().EndObject();
}

void WriteRecord(JsonWriter& json, const DatasetEvent& event) {
  json.BeginObject().Key("timeUnixNano").String(fmt::to_string(TimeOf(event)));
  json.Key("severityNumber").Int(SeverityOf(event));
  if (!event.message.empty()) {
    json.Key("body").BeginObject().Key("stringValue").String(event.message).EndObject();
  }
  json.Key("attributes").BeginArray();
  ForEachAttribute(
      event,
      [&](std::string_view key, std::string_view text) { WriteTextAttribute(json, key, text); },
      [&](std::string_view key, int64_t ms) {
        json.BeginObject().Key("key").String(key).Key("value").BeginObject();
        json.Key("intValue").String(fmt::to_string(ms)).EndObject().EndObject();
      }
  );
  json.EndArray().Key("eventName").String(event.name).EndObject();
}

}  // namespace

OtlpRequest ToOtlpProtobuf(std::span<const DatasetEvent> events) {
  OtlpRequest request;
  const Groups groups = GroupByResource(events);
  for (const auto& [resource, members] : groups) {
    std::string attributes;
    wire::Writer attributes_writer(attributes);
    attributes_writer.Bytes(1, KeyValue("service.name", TextValue(resource.first)));
    attributes_writer.Bytes(1, KeyValue("service.instance.id", TextValue(resource.second)));
    std::string records;
    wire::Writer records_writer(records);
    for (const size_t member : members) {
      records_writer.Bytes(2, RecordProtobuf(events[member]));
    }
    std::string group;
    wire::Writer group_writer(group);
    group_writer.Bytes(1, attributes);
    group_writer.Bytes(2, records);
    wire::Writer(request.bytes).Bytes(1, group);
  }
  FindIds(events, groups, request);
  return request;
}

OtlpRequest ToOtlpJson(std::span<const DatasetEvent> events) {
  OtlpRequest request;
  const Groups groups = GroupByResource(events);
  JsonWriter json(request.bytes);
  json.BeginObject().Key("resourceLogs").BeginArray();
  for (const auto& [resource, members] : groups) {
    json.BeginObject().Key("resource").BeginObject().Key("attributes").BeginArray();
    WriteTextAttribute(json, "service.name", resource.first);
    WriteTextAttribute(json, "service.instance.id", resource.second);
    json.EndArray().EndObject().Key("scopeLogs").BeginArray().BeginObject();
    json.Key("logRecords").BeginArray();
    for (const size_t member : members) {
      WriteRecord(json, events[member]);
    }
    json.EndArray().EndObject().EndArray().EndObject();
  }
  json.EndArray().EndObject();
  FindIds(events, groups, request);
  return request;
}

}  // namespace tidings::load
