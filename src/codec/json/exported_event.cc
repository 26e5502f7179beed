#include "codec/json/exported_event.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <simdjson.h>

#include "base/json_document.h"
#include "base/json_writer.h"
#include "base/status.h"
#include "base/text.h"
#include "codec/json/event_csv.h"

namespace tidings::json {
namespace {

using simdjson::dom::element;

constexpr size_t kMaxEventDepth = 64;
constexpr size_t kShownCellBytes = 64;

/// Members of which the server has its own opinion. A generation tells how often the event was
/// corrected there, which is no news to another server.
constexpr std::array<std::string_view, 10> kOnlyToRead = {
    "duration",
    "state",
    "generation",
    "received_first",
    "received_last",
    "time_inferred",
    "contradictory",
    "truncated",
    "incomplete",
    "text"};

bool IsOnlyToRead(std::string_view name) {
  return std::find(kOnlyToRead.begin(), kOnlyToRead.end(), name) != kOnlyToRead.end();
}

/// The text of a value as it stands there, and maybe the space behind it.
simdjson::error_code ReadRaw(simdjson::ondemand::value value, std::string_view& raw) {
  namespace ondemand = simdjson::ondemand;
  ondemand::json_type type{};
  if (const auto error = value.type().get(type)) {
    return error;
  }
  if (type == ondemand::json_type::object) {
    ondemand::object object;
    const auto error = value.get_object().get(object);
    return error ? error : object.raw_json().get(raw);
  }
  if (type == ondemand::json_type::array) {
    ondemand::array array;
    const auto error = value.get_array().get(array);
    return error ? error : array.raw_json().get(raw);
  }
  raw = value.raw_json_token();
  return simdjson::SUCCESS;
}

}  // namespace

simdjson::error_code ExportedEvents::ReadMembers(std::string& event) {
  namespace ondemand = simdjson::ondemand;
  members_.clear();
  event.reserve(event.size() + simdjson::SIMDJSON_PADDING);
  ondemand::document document;
  ondemand::object object;
  auto error = parser_.iterate(event.data(), event.size(), event.capacity()).get(document);
  error = error ? error : document.get_object().get(object);
  if (error) {
    return error;
  }
  for (simdjson::simdjson_result<ondemand::field> read : object) {
    ondemand::field field;
    Member member;
    error = std::move(read).get(field);
    error = error ? error : field.unescaped_key().get(member.name);
    error = error ? error : ReadRaw(field.value(), member.value);
    if (error) {
      return error;
    }
    member.value = member.value.substr(0, member.value.find_last_not_of(" \t\r\n") + 1);
    members_.push_back(member);
  }
  // Behind the object nothing may stand.
  const bool is_at_end = document.current_location().error() == simdjson::OUT_OF_BOUNDS;
  return is_at_end ? simdjson::SUCCESS : simdjson::TAPE_ERROR;
}

bool ExportedEvents::IsTrue(std::string_view name) const {
  return std::any_of(members_.begin(), members_.end(), [name](const Member& member) {
    return member.name == name && member.value == "true";
  });
}

void ExportedEvents::AppendReport(std::string_view left_out, std::string& lines) const {
  const bool is_inferred = IsTrue("time_inferred");
  JsonWriter json(lines);
  json.BeginObject();
  for (const auto& [name, value] : members_) {
    const bool is_time = name == "start" || name == "end";
    const bool is_plain = name == "derived" && value == "false";
    if (IsOnlyToRead(name) || name == left_out || value == "null" || is_plain ||
        (is_time && is_inferred)) {
      continue;
    }
    json.Key(name).Raw(value);
  }
  json.EndObject();
  lines += '\n';
}

void ExportedEvents::AppendEnd(std::string& lines) const {
  JsonWriter json(lines);
  json.BeginObject();
  for (const auto& [name, value] : members_) {
    if (name == "id" || name == "end") {
      json.Key(name).Raw(value);
    }
  }
  json.EndObject();
  lines += '\n';
}

absl::StatusOr<size_t> ExportedEvents::AppendReports(std::string& event, std::string& lines) {
  if (ReadMembers(event) != simdjson::SUCCESS) {
    const auto document = JsonDocument::Parse(event, kMaxEventDepth);
    if (!document.ok()) {
      return document.status();
    }
    if (!(*document)->root().is_object()) {
      return InvalidArgument("is no JSON object, expected an event");
    }
    // JSON but for a value that no event may have, as a text that is not Unicode.
    lines += event;
    lines += '\n';
    return 1;
  }
  if (!IsTrue("contradictory")) {
    AppendReport("", lines);
    return 1;
  }
  AppendReport("end", lines);
  AppendEnd(lines);
  return 2;
}

const std::vector<CsvEvents::Column>& CsvEvents::KnownColumns() {
  using Kind = Column::Kind;
  static const std::vector<Column> kColumns = {
      {"id", Kind::kText},
      {"service", Kind::kText},
      {"instance", Kind::kText},
      {"endpoint", Kind::kText},
      {"layer", Kind::kText},
      {"name", Kind::kText},
      {"type", Kind::kText},
      {"message", Kind::kText},
      {"parameters", Kind::kJson},
      {"start", Kind::kTime},
      {"end", Kind::kTime},
      {"duration", Kind::kIgnored},
      {"state", Kind::kIgnored},
      {"count", Kind::kNumber},
      {"derived", Kind::kFlag},
      {"generation", Kind::kIgnored},
      {"received_first", Kind::kIgnored},
      {"received_last", Kind::kIgnored},
      {"time_inferred", Kind::kFlag},
      {"contradictory", Kind::kFlag},
      {"truncated", Kind::kIgnored},
      {"incomplete", Kind::kIgnored}};
  return kColumns;
}

absl::StatusOr<CsvEvents> CsvEvents::Create(const std::vector<std::string>& head) {
  std::vector<std::string_view> names;
  for (const Column& column : KnownColumns()) {
    names.push_back(column.name);
  }
  CsvEvents events;
  for (const std::string& name : head) {
    const auto is_it = [&name](const Column& column) { return column.name == name; };
    const auto known = std::find_if(KnownColumns().begin(), KnownColumns().end(), is_it);
    const std::string shown = EscapeForDisplay(name, kShownCellBytes);
    if (known == KnownColumns().end()) {
      const std::optional<std::string_view> nearest = Nearest(name, names);
      return InvalidArgument(
          "'{}' is no column of events{}",
          shown,
          nearest ? fmt::format("; did you mean '{}'?", *nearest)
                  : fmt::format(", which are {}", fmt::join(names, ", "))
      );
    }
    if (std::any_of(events.columns_.begin(), events.columns_.end(), is_it)) {
      return InvalidArgument("the column '{}' stands there twice", shown);
    }
    events.columns_.push_back(*known);
  }
  return events;
}

absl::Status CsvEvents::WriteCell(const Column& column, std::string_view cell, JsonWriter& json) {
  if (!IsValidUtf8(cell)) {
    return InvalidArgument("{}: is no valid UTF-8", column.name);
  }
  json.Key(column.name);
  if (column.kind == Column::Kind::kText) {
    json.String(CsvTextOf(cell));
  } else if (column.kind == Column::Kind::kFlag && (cell == "true" || cell == "false")) {
    json.Raw(cell);
  } else if (column.kind == Column::Kind::kJson) {
    const auto value = JsonDocument::Parse(std::string(CsvTextOf(cell)), kMaxEventDepth);
    if (!value.ok() || !(*value)->root().is_object()) {
      return InvalidArgument(
          "{}: is '{}', expected a JSON object",
          column.name,
          EscapeForDisplay(cell, kShownCellBytes)
      );
    }
    json.Raw(simdjson::minify((*value)->root()));
  } else {
    // Integers may stand in strings; a time may be RFC 3339.
    json.String(cell);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> CsvEvents::ToJson(const std::vector<std::string>& cells) const {
  if (cells.size() != columns_.size()) {
    return InvalidArgument(
        "has {} cells, expected {}, as many as columns", cells.size(), columns_.size()
    );
  }
  std::string out;
  JsonWriter json(out);
  json.BeginObject();
  for (size_t i = 0; i < cells.size(); ++i) {
    const Column& column = columns_[i];
    const std::string_view cell = cells[i];
    if (cell.empty() || column.kind == Column::Kind::kIgnored) {
      continue;
    }
    if (absl::Status status = WriteCell(column, cell, json); !status.ok()) {
      return status;
    }
  }
  json.EndObject();
  return out;
}

}  // namespace tidings::json
