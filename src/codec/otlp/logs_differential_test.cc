// Our readers held against protobuf's generated classes: a second mapping is written over them
// here, in the plainest way, and a request must give the same reports by either, in protobuf and in
// JSON.

#include <algorithm>
#include <map>
#include <rapidcheck.h>
#include <span>

#include <google/protobuf/stubs/logging.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include "base/json_writer.h"
#include "base/status.h"
#include "base/text.h"
#include "base/wire.h"
#include "codec/otlp/logs_json.h"
#include "codec/otlp/logs_protobuf.h"
#include "codec/testing/decoded.h"
#include "event/normalise.h"
#include "opentelemetry/proto/collector/logs/v1/logs_service.pb.h"

namespace tidings::otlp {
namespace {

namespace common = ::opentelemetry::proto::common::v1;
namespace logs = ::opentelemetry::proto::logs::v1;
using Request = ::opentelemetry::proto::collector::logs::v1::ExportLogsServiceRequest;
using Pairs = google::protobuf::RepeatedPtrField<common::KeyValue>;
using testing::OwnedValue;
using testing::ReportSpec;

// --- The second mapping ---

void WriteJson(JsonWriter& json, const common::AnyValue& value) {
  switch (value.value_case()) {
    case common::AnyValue::kStringValue:
      json.String(value.string_value());
      break;
    case common::AnyValue::kBoolValue:
      json.Bool(value.bool_value());
      break;
    case common::AnyValue::kIntValue:
      json.Int(value.int_value());
      break;
    case common::AnyValue::kDoubleValue:
      json.Double(value.double_value());
      break;
    case common::AnyValue::kBytesValue:
      json.String(Base64Encode(value.bytes_value()));
      break;
    case common::AnyValue::kArrayValue:
      json.BeginArray();
      for (const common::AnyValue& element : value.array_value().values()) {
        WriteJson(json, element);
      }
      json.EndArray();
      break;
    case common::AnyValue::kKvlistValue:
      json.BeginObject();
      for (const common::KeyValue& entry : value.kvlist_value().values()) {
        json.Key(entry.key());
        WriteJson(json, entry.value());
      }
      json.EndObject();
      break;
    case common::AnyValue::VALUE_NOT_SET:
      json.Null();
      break;
  }
}

std::optional<OwnedValue> ValueOf(const common::AnyValue& value) {
  switch (value.value_case()) {
    case common::AnyValue::VALUE_NOT_SET:
      return std::nullopt;
    case common::AnyValue::kStringValue:
      return value.string_value();
    case common::AnyValue::kBoolValue:
      return value.bool_value();
    case common::AnyValue::kIntValue:
      return value.int_value();
    case common::AnyValue::kDoubleValue:
      return value.double_value();
    case common::AnyValue::kBytesValue:
      return Base64Encode(value.bytes_value());
    default:
      break;
  }
  std::string text;
  JsonWriter json(text);
  WriteJson(json, value);
  return text;
}

/// A string as it is, anything else as its JSON.
std::string BodyText(const common::AnyValue& body) {
  if (body.has_string_value() || body.value_case() == common::AnyValue::VALUE_NOT_SET) {
    return body.string_value();
  }
  std::string text;
  JsonWriter json(text);
  WriteJson(json, body);
  return text;
}

std::string TextOfValue(const OwnedValue& value) {
  if (const auto* const text = std::get_if<std::string>(&value)) {
    return *text;
  }
  std::string text;
  JsonWriter json(text);
  if (const auto* const flag = std::get_if<bool>(&value)) {
    json.Bool(*flag);
  } else if (const auto* const integer = std::get_if<int64_t>(&value)) {
    json.Int(*integer);
  } else {
    json.Double(*std::get_if<double>(&value));
  }
  return text;
}

using Map = std::map<std::string, OwnedValue>;

/// Of a key given twice the last counts; attributes without a value are none.
Map MapOf(const Pairs& pairs) {
  Map map;
  for (const common::KeyValue& pair : pairs) {
    if (const auto value = ValueOf(pair.value())) {
      map.insert_or_assign(pair.key(), *value);
    }
  }
  return map;
}

struct Surroundings {
  Map resource;
  Map scope;
  std::string scope_name;
};

std::string Get(const Map& map, const std::string& key) {
  const auto found = map.find(key);
  return found == map.end() ? std::string() : TextOfValue(found->second);
}

std::string GetAnywhere(const Map& record, const Surroundings& around, const std::string& key) {
  for (const Map* const map : {&record, &around.scope, &around.resource}) {
    if (std::string text = Get(*map, key); !text.empty()) {
      return text;
    }
  }
  return {};
}

bool HasPrefix(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

bool HasK8s(const Map& map) {
  return std::any_of(map.begin(), map.end(), [](const auto& entry) {
    return HasPrefix(entry.first, "k8s.");
  });
}

std::string FirstOf(const std::vector<std::string>& texts) {
  for (const std::string& text : texts) {
    if (!text.empty()) {
      return text;
    }
  }
  return {};
}

int64_t Ms(uint64_t nanoseconds) {
  return nanoseconds > uint64_t{INT64_MAX} ? 0 : static_cast<int64_t>(nanoseconds / 1'000'000);
}

void AddParameters(
    const Surroundings& around, const logs::LogRecord& record, Map attributes, ReportSpec& spec
) {
  Map all = std::move(attributes);
  all.insert(around.scope.begin(), around.scope.end());
  for (const auto& [key, value] : around.resource) {
    all.emplace("resource." + key, value);
  }
  all.erase("tidings.layer");
  all.erase("resource.tidings.layer");
  if (!record.severity_text().empty()) {
    all.emplace("severity", record.severity_text());
  } else if (record.severity_number() >= 1 && record.severity_number() <= 24) {
    all.emplace(
        "severity",
        logs::SeverityNumber_Name(record.severity_number()).substr(sizeof("SEVERITY_NUMBER_") - 1)
    );
  }
  if (!around.scope_name.empty()) {
    all.emplace("scope", around.scope_name);
  }
  spec.parameters.assign(all.begin(), all.end());
}

/// Nothing for a log line. Times are attributes of the generator only as integers; Flink's own
/// events, whose sentences and types have tests of their own, are not generated.
std::optional<ReportSpec> SpecOfRecord(const Surroundings& around, const logs::LogRecord& record) {
  Map attributes = MapOf(record.attributes());
  const Map given = attributes;
  const bool flink = HasPrefix(around.scope_name, "org.apache.flink.") ||
                     (given.count("job_id") != 0 && given.count("job_name") != 0);
  ReportSpec spec;
  const auto take = [&](const std::string& key, std::string& field) {
    if (field.empty() && !Get(attributes, key).empty()) {
      field = Get(attributes, key);
      attributes.erase(key);
    }
  };
  spec.name = record.event_name();
  take("event.name", spec.name);
  if (flink) {
    take("name", spec.name);
  }
  take("event.id", spec.id);
  take("tidings.id", spec.id);
  if (spec.name.empty() && spec.id.empty()) {
    return std::nullopt;
  }
  const int64_t time = Ms(record.time_unix_nano());
  const int64_t observed = Ms(record.observed_time_unix_nano());
  spec.reported = std::max(time, observed);
  const int64_t happened =
      flink ? (observed != 0 ? observed : time) : (time != 0 ? time : observed);
  spec.start = spec.end = happened;
  if (given.count("event.start_time") + given.count("event.end_time") != 0) {
    const auto of = [&](const char* key) {
      return given.count(key) == 0 ? 0 : std::get<int64_t>(given.at(key));
    };
    spec.start = of("event.start_time");
    spec.end = of("event.end_time");
    attributes.erase("event.start_time");
    attributes.erase("event.end_time");
  }
  spec.service = Get(around.resource, "service.name");
  if (HasPrefix(spec.service, "unknown_service")) {
    spec.service.clear();
  }
  spec.instance = FirstOf(
      {GetAnywhere(given, around, "service.instance.id"),
       GetAnywhere(given, around, "k8s.pod.name"),
       GetAnywhere(given, around, "host.name")}
  );
  if (flink) {
    spec.service = FirstOf({spec.service, Get(given, "job_name"), Get(given, "job_id"), "flink"});
    spec.instance = FirstOf({spec.instance, Get(given, "tm_id"), Get(given, "host")});
    spec.endpoint = FirstOf({Get(given, "task_name"), Get(given, "operator_name")});
  }
  const bool k8s = HasK8s(given) || HasK8s(around.scope) || HasK8s(around.resource);
  spec.layer =
      FirstOf({GetAnywhere(given, around, "tidings.layer"), flink ? "FLINK" : "", k8s ? "K8S" : ""}
      );
  spec.message = BodyText(record.body());
  spec.type = record.severity_number() >= 17 ? EventType::kError : EventType::kNormal;
  AddParameters(around, record, std::move(attributes), spec);
  return spec;
}

/// What the request gives by the second mapping; ids of those that bring none are left out.
std::vector<std::string> Expected(const Request& request) {
  std::vector<std::string> lines;
  for (const logs::ResourceLogs& resource : request.resource_logs()) {
    for (const logs::ScopeLogs& scope : resource.scope_logs()) {
      const Surroundings around{
          MapOf(resource.resource().attributes()),
          MapOf(scope.scope().attributes()),
          scope.scope().name()};
      for (const logs::LogRecord& record : scope.log_records()) {
        if (const auto spec = SpecOfRecord(around, record)) {
          lines.push_back(Describe(*spec));
        }
      }
    }
  }
  return lines;
}

// --- Requests ---

/// Of the whole range, however small RapidCheck begins.
int Draw(int least, int end) {
  return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange(least, end));
}

/// Keys that mean something, and some that mean nothing.
rc::Gen<std::string> Key() {
  return rc::gen::elementOf(std::vector<std::string>{
      "event.id",
      "tidings.id",
      "event.name",
      "name",
      "tidings.layer",
      "service.name",
      "service.instance.id",
      "k8s.pod.name",
      "host.name",
      "job_id",
      "job_name",
      "tm_id",
      "host",
      "task_name",
      "operator_name",
      "k8s.x",
      "severity",
      "scope",
      "resource.host.name",
      "a",
      "b",
      "é\n\"\\"});
}

rc::Gen<std::string> Word() {
  return rc::gen::elementOf(std::vector<std::string>{
      "", "unknown_service:java", "checkout", "订单", std::string("a\0\"\\\n", 5), "ALREADY_UPPER"}
  );
}

common::AnyValue DrawValue(int depth) {
  common::AnyValue value;
  switch (Draw(0, depth > 0 ? 8 : 6)) {
    case 0:
    case 1:
      value.set_string_value(*Word());
      break;
    case 2:
      value.set_bool_value(*rc::gen::arbitrary<bool>());
      break;
    case 3:
      value.set_int_value(*rc::gen::arbitrary<int64_t>());
      break;
    case 4:
      value.set_double_value(*rc::gen::element(0.0, -0.5, 1e300, 3.0));
      break;
    case 5:
      value.set_bytes_value(*rc::gen::string<std::string>());
      break;
    case 6:
      value.mutable_array_value();
      for (int i = Draw(0, 3); i > 0; --i) {
        *value.mutable_array_value()->add_values() = DrawValue(depth - 1);
      }
      break;
    default:
      value.mutable_kvlist_value();
      for (int i = Draw(0, 3); i > 0; --i) {
        auto* const entry = value.mutable_kvlist_value()->add_values();
        entry->set_key(*Key());
        *entry->mutable_value() = DrawValue(depth - 1);
      }
      break;
  }
  return value;
}

void DrawAttributes(Pairs* pairs, int most) {
  for (int i = Draw(0, most + 1); i > 0; --i) {
    common::KeyValue* const pair = pairs->Add();
    pair->set_key(*Key());
    if (Draw(0, 10) > 0) {
      *pair->mutable_value() = DrawValue(2);
    }
  }
}

void DrawRecord(logs::LogRecord* record) {
  const auto nanoseconds = rc::gen::element<uint64_t>(
      0, 1, 999'999, 1'700'000'000'123'456'789, UINT64_MAX - 999'999, INT64_MAX
  );
  record->set_time_unix_nano(*nanoseconds);
  record->set_observed_time_unix_nano(*nanoseconds);
  record->set_severity_number(static_cast<logs::SeverityNumber>(Draw(-1, 27)));
  record->set_severity_text(*rc::gen::element<std::string>("", "NOTICE"));
  record->set_event_name(*rc::gen::element<std::string>("", "Deploy", "é"));
  if (*rc::gen::arbitrary<bool>()) {
    *record->mutable_body() = DrawValue(2);
  }
  DrawAttributes(record->mutable_attributes(), 6);
  for (const char* const key : {"event.start_time", "event.end_time"}) {
    if (Draw(0, 5) == 0) {
      common::KeyValue* const pair = record->add_attributes();
      pair->set_key(key);
      pair->mutable_value()->set_int_value(*rc::gen::element<int64_t>(-1, 0, 7));
    }
  }
}

Request DrawRequest() {
  Request request;
  for (int i = Draw(0, 3); i > 0; --i) {
    logs::ResourceLogs* const resource = request.add_resource_logs();
    if (*rc::gen::arbitrary<bool>()) {
      DrawAttributes(resource->mutable_resource()->mutable_attributes(), 4);
    }
    for (int j = Draw(0, 3); j > 0; --j) {
      logs::ScopeLogs* const scope = resource->add_scope_logs();
      if (*rc::gen::arbitrary<bool>()) {
        scope->mutable_scope()->set_name(
            *rc::gen::element<std::string>("", "app", "org.apache.flink.X")
        );
        DrawAttributes(scope->mutable_scope()->mutable_attributes(), 2);
      }
      for (int k = Draw(0, 6); k > 0; --k) {
        DrawRecord(scope->add_log_records());
      }
    }
  }
  return request;
}

std::string Join(std::span<const std::string> fields) {
  std::string joined;
  for (const std::string& field : fields) {
    joined += field;
  }
  return joined;
}

/// The fields of a message of this type, each as it stands on the wire: of those that hold one
/// message some come in two parts, which readers must merge, and some values overwrite another one.
std::vector<std::string> DrawFields(
    std::string_view message, const google::protobuf::Descriptor& type
) {
  std::vector<std::string> fields;
  wire::Reader reader(message);
  while (reader.Next()) {
    std::string& out = fields.emplace_back();
    wire::Writer writer(out);
    const auto* const field = type.FindFieldByNumber(static_cast<int>(reader.field()));
    if (field->message_type() != nullptr) {
      const auto inner = DrawFields(reader.bytes(), *field->message_type());
      const bool is_split = !field->is_repeated() && Draw(0, 3) == 0;
      const auto cut = is_split ? static_cast<size_t>(Draw(0, static_cast<int>(inner.size()) + 1))
                                : inner.size();
      writer.Bytes(reader.field(), Join({inner.data(), cut}));
      if (is_split) {
        writer.Bytes(reader.field(), Join({inner.data() + cut, inner.size() - cut}));
      }
    } else if (reader.type() == wire::Type::kBytes) {
      writer.Bytes(reader.field(), reader.bytes());
    } else if (reader.type() == wire::Type::kFixed64) {
      writer.Fixed64(reader.field(), reader.integer());
    } else {
      writer.Varint(reader.field(), reader.integer());
    }
  }
  if (&type == common::AnyValue::descriptor() && Draw(0, 8) == 0) {
    fields.insert(fields.begin(), DrawValue(1).SerializeAsString());
  }
  return fields;
}

/// A request as it stands on the wire.
std::string DrawRequestBytes() {
  return Join(DrawFields(DrawRequest().SerializeAsString(), *Request::descriptor()));
}

Request Parse(const std::string& bytes) {
  Request request;
  RC_ASSERT(request.ParseFromString(bytes));
  return request;
}

/// One form for what says the same: parameters ascending, of each key the last.
std::vector<std::string> Normal(const ReportBatch& batch) {
  std::vector<std::string> lines;
  for (const Report& report : batch.reports) {
    ReportSpec spec = testing::SpecOf(report, batch);
    Map parameters;
    for (const auto& [key, value] : spec.parameters) {
      parameters.insert_or_assign(key, value);
    }
    spec.parameters.assign(parameters.begin(), parameters.end());
    lines.push_back(Describe(spec));
  }
  return lines;
}

std::vector<std::string> IdsOf(ReportBatch& batch) {
  std::vector<std::string> ids;
  for (Report& report : batch.reports) {
    const bool timed = ClockOf(report) > 0;
    const bool rejected = Normalise(report, batch, {}).has_value();
    ids.push_back(rejected || !timed ? std::string() : std::string(report.id));
  }
  return ids;
}

TEST(LogsDifferentialTest, MapsWhatProtobufWritesAsTheSecondMappingDoes) {
  size_t reports = 0;
  EXPECT_TRUE(rc::check("decode(protobuf) == mapping(protobuf)", [&reports] {
    const std::string bytes = DrawRequestBytes();
    const Request request = Parse(bytes);
    ReportBatch batch;
    RC_ASSERT(DecodeLogsProtobuf(bytes, {}, batch).ok());
    RC_ASSERT(batch.rejections.empty());
    RC_ASSERT(Normal(batch) == Expected(request));
    reports += batch.reports.size();
  }));
  EXPECT_GT(reports, 100U) << "hardly any record is an event";
}

TEST(LogsDifferentialTest, ReadsTheSameFromJsonAsFromProtobuf) {
  EXPECT_TRUE(rc::check("decode(JSON) == decode(protobuf), ids too", [] {
    const std::string bytes = DrawRequestBytes();
    const Request request = Parse(bytes);
    std::string json;
    google::protobuf::util::JsonPrintOptions options;
    options.always_print_enums_as_ints = true;
    options.add_whitespace = *rc::gen::arbitrary<bool>();
    RC_ASSERT(google::protobuf::util::MessageToJsonString(request, &json, options).ok());
    ReportBatch by_protobuf;
    ReportBatch by_json;
    RC_ASSERT(DecodeLogsProtobuf(bytes, {}, by_protobuf).ok());
    const auto decoded = DecodeLogsJson(json, {}, by_json);
    RC_LOG() << decoded.status() << json;
    RC_ASSERT(decoded.ok());
    RC_ASSERT(Normal(by_json) == Normal(by_protobuf));
    RC_ASSERT(IdsOf(by_json) == IdsOf(by_protobuf));
  }));
}

TEST(LogsDifferentialTest, RefusesCutRequestsAsProtobufDoes) {
  int refused = 0;
  const google::protobuf::LogSilencer silencer;
  EXPECT_TRUE(rc::check("accepts(cut) == protobuf accepts(cut)", [&refused] {
    const std::string bytes = DrawRequestBytes();
    const size_t step = 1 + bytes.size() / 200;
    for (size_t size = 0; size < bytes.size(); size += step) {
      ReportBatch batch;
      Request request;
      const std::string cut = bytes.substr(0, size);
      const bool accepted = DecodeLogsProtobuf(cut, {}, batch).ok();
      refused += accepted ? 0 : 1;
      RC_ASSERT(accepted == request.ParseFromString(cut));
    }
  }));
  EXPECT_GT(refused, 100);
}

}  // namespace
}  // namespace tidings::otlp
