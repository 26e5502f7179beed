#include "demo/report.h"

#include <algorithm>
#include <string_view>

#include "base/json_writer.h"

namespace tidings::demo {
namespace {

void AddText(JsonWriter& json, std::string_view key, std::string_view text) {
  if (!text.empty()) {
    json.Key(key).String(text);
  }
}

void AddNumber(JsonWriter& json, std::string_view key, int64_t number) {
  if (number != 0) {
    json.Key(key).Int(number);
  }
}

void AddParameters(JsonWriter& json, const Report& report) {
  if (report.parameters.empty()) {
    return;
  }
  json.Key("parameters").BeginObject();
  for (const auto& [key, value] : report.parameters) {
    json.Key(key);
    if (const auto* const number = std::get_if<int64_t>(&value)) {
      json.Int(*number);
    } else {
      json.String(std::get<std::string>(value));
    }
  }
  json.EndObject();
}

}  // namespace

int64_t MadeAtMs(const Report& report) {
  return std::max({report.start_ms, report.end_ms, report.reported_ms});
}

std::string ToJson(const Report& report) {
  std::string out;
  JsonWriter json(out);
  json.BeginObject().Key("id").String(report.id);
  AddText(json, "service", report.service);
  AddText(json, "instance", report.instance);
  AddText(json, "endpoint", report.endpoint);
  AddText(json, "layer", report.layer);
  AddText(json, "name", report.name);
  AddText(json, "type", report.is_error ? "Error" : "");
  AddText(json, "message", report.message);
  AddParameters(json, report);
  AddNumber(json, "start", report.start_ms);
  AddNumber(json, "end", report.end_ms);
  AddNumber(json, "reported", report.reported_ms);
  AddNumber(json, "count", report.count);
  json.EndObject();
  return out;
}

}  // namespace tidings::demo
