#include "codec/json/report_json.h"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <utility>

#include "base/json_document.h"
#include "base/json_value.h"
#include "base/status.h"
#include "base/text.h"
#include "base/time_text.h"

namespace tidings::json {
namespace {

using json_value::KindOf;
using simdjson::dom::element;

constexpr size_t kShownBytes = 64;
constexpr size_t kMaxWarnings = 100;

/// Why a report is refused, without its position yet.
using Problem = std::optional<Rejection>;

Problem Wrong(std::string_view field, std::string error) {
  return Rejection{.field = std::string(field), .error = std::move(error)};
}

Problem WrongIf(std::string_view field, const absl::Status& status) {
  return status.ok() ? std::nullopt : Wrong(field, std::string(MessageOf(status)));
}

/// One report being read.
struct Reading {
  const ReportJsonOptions& options;
  ReportBatch& batch;
  Report report;
};

template <TextField kField>
Problem ReadTextField(std::string_view name, element value, Reading& reading) {
  return WrongIf(name, json_value::ReadText(value, reading.report.text[kField]));
}

Problem ReadId(std::string_view name, element value, Reading& reading) {
  return WrongIf(name, json_value::ReadText(value, reading.report.id));
}

void WarnOfSeconds(std::string_view name, int64_t time, Reading& reading) {
  if (LooksLikeSeconds(time) && reading.batch.warnings.size() < kMaxWarnings) {
    reading.batch.warnings.push_back(fmt::format(
        "report {}: {} is {}, which looks like seconds; it was taken as ms ({})",
        reading.report.index,
        name,
        time,
        FormatTimeUtc(time)
    ));
  }
}

/// ms as a number or in a string, RFC 3339 or relative to now; null and what is 0 or less: not
/// known.
template <int64_t Report::*kField>
Problem ReadTime(std::string_view name, element value, Reading& reading) {
  int64_t& time = reading.report.*kField;
  std::string_view text;
  if (value.get(text)) {
    const absl::Status read = json_value::ReadInteger(value, time);
    if (!read.ok()) {
      return Wrong(
          name,
          fmt::format(
              "is {}, expected ms since the epoch, RFC 3339 or a relative time", KindOf(value)
          )
      );
    }
  } else {
    const absl::StatusOr<int64_t> parsed = ParseTime(text, reading.options.now_ms);
    if (!parsed.ok()) {
      return Wrong(name, std::string(MessageOf(parsed.status())));
    }
    time = *parsed;
  }
  WarnOfSeconds(name, time, reading);
  return std::nullopt;
}

Problem ReadType(std::string_view name, element value, Reading& reading) {
  std::string_view text;
  int64_t number = 0;
  if (value.is_null()) {
    return std::nullopt;
  }
  if (!value.get(text) && (text == "Normal" || text == "Error")) {
    reading.report.type = text == "Error" ? EventType::kError : EventType::kNormal;
    return std::nullopt;
  }
  if (!value.get(number) && (number == 0 || number == 1)) {
    reading.report.type = static_cast<EventType>(number);
    return std::nullopt;
  }
  return Wrong(
      name,
      fmt::format(
          "is {}, expected \"Normal\" or \"Error\"",
          value.is_string() ? fmt::format("'{}'", EscapeForDisplay(text, kShownBytes))
                            : std::string(KindOf(value))
      )
  );
}

Problem ReadCount(std::string_view name, element value, Reading& reading) {
  return WrongIf(name, json_value::ReadInteger(value, reading.report.count));
}

Problem ReadGeneration(std::string_view name, element value, Reading& reading) {
  int64_t number = 0;
  if (Problem problem = WrongIf(name, json_value::ReadInteger(value, number))) {
    return problem;
  }
  if (number < 0 || number > std::numeric_limits<int32_t>::max()) {
    return Wrong(
        name, fmt::format("is {}, expected 0 to {}", number, std::numeric_limits<int32_t>::max())
    );
  }
  reading.report.generation = static_cast<int32_t>(number);
  return std::nullopt;
}

template <bool Report::*kField>
Problem ReadFlag(std::string_view name, element value, Reading& reading) {
  if (value.is_null()) {
    return std::nullopt;
  }
  if (value.get(reading.report.*kField)) {
    return Wrong(name, fmt::format("is {}, expected true or false", KindOf(value)));
  }
  return std::nullopt;
}

Problem ReadSource(std::string_view name, element value, Reading& reading);
Problem ReadParameters(std::string_view name, element value, Reading& reading);

/// A member of an answer that tells what the server knows: no news when it comes back.
Problem Ignore(std::string_view, element, Reading&) {
  return std::nullopt;
}

struct Member {
  std::string_view name;
  Problem (*read)(std::string_view name, element value, Reading& reading);
};

constexpr std::array kMembers{
    Member{"id", &ReadId},
    Member{"source", &ReadSource},
    Member{"service", &ReadTextField<TextField::kService>},
    Member{"instance", &ReadTextField<TextField::kInstance>},
    Member{"endpoint", &ReadTextField<TextField::kEndpoint>},
    Member{"layer", &ReadTextField<TextField::kLayer>},
    Member{"name", &ReadTextField<TextField::kName>},
    Member{"type", &ReadType},
    Member{"message", &ReadTextField<TextField::kMessage>},
    Member{"parameters", &ReadParameters},
    Member{"start", &ReadTime<&Report::start>},
    Member{"end", &ReadTime<&Report::end>},
    Member{"reported", &ReadTime<&Report::reported>},
    Member{"count", &ReadCount},
    Member{"generation", &ReadGeneration},
    Member{"withdrawn", &ReadFlag<&Report::withdrawn>},
    Member{"derived", &ReadFlag<&Report::derived>},
    Member{"uuid", &ReadId},
    Member{"startTime", &ReadTime<&Report::start>},
    Member{"endTime", &ReadTime<&Report::end>},
    Member{"serviceInstance", &ReadTextField<TextField::kInstance>},
    Member{"duration", &Ignore},
    Member{"state", &Ignore},
    Member{"received_first", &Ignore},
    Member{"received_last", &Ignore},
    Member{"time_inferred", &Ignore},
    Member{"contradictory", &Ignore},
    Member{"truncated", &Ignore},
    Member{"incomplete", &Ignore},
    Member{"text", &Ignore}};

constexpr std::array kSourceMembers{
    Member{"service", &ReadTextField<TextField::kService>},
    Member{"instance", &ReadTextField<TextField::kInstance>},
    Member{"endpoint", &ReadTextField<TextField::kEndpoint>},
    Member{"serviceInstance", &ReadTextField<TextField::kInstance>}};

Problem Unknown(std::string_view prefix, std::string_view name, std::span<const Member> members) {
  std::vector<std::string_view> names;
  for (const Member& member : members) {
    if (member.read != &Ignore) {
      names.push_back(member.name);
    }
  }
  const std::optional<std::string_view> nearest = Nearest(name, names);
  return Wrong(
      fmt::format("{}{}", prefix, EscapeForDisplay(name, kShownBytes)),
      nearest ? fmt::format("is no field of a report; did you mean '{}'?", *nearest)
              : std::string("is no field of a report; own data belong into 'parameters'")
  );
}

Problem ReadObject(
    std::string_view prefix,
    simdjson::dom::object object,
    std::span<const Member> members,
    Reading& reading
) {
  for (const auto& [key, member_value] : object) {
    const auto member = std::find_if(members.begin(), members.end(), [name = key](const Member& m) {
      return m.name == name;
    });
    Problem problem = member == members.end() ? Unknown(prefix, key, members)
                                              : member->read(member->name, member_value, reading);
    if (problem) {
      return problem;
    }
  }
  return std::nullopt;
}

Problem ReadSource(std::string_view name, element value, Reading& reading) {
  if (value.is_null()) {
    return std::nullopt;
  }
  simdjson::dom::object source;
  if (value.get(source)) {
    return Wrong(
        name,
        fmt::format("is {}, expected an object with service, instance and endpoint", KindOf(value))
    );
  }
  return ReadObject("source.", source, kSourceMembers, reading);
}

/// The value as the model has it; nothing for null. Arrays and objects become JSON text.
absl::StatusOr<std::optional<Value>> ReadValue(element value, Arena& arena) {
  std::string_view text;
  if (!value.get(text)) {
    return Value(text);
  }
  int64_t integer = 0;
  if (!value.get(integer)) {
    return Value(integer);
  }
  bool flag = false;
  if (!value.get(flag)) {
    return Value(flag);
  }
  if (value.is_uint64()) {
    return InvalidArgument("is an integer beyond 64 signed bits; send it as a string");
  }
  double real = 0;
  if (!value.get(real)) {
    return Value(real);
  }
  if (value.is_null()) {
    return std::nullopt;
  }
  return Value(arena.Copy(simdjson::minify(value)));
}

Problem ReadParameters(std::string_view name, element value, Reading& reading) {
  simdjson::dom::object parameters;
  if (value.is_null()) {
    return std::nullopt;
  }
  if (value.get(parameters)) {
    return Wrong(name, fmt::format("is {}, expected an object", KindOf(value)));
  }
  for (const auto& [key, member] : parameters) {
    const absl::StatusOr<std::optional<Value>> read = ReadValue(member, reading.batch.arena);
    if (!read.ok()) {
      return Wrong(
          fmt::format("parameters.{}", EscapeForDisplay(key, kShownBytes)),
          std::string(MessageOf(read.status()))
      );
    }
    if (*read) {
      reading.batch.parameters.push_back({.key = key, .value = **read});
    }
  }
  return std::nullopt;
}

void AppendReport(
    element value, uint32_t index, const ReportJsonOptions& options, ReportBatch& batch
) {
  const size_t first_parameter = batch.parameters.size();
  Reading reading{
      options, batch, {.index = index, .first_parameter = static_cast<uint32_t>(first_parameter)}};
  simdjson::dom::object object;
  Problem problem = value.get(object)
                        ? Wrong("report", fmt::format("is {}, expected an object", KindOf(value)))
                        : ReadObject("", object, kMembers, reading);
  if (problem) {
    batch.parameters.resize(first_parameter);
    problem->index = index;
    batch.rejections.push_back(*std::move(problem));
    return;
  }
  reading.report.parameter_count = static_cast<uint32_t>(batch.parameters.size() - first_parameter);
  batch.reports.push_back(reading.report);
}

}  // namespace

absl::Status DecodeReportsJson(
    std::string body, const ReportJsonOptions& options, ReportBatch& batch
) {
  auto document = JsonDocument::Parse(std::move(body), options.max_depth);
  if (!document.ok()) {
    return document.status();
  }
  const element root = (*document)->root();
  simdjson::dom::array reports;
  if (root.is_object()) {
    AppendReport(root, 0, options, batch);
  } else if (root.get(reports)) {
    return InvalidArgument(
        "the body is {}, expected one report or an array of reports", KindOf(root)
    );
  } else if (reports.size() > options.max_reports) {
    return ResourceExhausted(
        "{} reports in one body, at most {} are taken", reports.size(), options.max_reports
    );
  } else {
    batch.reports.reserve(batch.reports.size() + reports.size());
    uint32_t index = 0;
    for (const element report : reports) {
      AppendReport(report, index++, options, batch);
    }
  }
  batch.Keep(*document, (*document)->bytes());
  return absl::OkStatus();
}

void DecodeReportLine(
    std::string line_text, uint32_t line, const ReportJsonOptions& options, ReportBatch& batch
) {
  auto document = JsonDocument::Parse(std::move(line_text), options.max_depth);
  if (!document.ok()) {
    batch.rejections.push_back({line, "report", std::string(MessageOf(document.status()))});
    return;
  }
  AppendReport((*document)->root(), line, options, batch);
  batch.Keep(*document, (*document)->bytes());
}

}  // namespace tidings::json
