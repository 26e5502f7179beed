#include "codec/json/event_json.h"

#include <algorithm>
#include <optional>
#include <variant>
#include <vector>

#include "base/json_document.h"
#include "base/json_value.h"
#include "base/status.h"
#include "event/interval.h"

namespace tidings::json {
namespace {

using simdjson::dom::element;

/// An event's JSON, and what a list nests it in.
constexpr size_t kMaxDepth = 16;

void WriteValue(JsonWriter& out, const Value& value) {
  if (const auto* const text = std::get_if<std::string_view>(&value)) {
    out.String(*text);
  } else if (const auto* const integer = std::get_if<int64_t>(&value)) {
    out.Int(*integer);
  } else if (const auto* const real = std::get_if<double>(&value)) {
    out.Double(*real);
  } else {
    out.Bool(*std::get_if<bool>(&value));
  }
}

std::string ValueText(const Value& value) {
  if (const auto* const text = std::get_if<std::string_view>(&value)) {
    return std::string(*text);
  }
  std::string text;
  JsonWriter json(text);
  WriteValue(json, value);
  return text;
}

void WriteTime(JsonWriter& out, std::string_view key, std::optional<int64_t> time) {
  out.Key(key);
  if (time) {
    out.Int(*time);
  } else {
    out.Null();
  }
}

void WriteTimes(JsonWriter& out, const EventView& event) {
  std::optional<int64_t> start;
  std::optional<int64_t> end;
  if (IsTimeInferred(event)) {
    start = end = event.inferred;
  } else {
    start = event.start != 0 ? std::optional(event.start) : std::nullopt;
    end = event.end != 0 ? std::optional(event.end) : std::nullopt;
  }
  const bool has_duration = start && end && !IsContradictory(event);
  WriteTime(out, "start", start);
  WriteTime(out, "end", end);
  WriteTime(out, "duration", has_duration ? std::optional(*end - *start) : std::nullopt);
}

/// The value of `key` as text; nothing when the event has no such parameter.
std::optional<std::string> FindParameter(const EventView& event, std::string_view key) {
  const auto found = std::lower_bound(
      event.parameters.begin(),
      event.parameters.end(),
      key,
      [](const Parameter& parameter, std::string_view k) { return parameter.key < k; }
  );
  if (found == event.parameters.end() || found->key != key) {
    return std::nullopt;
  }
  return ValueText(found->value);
}

/// The views of an event that is being read back; parameters stand apart while they grow.
struct Reading {
  EventView event;
  std::vector<Parameter> parameters;
};

int64_t IntegerOr0(element object, const char* key) {
  int64_t number = 0;
  return object[key].get(number) ? 0 : number;
}

bool FlagOf(element object, const char* key) {
  bool flag = false;
  return !object[key].get(flag) && flag;
}

std::string_view TextOf(element object, const char* key) {
  std::string_view text;
  return object[key].get(text) ? std::string_view() : text;
}

void ReadParameters(element event, std::vector<Parameter>& parameters) {
  simdjson::dom::object object;
  if (event["parameters"].get(object)) {
    return;
  }
  for (const auto& [key, value] : object) {
    std::string_view text;
    int64_t integer = 0;
    double real = 0;
    bool flag = false;
    if (!value.get(text)) {
      parameters.push_back({.key = key, .value = text});
    } else if (!value.get(integer)) {
      parameters.push_back({.key = key, .value = integer});
    } else if (!value.get(real)) {
      parameters.push_back({.key = key, .value = real});
    } else if (!value.get(flag)) {
      parameters.push_back({.key = key, .value = flag});
    }
  }
  std::sort(parameters.begin(), parameters.end(), [](const Parameter& a, const Parameter& b) {
    return a.key < b.key;
  });
}

void ReadTexts(element event, TextFields& text) {
  element source;
  if (!event["source"].get(source)) {
    text[TextField::kService] = TextOf(source, "service");
    text[TextField::kInstance] = TextOf(source, "instance");
    text[TextField::kEndpoint] = TextOf(source, "endpoint");
  }
  text[TextField::kLayer] = TextOf(event, "layer");
  text[TextField::kName] = TextOf(event, "name");
  text[TextField::kMessage] = TextOf(event, "message");
}

}  // namespace

void WriteEvent(JsonWriter& out, const EventView& event, const EventJsonOptions& options) {
  out.BeginObject().Key("id").String(event.id).Key("source").BeginObject();
  out.Key("service").String(event.text[TextField::kService]);
  out.Key("instance").String(event.text[TextField::kInstance]);
  out.Key("endpoint").String(event.text[TextField::kEndpoint]).EndObject();
  out.Key("layer").String(
      event.text[TextField::kLayer].empty() ? "GENERAL" : event.text[TextField::kLayer]
  );
  out.Key("name").String(event.text[TextField::kName]);
  out.Key("type").String(event.type == EventType::kError ? "Error" : "Normal");
  out.Key("message").String(event.text[TextField::kMessage]);
  if (options.render) {
    out.Key("text").String(RenderMessage(event));
  }
  out.Key("parameters").BeginObject();
  for (const Parameter& parameter : event.parameters) {
    WriteValue(out.Key(parameter.key), parameter.value);
  }
  out.EndObject();
  WriteTimes(out, event);
  out.Key("state").String(NameOf(StateOf(event)));
  out.Key("count").Int(std::max<int64_t>(event.count, 1)).Key("derived").Bool(event.derived);
  out.Key("generation").Int(event.generation);
  out.Key("received_first").Int(event.received_first).Key("received_last").Int(event.received_last);
  out.Key("time_inferred")
      .Bool(IsTimeInferred(event))
      .Key("contradictory")
      .Bool(IsContradictory(event));
  out.Key("truncated").Bool(event.truncated).Key("incomplete").Bool(event.incomplete).EndObject();
}

std::string RenderMessage(const EventView& event) {
  std::string_view rest = event.text[TextField::kMessage];
  std::string out;
  while (true) {
    const size_t open = rest.find('{');
    const size_t close = open == std::string_view::npos ? open : rest.find('}', open);
    if (close == std::string_view::npos) {
      return out.append(rest);
    }
    const std::optional<std::string> value =
        FindParameter(event, rest.substr(open + 1, close - open - 1));
    if (!value) {
      // Not a placeholder: another may begin right behind the brace.
      out += rest.substr(0, open + 1);
      rest.remove_prefix(open + 1);
      continue;
    }
    const bool has_dollar = open > 0 && rest[open - 1] == '$';
    out += rest.substr(0, has_dollar ? open - 1 : open);
    out += *value;
    rest.remove_prefix(close + 1);
  }
}

absl::StatusOr<Event> ReadEvent(std::string_view json) {
  auto document = JsonDocument::Parse(std::string(json), kMaxDepth);
  if (!document.ok()) {
    return document.status();
  }
  const element root = (*document)->root();
  if (!root.is_object()) {
    return InvalidArgument("an event is {}, expected an object", json_value::KindOf(root));
  }
  Reading reading;
  EventView& event = reading.event;
  event.id = TextOf(root, "id");
  ReadTexts(root, event.text);
  ReadParameters(root, reading.parameters);
  event.parameters = reading.parameters;
  event.type = TextOf(root, "type") == "Error" ? EventType::kError : EventType::kNormal;
  event.count = IntegerOr0(root, "count");
  event.generation = static_cast<int32_t>(IntegerOr0(root, "generation"));
  const int64_t start = IntegerOr0(root, "start");
  if (FlagOf(root, "time_inferred")) {
    event.inferred = start;
  } else {
    event.start = start;
    event.end = IntegerOr0(root, "end");
  }
  event.received_first = IntegerOr0(root, "received_first");
  event.received_last = IntegerOr0(root, "received_last");
  event.derived = FlagOf(root, "derived");
  event.truncated = FlagOf(root, "truncated");
  event.incomplete = FlagOf(root, "incomplete");
  return Event(event);
}

}  // namespace tidings::json
