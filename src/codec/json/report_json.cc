#include "codec/json/report_json.h"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <span>
#include <utility>
#include <variant>

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
/// A longer line leaves no memory behind.
constexpr size_t kMostKeptBytes = size_t{64} << 10;

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

/// Times written as dates or relative to now are what they are; only bare numbers can be meant
/// otherwise.
void WarnOfSeconds(std::string_view name, int64_t time, Reading& reading) {
  if (LooksLikeSeconds(time) && reading.batch.warnings.size() < kMaxWarnings) {
    reading.batch.warnings.push_back(fmt::format(
        "report {}: {} is {}, which looks like seconds; as ms, which are wanted, it is {}",
        reading.report.index,
        name,
        time,
        FormatTimeUtc(time)
    ));
  }
}

Problem ReadTimeText(
    std::string_view name, std::string_view text, int64_t& time, const ReportJsonOptions& options
) {
  const absl::StatusOr<int64_t> parsed = ParseTime(text, options.now_ms);
  if (!parsed.ok()) {
    return Wrong(name, std::string(MessageOf(parsed.status())));
  }
  time = *parsed;
  return std::nullopt;
}

/// ms as a number or in a string, RFC 3339 or relative to now; what is 0 or less is not known.
template <int64_t Report::*kField>
Problem ReadTime(std::string_view name, element value, Reading& reading) {
  int64_t& time = reading.report.*kField;
  if (json_value::ReadInteger(value, time).ok()) {
    WarnOfSeconds(name, time, reading);
    return std::nullopt;
  }
  std::string_view text;
  if (!value.get(text)) {
    return ReadTimeText(name, text, time, reading.options);
  }
  return Wrong(
      name,
      fmt::format(
          "is {}, expected ms since the epoch, RFC 3339 or a relative time",
          json_value::Shown(value)
      )
  );
}

Problem ReadType(std::string_view name, element value, Reading& reading) {
  std::string_view text;
  int64_t number = 0;
  if (!value.get(text) && (text == "Normal" || text == "Error")) {
    reading.report.type = text == "Error" ? EventType::kError : EventType::kNormal;
    return std::nullopt;
  }
  if (!value.get(number) && (number == 0 || number == 1)) {
    reading.report.type = static_cast<EventType>(number);
    return std::nullopt;
  }
  return Wrong(name, fmt::format("is {}, expected Normal or Error", json_value::Shown(value)));
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
  if (value.get(reading.report.*kField)) {
    return Wrong(name, fmt::format("is {}, expected true or false", json_value::Shown(value)));
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

/// Members found by name. Grouped by the length of their names: a report's every key is looked up,
/// and of one length there are few.
template <size_t kCount>
class MemberTable {
 public:
  explicit constexpr MemberTable(const std::array<Member, kCount>& members) : members_(members) {
    std::sort(members_.begin(), members_.end(), [](const Member& a, const Member& b) {
      return a.name.size() < b.name.size();
    });
    for (const Member& member : members_) {
      for (size_t longer = member.name.size() + 1; longer < first_.size(); ++longer) {
        ++first_[longer];
      }
    }
  }

  const Member* Find(std::string_view name) const {
    if (name.size() > kMaxNameLength) {
      return nullptr;
    }
    for (size_t i = first_[name.size()]; i < first_[name.size() + 1]; ++i) {
      if (members_[i].name == name) {
        return &members_[i];
      }
    }
    return nullptr;
  }

  std::span<const Member> members() const { return members_; }

 private:
  static constexpr size_t kMaxNameLength = 15;

  std::array<Member, kCount> members_;
  /// Where the names of each length begin; one more entry, so that every length has an end.
  std::array<size_t, kMaxNameLength + 2> first_{};
};

constexpr MemberTable kMembers(std::array{
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
    Member{"text", &Ignore}});

constexpr MemberTable kSourceMembers(std::array{
    Member{"service", &ReadTextField<TextField::kService>},
    Member{"instance", &ReadTextField<TextField::kInstance>},
    Member{"endpoint", &ReadTextField<TextField::kEndpoint>},
    Member{"serviceInstance", &ReadTextField<TextField::kInstance>}});

Problem Unknown(std::string_view name, std::span<const Member> members) {
  std::vector<std::string_view> names;
  for (const Member& member : members) {
    if (member.read != &Ignore) {
      names.push_back(member.name);
    }
  }
  const std::optional<std::string_view> nearest = Nearest(name, names);
  return Wrong(
      name.empty() ? "''" : EscapeForDisplay(name, kShownBytes),
      nearest ? fmt::format("is no field of a report; did you mean '{}'?", *nearest)
              : std::string("is no field of a report; own data belong into 'parameters'")
  );
}

template <size_t kCount>
Problem ReadObject(
    std::string_view prefix,
    simdjson::dom::object object,
    const MemberTable<kCount>& table,
    Reading& reading
) {
  for (const auto& [key, member_value] : object) {
    const Member* const member = table.Find(key);
    Problem problem;
    if (member == nullptr) {
      problem = Unknown(key, table.members());
    } else if (!member_value.is_null()) {  // null is "not given".
      problem = member->read(member->name, member_value, reading);
    }
    if (problem) {
      problem->field.insert(0, prefix);
      return problem;
    }
  }
  return std::nullopt;
}

Problem ReadSource(std::string_view name, element value, Reading& reading) {
  simdjson::dom::object source;
  if (value.get(source)) {
    return Wrong(
        name,
        fmt::format(
            "is {}, expected an object with service, instance and endpoint",
            json_value::Shown(value)
        )
    );
  }
  return ReadObject("source.", source, kSourceMembers, reading);
}

/// Whether an integer that no type of the model holds stands somewhere in `value`.
bool HasHugeNumber(element value) {
  simdjson::dom::array array;
  simdjson::dom::object object;
  if (!value.get(array)) {
    return std::any_of(array.begin(), array.end(), &HasHugeNumber);
  }
  if (!value.get(object)) {
    return std::any_of(object.begin(), object.end(), [](const auto& member) {
      return HasHugeNumber(member.value);
    });
  }
  return value.type() == simdjson::dom::element_type::UINT64;
}

/// The value as the model has it. Arrays and objects become JSON text.
std::optional<Value> ReadValue(element value, Arena& arena) {
  using Type = simdjson::dom::element_type;
  switch (value.type()) {
    case Type::STRING:
      return Value(value.get_string().value_unsafe());
    case Type::INT64:
      return Value(value.get_int64().value_unsafe());
    case Type::DOUBLE:
      return Value(value.get_double().value_unsafe());
    case Type::BOOL:
      return Value(value.get_bool().value_unsafe());
    default:
      break;
  }
  if (HasHugeNumber(value)) {
    return std::nullopt;
  }
  return Value(arena.Copy(simdjson::minify(value)));
}

Problem ReadParameters(std::string_view name, element value, Reading& reading) {
  std::vector<Parameter>& parameters = reading.batch.parameters;
  simdjson::dom::object members;
  if (value.get(members)) {
    return Wrong(name, fmt::format("is {}, expected an object", json_value::Shown(value)));
  }
  parameters.resize(reading.report.first_parameter);  // Of a member given twice the last counts.
  for (const auto& [key, member] : members) {
    if (member.is_null()) {
      continue;
    }
    const std::optional<Value> read = ReadValue(member, reading.batch.arena);
    if (!read) {
      return Wrong(
          fmt::format("parameters.{}", EscapeForDisplay(key, kShownBytes)),
          "is or holds a number beyond 64 signed bits or a double; send it as a string"
      );
    }
    parameters.push_back({.key = key, .value = *read});
  }
  return std::nullopt;
}

/// Calls `visit` with each text of a report, which may put another in its place.
template <typename Visit>
void ForEachText(Report& report, ReportBatch& batch, const Visit& visit) {
  visit(report.id);
  for (std::string_view& text : report.text.values) {
    visit(text);
  }
  const std::span<Parameter> parameters(batch.parameters);
  for (Parameter& parameter : parameters.subspan(report.first_parameter)) {
    visit(parameter.key);
    if (auto* const text = std::get_if<std::string_view>(&parameter.value)) {
      visit(*text);
    }
  }
}

/// Moves the texts of the last report into the batch's arena.
void OwnTexts(Report& report, ReportBatch& batch) {
  size_t bytes = 0;
  ForEachText(report, batch, [&bytes](std::string_view text) { bytes += text.size(); });
  char* at = batch.arena.Allocate(bytes);
  ForEachText(report, batch, [&at](std::string_view& text) {
    const size_t size = text.copy(at, text.size());
    text = {at, size};
    at += size;
  });
}

void AppendReport(
    element value, uint32_t index, const ReportJsonOptions& options, ReportBatch& batch
) {
  const size_t first_parameter = batch.parameters.size();
  const size_t first_warning = batch.warnings.size();
  Reading reading{
      options, batch, {.index = index, .first_parameter = static_cast<uint32_t>(first_parameter)}};
  simdjson::dom::object object;
  Problem problem =
      value.get(object)
          ? Wrong(
                kWholeReport,
                fmt::format("the report is {}, expected an object", json_value::Shown(value))
            )
          : ReadObject("", object, kMembers, reading);
  if (problem) {
    batch.parameters.resize(first_parameter);
    batch.warnings.resize(first_warning);
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

void ReportLineDecoder::Decode(
    std::string& text, uint32_t line, const ReportJsonOptions& options, ReportBatch& batch
) {
  const size_t reports = batch.reports.size();
  if (absl::Status status = document_.ParseNext(text, options.max_depth); !status.ok()) {
    batch.rejections.push_back({line, std::string(kWholeReport), std::string(MessageOf(status))});
  } else {
    AppendReport(document_.root(), line, options, batch);
  }
  if (batch.reports.size() > reports) {
    OwnTexts(batch.reports.back(), batch);
  }
  if (text.size() > kMostKeptBytes) {
    document_ = JsonDocument();
  }
}

}  // namespace tidings::json
