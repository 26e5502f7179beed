#include "codec/otlp/record_mapper.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>
#include <limits>
#include <utility>

#include <absl/strings/escaping.h>
#include <fmt/format.h>

#include "base/status.h"
#include "base/text.h"
#include "codec/otlp/flink_event.h"
#include "codec/otlp/value_text.h"
#include "event/canonical.h"

namespace tidings::otlp {
namespace {

struct KeyName {
  std::string_view name;
  KnownKey key;
};

constexpr auto kKeyNames = std::to_array<KeyName>({
    {"event.id", KnownKey::kEventId},
    {"tidings.id", KnownKey::kTidingsId},
    {"event.name", KnownKey::kEventName},
    {"name", KnownKey::kName},
    {"event.start_time", KnownKey::kStartTime},
    {"event.end_time", KnownKey::kEndTime},
    {"tidings.layer", KnownKey::kLayer},
    {"service.name", KnownKey::kServiceName},
    {"service.instance.id", KnownKey::kServiceInstanceId},
    {"k8s.pod.name", KnownKey::kPodName},
    {"host.name", KnownKey::kHostName},
    {"job_id", KnownKey::kJobId},
    {"jobId", KnownKey::kJobIdAgain},
    {"job_name", KnownKey::kJobName},
    {"tm_id", KnownKey::kTaskManagerId},
    {"host", KnownKey::kHost},
    {"task_name", KnownKey::kTaskName},
    {"operator_name", KnownKey::kOperatorName},
});

constexpr std::string_view kK8sPrefix = "k8s.";
constexpr std::string_view kResourcePrefix = "resource.";
/// What SDKs call a program that told no name.
constexpr std::string_view kUnknownService = "unknown_service";
/// The name of a kept record whose scope has none.
constexpr std::string_view kUnnamed = "LogRecord";
/// From here on a record is an error (OpenTelemetry, "Logs Data Model", SeverityNumber).
constexpr int32_t kErrorSeverity = 17;

constexpr auto kSeverityNames =
    std::to_array<std::string_view>({"TRACE",  "TRACE2", "TRACE3", "TRACE4", "DEBUG",  "DEBUG2",
                                     "DEBUG3", "DEBUG4", "INFO",   "INFO2",  "INFO3",  "INFO4",
                                     "WARN",   "WARN2",  "WARN3",  "WARN4",  "ERROR",  "ERROR2",
                                     "ERROR3", "ERROR4", "FATAL",  "FATAL2", "FATAL3", "FATAL4"});

KnownKey KnownKeyOf(std::string_view name) {
  for (const KeyName& known : kKeyNames) {
    if (name == known.name) {
      return known.key;
    }
  }
  return KnownKey::kNone;
}

bool StartsWith(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

/// Milliseconds since the epoch; 0 for what is not known. Flink sends -1 ms where it does not know,
/// which is far in the future here.
int64_t ToMs(uint64_t nanoseconds) {
  constexpr uint64_t kNanosecondsPerMs = 1'000'000;
  return nanoseconds > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())
             ? 0
             : static_cast<int64_t>(nanoseconds / kNanosecondsPerMs);
}

/// The severity in words; empty when it is not told.
std::string_view SeverityText(const LogRecord& record) {
  if (!record.severity_text.empty()) {
    return record.severity_text;
  }
  const auto number = static_cast<size_t>(record.severity_number);
  return record.severity_number >= 1 && number <= kSeverityNames.size() ? kSeverityNames[number - 1]
                                                                        : std::string_view();
}

size_t TextBytes(const Parameter& parameter) {
  const auto* const text = std::get_if<std::string_view>(&parameter.value);
  return parameter.key.size() + (text != nullptr ? text->size() : 0);
}

/// Milliseconds as an integer, in digits, or as a double without a fraction.
bool ReadMs(const Value& value, int64_t& ms) {
  if (const auto* const integer = std::get_if<int64_t>(&value)) {
    ms = *integer;
    return true;
  }
  if (const auto* const text = std::get_if<std::string_view>(&value)) {
    const auto result = std::from_chars(text->data(), text->data() + text->size(), ms);
    return !text->empty() && result.ec == std::errc() && result.ptr == text->data() + text->size();
  }
  const auto* const real = std::get_if<double>(&value);
  constexpr double kExact = 9007199254740992.0;
  if (real == nullptr || *real != std::trunc(*real) || std::abs(*real) > kExact) {
    return false;
  }
  ms = static_cast<int64_t>(*real);
  return true;
}

std::optional<Rejection> ReadTime(std::string_view key, const Parameter* attribute, int64_t& ms) {
  if (attribute == nullptr || ReadMs(attribute->value, ms)) {
    return std::nullopt;
  }
  std::string shown;
  AppendText(shown, attribute->value);
  constexpr size_t kShownBytes = 64;
  return Rejection{
      .index = 0,
      .field = fmt::format("attributes.{}", key),
      .error = fmt::format(
          "is '{}', expected ms since the epoch as an integer", EscapeForDisplay(shown, kShownBytes)
      )};
}

/// 32 hex digits that are the same for the same attributes, name and version.
std::string HashOf(std::string_view name, std::string_view version, Attributes attributes) {
  ReportBatch batch;
  batch.parameters.assign(attributes.begin(), attributes.end());
  Report report{.parameter_count = static_cast<uint32_t>(attributes.size())};
  report.text[TextField::kName] = name;
  report.text[TextField::kMessage] = version;
  return DeriveId(report, batch);
}

std::string HexOf(std::string_view bytes) {
  return absl::BytesToHexString(absl::string_view(bytes.data(), bytes.size()));
}

}  // namespace

RecordMapper::RecordMapper(const DecodeOptions& options, ReportBatch& batch)
    : options_(options), batch_(batch) {
  EnterResource({});
}

RecordMapper::Found RecordMapper::Classify(Attributes attributes, bool& has_k8s) {
  Found found;
  keys_.clear();
  for (const Parameter& attribute : attributes) {
    const KnownKey key = KnownKeyOf(attribute.key);
    keys_.push_back(key);
    if (key != KnownKey::kNone) {
      found[key] = &attribute;
    }
    has_k8s = has_k8s || StartsWith(attribute.key, kK8sPrefix);
  }
  return found;
}

void RecordMapper::Enter(Shared& shared, Attributes attributes) {
  shared.attributes = attributes;
  shared.parameters.clear();
  shared.hash.clear();
  shared.has_k8s = false;
  shared.found = Classify(attributes, shared.has_k8s);
  for (size_t i = 0; i < attributes.size(); ++i) {
    if (keys_[i] != KnownKey::kLayer) {
      shared.parameters.push_back(attributes[i]);
    }
  }
}

void RecordMapper::EnterResource(Attributes attributes) {
  Enter(resource_, attributes);
  for (Parameter& parameter : resource_.parameters) {
    const size_t size = kResourcePrefix.size() + parameter.key.size();
    char* const key = batch_.arena.Allocate(size);
    char* const end = std::copy(kResourcePrefix.begin(), kResourcePrefix.end(), key);
    std::copy(parameter.key.begin(), parameter.key.end(), end);
    parameter.key = {key, size};
  }
  EnterScope({});
}

void RecordMapper::EnterScope(const Scope& scope) {
  Enter(scope_, scope.attributes);
  scope_name_ = scope.name;
  scope_version_ = scope.version;
  is_flink_scope_ = StartsWith(scope.name, kFlinkPackage);
}

absl::Status RecordMapper::Count() {
  if (++decoded_.records > options_.limits.records) {
    return ResourceExhausted(
        "more than {} log records in one request; send smaller ones", options_.limits.records
    );
  }
  return absl::OkStatus();
}

absl::Status RecordMapper::Reject(std::string_view field, std::string error) {
  const auto index = static_cast<uint32_t>(decoded_.records);
  batch_.rejections.push_back({index, std::string(field), std::move(error)});
  return Count();
}

std::string_view RecordMapper::Text(const Parameter* attribute) {
  return attribute == nullptr ? std::string_view() : TextOf(attribute->value, batch_.arena);
}

std::string_view RecordMapper::FirstText(std::initializer_list<const Parameter*> attributes) {
  for (const Parameter* const attribute : attributes) {
    if (const std::string_view text = Text(attribute); !text.empty()) {
      return text;
    }
  }
  return {};
}

std::string_view RecordMapper::Use(Draft& draft, KnownKey key) {
  const std::string_view text = Text(draft.found[key]);
  draft.used[key] = !text.empty();
  return text;
}

std::string_view RecordMapper::AnywhereText(const Draft& draft, KnownKey key) {
  return FirstText({draft.found[key], scope_.found[key], resource_.found[key]});
}

absl::Status RecordMapper::Add(const LogRecord& record) {
  Draft draft;
  draft.report.index = static_cast<uint32_t>(decoded_.records);
  if (absl::Status status = Count(); !status.ok()) {
    return status;
  }
  draft.has_k8s = scope_.has_k8s || resource_.has_k8s;
  draft.found = Classify(record.attributes, draft.has_k8s);
  draft.is_flink = is_flink_scope_ || (draft.found[KnownKey::kJobId] != nullptr &&
                                       draft.found[KnownKey::kJobName] != nullptr);
  ReadIdentity(record, draft);
  std::string_view& name = draft.report.text[TextField::kName];
  if (name.empty() && draft.report.id.empty()) {
    if (!options_.keep_unnamed) {
      ++decoded_.unnamed;
      return absl::OkStatus();
    }
    name = scope_name_.empty() ? kUnnamed : scope_name_;
  }
  if (std::optional<Rejection> rejection = ReadTimes(record, draft)) {
    rejection->index = draft.report.index;
    batch_.rejections.push_back(*std::move(rejection));
    return absl::OkStatus();
  }
  ReadSource(draft);
  ReadLayer(draft);
  ReadContent(record, draft);
  return Finish(record, draft);
}

void RecordMapper::ReadIdentity(const LogRecord& record, Draft& draft) {
  std::string_view& name = draft.report.text[TextField::kName];
  name = record.event_name;
  if (name.empty()) {
    name = Use(draft, KnownKey::kEventName);
  }
  if (name.empty() && draft.is_flink) {
    name = Use(draft, KnownKey::kName);
  }
  draft.report.id = Use(draft, KnownKey::kEventId);
  if (draft.report.id.empty()) {
    draft.report.id = Use(draft, KnownKey::kTidingsId);
  }
}

std::optional<Rejection> RecordMapper::ReadTimes(const LogRecord& record, Draft& draft) {
  const int64_t time = ToMs(record.time_unix_nano);
  const int64_t observed = ToMs(record.observed_time_unix_nano);
  const Parameter* const start = draft.found[KnownKey::kStartTime];
  const Parameter* const end = draft.found[KnownKey::kEndTime];
  draft.report.reported = std::max(time, observed);
  if (start == nullptr && end == nullptr) {
    // Flink's time is only when it was sent.
    const int64_t first = draft.is_flink ? observed : time;
    const int64_t second = draft.is_flink ? time : observed;
    draft.report.start = draft.report.end = first != 0 ? first : second;
    return std::nullopt;
  }
  draft.used[KnownKey::kStartTime] = true;
  draft.used[KnownKey::kEndTime] = true;
  auto rejection = ReadTime("event.start_time", start, draft.report.start);
  return rejection ? rejection : ReadTime("event.end_time", end, draft.report.end);
}

void RecordMapper::ReadSource(Draft& draft) {
  const auto of_record = [&draft](KnownKey key) { return draft.found[key]; };
  TextFields& text = draft.report.text;
  text[TextField::kService] = Text(resource_.found[KnownKey::kServiceName]);
  if (StartsWith(text[TextField::kService], kUnknownService)) {
    text[TextField::kService] = {};
  }
  for (const KnownKey key :
       {KnownKey::kServiceInstanceId, KnownKey::kPodName, KnownKey::kHostName}) {
    if (text[TextField::kInstance].empty()) {
      text[TextField::kInstance] = AnywhereText(draft, key);
    }
  }
  if (!draft.is_flink) {
    return;
  }
  if (text[TextField::kService].empty()) {
    const std::string_view job =
        FirstText({of_record(KnownKey::kJobName), of_record(KnownKey::kJobId)});
    text[TextField::kService] = job.empty() ? "flink" : job;
  }
  if (text[TextField::kInstance].empty()) {
    text[TextField::kInstance] =
        FirstText({of_record(KnownKey::kTaskManagerId), of_record(KnownKey::kHost)});
  }
  text[TextField::kEndpoint] =
      FirstText({of_record(KnownKey::kTaskName), of_record(KnownKey::kOperatorName)});
}

void RecordMapper::ReadLayer(Draft& draft) {
  std::string_view& layer = draft.report.text[TextField::kLayer];
  layer = AnywhereText(draft, KnownKey::kLayer);
  draft.used[KnownKey::kLayer] = true;
  // GENERAL is what an event without a layer reads as; told by a report, it would take the layer
  // of another one away (event model, Fields).
  if (layer.empty()) {
    layer = draft.is_flink ? "FLINK" : draft.has_k8s ? "K8S" : "";
  }
}

void RecordMapper::ReadContent(const LogRecord& record, Draft& draft) {
  Report& report = draft.report;
  std::string_view& message = report.text[TextField::kMessage];
  if (record.body) {
    message = TextOf(*record.body, batch_.arena);
  }
  report.type = record.severity_number >= kErrorSeverity ? EventType::kError : EventType::kNormal;
  const FlinkEvent flink = FlinkEventOf(scope_name_, report.text[TextField::kName]);
  if (flink == FlinkEvent::kNone) {
    return;
  }
  report.type = TypeOf(flink, record.attributes);
  if (message.empty()) {
    message = batch_.arena.Copy(SentenceOf(flink, record.attributes));
  }
  const Parameter* const again = draft.found[KnownKey::kJobIdAgain];
  const Parameter* const job_id = draft.found[KnownKey::kJobId];
  draft.used[KnownKey::kJobIdAgain] =
      again != nullptr && job_id != nullptr && again->value == job_id->value;
}

void RecordMapper::AppendParameters(const LogRecord& record, Draft& draft) {
  std::vector<Parameter>& parameters = batch_.parameters;
  draft.report.first_parameter = static_cast<uint32_t>(parameters.size());
  // Of equal keys the last counts: the record's own stand behind those of its surroundings.
  if (const std::string_view severity = SeverityText(record); !severity.empty()) {
    parameters.push_back({.key = "severity", .value = severity});
  }
  if (!scope_name_.empty()) {
    parameters.push_back({.key = "scope", .value = scope_name_});
  }
  parameters.insert(parameters.end(), resource_.parameters.begin(), resource_.parameters.end());
  parameters.insert(parameters.end(), scope_.parameters.begin(), scope_.parameters.end());
  for (size_t i = 0; i < record.attributes.size(); ++i) {
    if (!draft.used[keys_[i]]) {
      parameters.push_back(record.attributes[i]);
    }
  }
  draft.report.parameter_count =
      static_cast<uint32_t>(parameters.size()) - draft.report.first_parameter;
}

void RecordMapper::AppendOrigin(const LogRecord& record, std::string& out) {
  if (resource_.hash.empty()) {
    resource_.hash = HashOf({}, {}, resource_.attributes);
  }
  if (scope_.hash.empty()) {
    scope_.hash = HashOf(scope_name_, scope_version_, scope_.attributes);
  }
  fmt::format_to(
      std::back_inserter(out),
      "{} {} {} {} {} {} {}",
      resource_.hash,
      scope_.hash,
      record.time_unix_nano,
      record.observed_time_unix_nano,
      record.severity_number,
      HexOf(record.trace_id),
      HexOf(record.span_id)
  );
}

absl::Status RecordMapper::Finish(const LogRecord& record, Draft& draft) {
  Report& report = draft.report;
  AppendParameters(record, draft);
  if (report.id.empty()) {
    scratch_.clear();
    AppendOrigin(record, scratch_);
    report.origin = batch_.arena.Copy(scratch_);
  }
  expanded_bytes_ += sizeof(Report) + report.parameter_count * sizeof(Parameter) +
                     report.text[TextField::kMessage].size() + report.origin.size();
  for (size_t i = report.first_parameter; i < batch_.parameters.size(); ++i) {
    expanded_bytes_ += TextBytes(batch_.parameters[i]);
  }
  if (expanded_bytes_ > options_.limits.expanded_bytes) {
    return ResourceExhausted(
        "the first {} log records of the request hold more than {} bytes, with the resource that "
        "each of them belongs to; send smaller requests",
        decoded_.records,
        options_.limits.expanded_bytes
    );
  }
  batch_.reports.push_back(report);
  return absl::OkStatus();
}

}  // namespace tidings::otlp
