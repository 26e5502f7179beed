#include "cli/event_row.h"

#include <string_view>

namespace tidings::cli {
namespace {

bool FlagOf(const simdjson::dom::element& object, const char* name) {
  bool value = false;
  return object[name].get(value) == simdjson::SUCCESS && value;
}

}  // namespace

std::vector<simdjson::dom::element> ElementsOf(
    const simdjson::dom::element& object, const char* name
) {
  std::vector<simdjson::dom::element> elements;
  simdjson::dom::array array;
  if (object[name].get(array) == simdjson::SUCCESS) {
    for (const simdjson::dom::element element : array) {
      elements.push_back(element);
    }
  }
  return elements;
}

std::optional<simdjson::dom::element> MemberOf(
    const simdjson::dom::element& object, const char* name
) {
  simdjson::dom::element member;
  if (object[name].get(member) != simdjson::SUCCESS) {
    return std::nullopt;
  }
  return member;
}

std::string TextOf(const simdjson::dom::element& object, const char* name) {
  std::string_view text;
  return object[name].get(text) == simdjson::SUCCESS ? std::string(text) : std::string();
}

std::optional<int64_t> IntegerOf(const simdjson::dom::element& object, const char* name) {
  int64_t value = 0;
  if (object[name].get(value) != simdjson::SUCCESS) {
    return std::nullopt;
  }
  return value;
}

EventRow ReadEventRow(const simdjson::dom::element& event) {
  EventRow row;
  row.id = TextOf(event, "id");
  simdjson::dom::element source;
  if (event["source"].get(source) == simdjson::SUCCESS) {
    row.service = TextOf(source, "service");
    row.instance = TextOf(source, "instance");
    row.endpoint = TextOf(source, "endpoint");
  }
  row.layer = TextOf(event, "layer");
  row.name = TextOf(event, "name");
  row.type = TextOf(event, "type");
  row.message = TextOf(event, "message");
  row.text = event["text"].error() == simdjson::SUCCESS ? TextOf(event, "text") : row.message;
  simdjson::dom::element parameters;
  if (event["parameters"].get(parameters) == simdjson::SUCCESS) {
    row.parameters = simdjson::minify(parameters);
  }
  row.state = TextOf(event, "state");
  row.start = IntegerOf(event, "start");
  row.end = IntegerOf(event, "end");
  row.duration = IntegerOf(event, "duration");
  row.received_first = IntegerOf(event, "received_first");
  row.received_last = IntegerOf(event, "received_last");
  row.count = IntegerOf(event, "count").value_or(0);
  row.generation = IntegerOf(event, "generation").value_or(0);
  row.derived = FlagOf(event, "derived");
  row.time_inferred = FlagOf(event, "time_inferred");
  row.contradictory = FlagOf(event, "contradictory");
  row.truncated = FlagOf(event, "truncated");
  row.incomplete = FlagOf(event, "incomplete");
  return row;
}

}  // namespace tidings::cli
