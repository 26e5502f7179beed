#include "codec/otlp/logs_json.h"

#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include <absl/strings/escaping.h>

#include "base/json_document.h"
#include "base/json_value.h"
#include "base/status.h"
#include "base/text.h"
#include "codec/otlp/log_record.h"
#include "codec/otlp/value_json.h"

namespace tidings::otlp {
namespace {

using json_value::Shown;
using simdjson::dom::element;

/// A map in a map takes four levels of JSON. Far more than a value may have, so that what nests too
/// deep is found in its record, and rejects that one alone.
constexpr size_t kMaxJsonDepth = 16 * static_cast<size_t>(kMaxValueDepth);

/// Why the whole request is refused.
absl::Status ToStatus(std::string_view prefix, const JsonProblem& problem) {
  return problem ? InvalidArgument("{}{} {}", prefix, problem->field, problem->error)
                 : absl::OkStatus();
}

/// The elements of an array that may be absent.
using Elements = std::optional<simdjson::dom::array>;

absl::Status ReadArray(std::string_view field, element value, Elements& elements) {
  simdjson::dom::array array;
  if (!value.get(array)) {
    elements = array;
    return absl::OkStatus();
  }
  return value.is_null() ? absl::OkStatus()
                         : InvalidArgument("{} is {}, expected an array", field, Shown(value));
}

/// Calls `read` with each element, until one fails.
template <typename Read>
absl::Status ForEach(const Elements& elements, Read read) {
  if (elements) {
    for (const element value : *elements) {
      if (absl::Status status = read(value); !status.ok()) {
        return status;
      }
    }
  }
  return absl::OkStatus();
}

/// Calls `read` with each member of an object, until one fails; null is an object without any.
template <typename Read>
absl::Status ForEachMember(std::string_view field, element value, Read read) {
  simdjson::dom::object members;
  if (value.is_null()) {
    return absl::OkStatus();
  }
  if (value.get(members)) {
    return InvalidArgument("{} is {}, expected an object", field, Shown(value));
  }
  for (const auto& [key, member] : members) {
    if (absl::Status status = read(key, member); !status.ok()) {
      return status;
    }
  }
  return absl::OkStatus();
}

/// A fixed64 as a number (1.7e18 is an integer) or as a string of one; null is 0.
absl::Status ReadNanoseconds(element value, uint64_t& number) {
  return json_value::ReadInteger(value, number).ok()
             ? absl::OkStatus()
             : InvalidArgument(
                   "is {}, expected nanoseconds since the epoch as an integer", Shown(value)
               );
}

absl::Status ReadSeverityNumber(element value, int32_t& severity) {
  int64_t number = 0;
  const absl::Status status = json_value::ReadInteger(value, number);
  // An enum is an int32; names are not allowed (OTLP Specification, JSON Protobuf Encoding).
  if (!status.ok() || number < std::numeric_limits<int32_t>::min() ||
      number > std::numeric_limits<int32_t>::max()) {
    return InvalidArgument("is {}, expected an integer", Shown(value));
  }
  severity = static_cast<int32_t>(number);
  return absl::OkStatus();
}

absl::Status ReadHex(element value, Arena& arena, std::string_view& bytes) {
  std::string_view text;
  if (absl::Status status = json_value::ReadText(value, text); !status.ok()) {
    return status;
  }
  const bool is_hex = text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos &&
                      text.size() % 2 == 0;
  if (!is_hex) {
    return InvalidArgument("is {}, expected hex digits", Shown(value));
  }
  bytes = arena.Copy(absl::HexStringToBytes(absl::string_view(text.data(), text.size())));
  return absl::OkStatus();
}

class JsonRequestReader {
 public:
  JsonRequestReader(const DecodeOptions& options, ReportBatch& batch)
      : arena_(batch.arena), mapper_(options, batch) {}

  absl::StatusOr<DecodedLogs> Read(element root) {
    Elements groups;
    std::string_view unknown;
    absl::Status status = ForEachMember("the body", root, [&](std::string_view key, element value) {
      if (key == "resourceLogs") {
        return ReadArray(key, value, groups);
      }
      unknown = key;
      NoteSnakeCase(key, "resource_logs", "resourceLogs");
      return absl::OkStatus();
    });
    if (status.ok()) {
      status = ForEach(groups, [this](element group) { return ReadResourceLogs(group); });
    }
    if (!status.ok()) {
      return status;
    }
    if (!groups && !unknown.empty() && warning_.empty()) {
      warning_ = fmt::format(
          "the body has '{}' and no 'resourceLogs', so nothing of it was stored: is it an "
          "ExportLogsServiceRequest?",
          EscapeForDisplay(unknown, kShownKeyBytes)
      );
    }
    DecodedLogs decoded = mapper_.decoded();
    decoded.warning = std::move(warning_);
    return decoded;
  }

 private:
  /// Unknown members are of newer clients, and skipped; but nobody means to have a list of records
  /// skipped for its name.
  void NoteSnakeCase(std::string_view key, std::string_view snake_case, std::string_view name) {
    if (key == snake_case && warning_.empty()) {
      warning_ = fmt::format(
          "'{}' was skipped with all that is in it: names are lowerCamelCase in OTLP's JSON, '{}'",
          snake_case,
          name
      );
    }
  }

  /// Members come in any order: what records need of their surroundings is read first.
  absl::Status ReadResourceLogs(element value) {
    Elements scopes;
    resource_attributes_.clear();
    absl::Status status =
        ForEachMember("resourceLogs[]", value, [&](std::string_view key, element member) {
          if (key == "resource") {
            return ReadResource(member);
          }
          NoteSnakeCase(key, "scope_logs", "scopeLogs");
          return key == "scopeLogs" ? ReadArray(key, member, scopes) : absl::OkStatus();
        });
    if (!status.ok()) {
      return status;
    }
    mapper_.EnterResource(resource_attributes_);
    return ForEach(scopes, [this](element scope) { return ReadScopeLogs(scope); });
  }

  absl::Status ReadResource(element value) {
    return ForEachMember("resource", value, [this](std::string_view key, element member) {
      return key == "attributes"
                 ? ToStatus("resource.", ReadAttributes(member, arena_, resource_attributes_))
                 : absl::OkStatus();
    });
  }

  absl::Status ReadScopeLogs(element value) {
    Elements records;
    Scope scope;
    scope_attributes_.clear();
    absl::Status status =
        ForEachMember("scopeLogs[]", value, [&](std::string_view key, element member) {
          if (key == "scope") {
            return ReadScope(member, scope);
          }
          NoteSnakeCase(key, "log_records", "logRecords");
          return key == "logRecords" ? ReadArray(key, member, records) : absl::OkStatus();
        });
    if (!status.ok()) {
      return status;
    }
    scope.attributes = scope_attributes_;
    mapper_.EnterScope(scope);
    return ForEach(records, [this](element record) { return ReadRecord(record); });
  }

  absl::Status ReadScope(element value, Scope& scope) {
    return ForEachMember("scope", value, [&](std::string_view key, element member) {
      JsonProblem problem;
      if (key == "name") {
        problem = ProblemIf(key, json_value::ReadText(member, scope.name));
      } else if (key == "version") {
        problem = ProblemIf(key, json_value::ReadText(member, scope.version));
      } else if (key == "attributes") {
        problem = ReadAttributes(member, arena_, scope_attributes_);
      }
      return ToStatus("scope.", problem);
    });
  }

  absl::Status ReadRecord(element value) {
    simdjson::dom::object members;
    attributes_.clear();
    LogRecord record;
    if (value.get(members)) {
      return mapper_.Reject("logRecord", fmt::format("is {}, expected an object", Shown(value)));
    }
    for (const auto& [key, member] : members) {
      if (JsonProblem problem = ReadField(key, member, record)) {
        return mapper_.Reject(problem->field, std::move(problem->error));
      }
    }
    record.attributes = attributes_;
    return mapper_.Add(record);
  }

  JsonProblem ReadField(std::string_view key, element value, LogRecord& record) {
    if (key == "timeUnixNano") {
      return ProblemIf(key, ReadNanoseconds(value, record.time_unix_nano));
    }
    if (key == "observedTimeUnixNano") {
      return ProblemIf(key, ReadNanoseconds(value, record.observed_time_unix_nano));
    }
    if (key == "severityNumber") {
      return ProblemIf(key, ReadSeverityNumber(value, record.severity_number));
    }
    if (key == "severityText") {
      return ProblemIf(key, json_value::ReadText(value, record.severity_text));
    }
    if (key == "eventName") {
      return ProblemIf(key, json_value::ReadText(value, record.event_name));
    }
    if (key == "body") {
      return ReadBody(value, arena_, record.body);
    }
    if (key == "attributes") {
      attributes_.clear();  // Of a member given twice the last counts.
      return ReadAttributes(value, arena_, attributes_);
    }
    if (key == "traceId") {
      return ProblemIf(key, ReadHex(value, arena_, record.trace_id));
    }
    if (key == "spanId") {
      return ProblemIf(key, ReadHex(value, arena_, record.span_id));
    }
    return std::nullopt;  // Unknown members are of newer clients.
  }

  Arena& arena_;
  RecordMapper mapper_;
  /// Of the first mistake.
  std::string warning_;
  std::vector<Parameter> resource_attributes_;
  std::vector<Parameter> scope_attributes_;
  /// Of the record at hand.
  std::vector<Parameter> attributes_;
};

}  // namespace

absl::StatusOr<DecodedLogs> DecodeLogsJson(
    std::string body, const DecodeOptions& options, ReportBatch& batch
) {
  auto document = JsonDocument::Parse(std::move(body), kMaxJsonDepth);
  if (!document.ok()) {
    return document.status();
  }
  const auto decoded = JsonRequestReader(options, batch).Read((*document)->root());
  if (decoded.ok()) {
    batch.Keep(*document, (*document)->bytes());
  }
  return decoded;
}

}  // namespace tidings::otlp
