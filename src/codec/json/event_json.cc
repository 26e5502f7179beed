#include "codec/json/event_json.h"

#include <algorithm>
#include <optional>
#include <variant>
#include <vector>

#include "base/json_document.h"
#include "base/json_value.h"
#include "base/status.h"
#include "base/text.h"
#include "event/interval.h"
#include "event/value.h"

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

void WriteTime(JsonWriter& out, std::string_view key, std::optional<int64_t> time) {
  if (time) {
    out.Part(key, *time);
  } else {
    out.Part(key).Part("null");
  }
}

void WriteFlag(JsonWriter& out, std::string_view key, bool flag) {
  out.Part(key).Part(flag ? "true" : "false");
}

void WriteTimes(JsonWriter& out, const EventView& event) {
  const ShownTimes times = ShownTimesOf(event);
  WriteTime(out, R"(,"start":)", times.start);
  WriteTime(out, R"(,"end":)", times.end);
  WriteTime(out, R"(,"duration":)", times.duration);
}

/// Reads members of one object and remembers the first that is wrong. A member that is absent or
/// null is what its type has for nothing.
class Members {
 public:
  Members(std::string_view prefix, simdjson::dom::object object)
      : prefix_(prefix), object_(object) {}

  std::string_view Text(std::string_view key) {
    std::string_view text;
    const element* const member = Find(key);
    Check(key, member == nullptr ? absl::OkStatus() : json_value::ReadText(*member, text));
    return text;
  }
  int64_t Integer(std::string_view key) {
    int64_t number = 0;
    const element* const member = Find(key);
    Check(key, member == nullptr ? absl::OkStatus() : json_value::ReadInteger(*member, number));
    return number;
  }
  bool Flag(std::string_view key) {
    bool flag = false;
    const element* const member = Find(key);
    if (member != nullptr && member->get(flag)) {
      Check(key, InvalidArgument("is {}, expected true or false", json_value::Shown(*member)));
    }
    return flag;
  }
  /// A member that is an object; nothing when it is absent or null.
  std::optional<simdjson::dom::object> Object(std::string_view key) {
    simdjson::dom::object object;
    const element* const member = Find(key);
    if (member == nullptr || member->is_null()) {
      return std::nullopt;
    }
    if (member->get(object)) {
      Check(key, InvalidArgument("is {}, expected an object", json_value::Shown(*member)));
      return std::nullopt;
    }
    return object;
  }

  void Check(std::string_view key, const absl::Status& status) {
    if (status_.ok() && !status.ok()) {
      status_ = InvalidArgument("an event's {}{} {}", prefix_, key, MessageOf(status));
    }
  }
  const absl::Status& status() const { return status_; }

 private:
  const element* Find(std::string_view key) { return object_[key].get(found_) ? nullptr : &found_; }

  std::string_view prefix_;
  simdjson::dom::object object_;
  element found_;
  absl::Status status_;
};

absl::Status ReadSource(Members& event, TextFields& text) {
  const std::optional<simdjson::dom::object> object = event.Object("source");
  if (!object) {
    return event.status();
  }
  Members source("source.", *object);
  text[TextField::kService] = source.Text("service");
  text[TextField::kInstance] = source.Text("instance");
  text[TextField::kEndpoint] = source.Text("endpoint");
  return source.status();
}

std::optional<Value> ReadValue(element value) {
  using Type = simdjson::dom::element_type;
  switch (value.type()) {
    case Type::STRING:
      return value.get_string().value_unsafe();
    case Type::INT64:
      return value.get_int64().value_unsafe();
    case Type::DOUBLE:
      return value.get_double().value_unsafe();
    case Type::BOOL:
      return value.get_bool().value_unsafe();
    default:
      return std::nullopt;
  }
}

/// Ascending by key, as every event has them.
absl::StatusOr<std::vector<Parameter>> ReadParameters(Members& event) {
  std::vector<Parameter> parameters;
  const std::optional<simdjson::dom::object> members = event.Object("parameters");
  if (!members) {
    return parameters;
  }
  for (const auto& [key, member] : *members) {
    const std::optional<Value> value = ReadValue(member);
    if (!value) {
      return InvalidArgument(
          "an event's parameters.{} is {}, expected a string, a number or a boolean",
          EscapeForDisplay(key),
          json_value::Shown(member)
      );
    }
    parameters.push_back({.key = key, .value = *value});
  }
  std::stable_sort(parameters.begin(), parameters.end(), [](const auto& a, const auto& b) {
    return a.key < b.key;
  });
  return parameters;
}

EventType ReadType(Members& event) {
  const std::string_view type = event.Text("type");
  if (!type.empty() && type != NameOf(EventType::kNormal) && type != NameOf(EventType::kError)) {
    event.Check(
        "type", InvalidArgument("is '{}', expected Normal or Error", EscapeForDisplay(type))
    );
  }
  return type == NameOf(EventType::kError) ? EventType::kError : EventType::kNormal;
}

void ReadTimes(Members& members, EventView& event) {
  const int64_t start = members.Integer("start");
  const int64_t end = members.Integer("end");
  if (members.Flag("time_inferred")) {
    event.inferred = start;
  } else {
    event.start = start;
    event.end = end;
  }
  event.received_first = members.Integer("received_first");
  event.received_last = members.Integer("received_last");
}

void ReadScalars(Members& members, EventView& event) {
  event.id = members.Text("id");
  event.text[TextField::kLayer] = members.Text("layer");
  event.text[TextField::kName] = members.Text("name");
  event.text[TextField::kMessage] = members.Text("message");
  event.type = ReadType(members);
  event.count = members.Integer("count");
  event.generation = static_cast<int32_t>(members.Integer("generation"));
  event.derived = members.Flag("derived");
  event.truncated = members.Flag("truncated");
  event.incomplete = members.Flag("incomplete");
}

}  // namespace

void WriteParameters(JsonWriter& out, const EventView& event) {
  out.BeginObject();
  for (const Parameter& parameter : event.parameters) {
    WriteValue(out.Key(parameter.key), parameter.value);
  }
  out.EndObject();
}

void WriteEvent(JsonWriter& out, const EventView& event, const EventJsonOptions& options) {
  const TextFields& text = event.text;
  const std::string_view layer = text[TextField::kLayer];
  out.BeginObject().Part(R"("id":)", event.id);
  out.Part(R"(,"source":{"service":)", text[TextField::kService]);
  out.Part(R"(,"instance":)", text[TextField::kInstance]);
  out.Part(R"(,"endpoint":)", text[TextField::kEndpoint]);
  out.Part(R"(},"layer":)", layer.empty() ? "GENERAL" : layer);
  out.Part(R"(,"name":)", text[TextField::kName]);
  out.Part(event.type == EventType::kError ? R"(,"type":"Error")" : R"(,"type":"Normal")");
  out.Part(R"(,"message":)", text[TextField::kMessage]);
  if (options.render) {
    out.Part(R"(,"text":)", RenderMessage(event));
  }
  WriteParameters(out.Part(R"(,"parameters":)"), event);
  WriteTimes(out, event);
  out.Part(R"(,"state":)", NameOf(StateOf(event)));
  out.Part(R"(,"count":)", std::max<int64_t>(event.count, 1));
  WriteFlag(out, R"(,"derived":)", event.derived);
  out.Part(R"(,"generation":)", event.generation);
  out.Part(R"(,"received_first":)", event.received_first);
  out.Part(R"(,"received_last":)", event.received_last);
  WriteFlag(out, R"(,"time_inferred":)", IsTimeInferred(event));
  WriteFlag(out, R"(,"contradictory":)", IsContradictory(event));
  WriteFlag(out, R"(,"truncated":)", event.truncated);
  WriteFlag(out, R"(,"incomplete":)", event.incomplete);
  out.EndObject();
}

std::string RenderMessage(const EventView& event) {
  std::string_view rest = event.text[TextField::kMessage];
  size_t longest_key = 0;
  for (const Parameter& parameter : event.parameters) {
    longest_key = std::max(longest_key, parameter.key.size());
  }
  std::string out;
  while (true) {
    const size_t open = rest.find('{');
    if (open == std::string_view::npos) {
      return out.append(rest);
    }
    // No further than a key reaches, or a message of braces would take quadratic time.
    const std::string_view key_and_close = rest.substr(open + 1, longest_key + 1);
    const size_t close = key_and_close.find('}');
    const Parameter* const parameter = close == std::string_view::npos
                                           ? nullptr
                                           : FindParameter(event, key_and_close.substr(0, close));
    if (parameter == nullptr) {
      // Not a placeholder: another may begin right behind the brace.
      out += rest.substr(0, open + 1);
      rest.remove_prefix(open + 1);
      continue;
    }
    const bool has_dollar = open > 0 && rest[open - 1] == '$';
    out += rest.substr(0, has_dollar ? open - 1 : open);
    out += ValueText(parameter->value);
    rest.remove_prefix(open + 1 + close + 1);
  }
}

absl::StatusOr<Event> ReadEvent(std::string_view json) {
  auto document = JsonDocument::Parse(std::string(json), kMaxDepth);
  if (!document.ok()) {
    return document.status();
  }
  const element root = (*document)->root();
  simdjson::dom::object object;
  if (root.get(object)) {
    return InvalidArgument("an event is {}, expected an object", json_value::Shown(root));
  }
  Members members("", object);
  EventView event;
  ReadScalars(members, event);
  ReadTimes(members, event);
  const absl::StatusOr<std::vector<Parameter>> parameters = ReadParameters(members);
  const absl::Status source = ReadSource(members, event.text);
  for (const absl::Status& status : {members.status(), parameters.status(), source}) {
    if (!status.ok()) {
      return status;
    }
  }
  event.parameters = *parameters;
  return Event(event);
}

}  // namespace tidings::json
