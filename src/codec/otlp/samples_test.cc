// What Flink was seen to send, and what we make of it.

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json_document.h"
#include "base/json_writer.h"
#include "base/status.h"
#include "base/testing/golden.h"
#include "codec/otlp/logs_json.h"
#include "codec/otlp/logs_protobuf.h"
#include "codec/testing/decoded.h"
#include "event/normalise.h"

namespace tidings::otlp {
namespace {

using simdjson::dom::element;
using testing::Lines;
using testing::ReadTestFile;

/// The reports as the pipeline makes them, ids included; none breaks a rule.
std::string NormalLines(ReportBatch& batch) {
  for (Report& report : batch.reports) {
    const auto rejection = Normalise(report, batch, {});
    EXPECT_FALSE(rejection) << rejection->field << " " << rejection->error;
  }
  std::string text;
  for (const std::string& line : Lines(batch)) {
    text += line + "\n";
  }
  return text;
}

/// `{"string": "…"}`, `{"int": 1}`, … of a description as an AnyValue of OTLP's JSON.
void WriteAnyValue(JsonWriter& json, element described) {
  for (const auto& [kind, value] : described.get_object()) {
    json.BeginObject().Key(std::string(kind) + "Value");
    if (kind == "int") {
      json.String(simdjson::minify(value));  // OTLP's JSON has 64-bit integers as strings, too.
    } else {
      json.Raw(simdjson::minify(value));
    }
    json.EndObject();
  }
}

void WriteAttributes(JsonWriter& json, element described) {
  json.Key("attributes").BeginArray();
  for (const auto& [key, value] : described.get_object()) {
    json.BeginObject().Key("key").String(key).Key("value");
    if (value.is_object()) {
      WriteAnyValue(json, value);
    } else {
      json.BeginObject().Key("stringValue").Raw(simdjson::minify(value)).EndObject();
    }
    json.EndObject();
  }
  json.EndArray();
}

/// The request in JSON, of the records that another implementation decoded: one group each.
std::string JsonOfDescription(element description) {
  std::string out;
  JsonWriter json(out);
  json.BeginObject().Key("resourceLogs").BeginArray();
  for (const element record : description["records"].get_array()) {
    json.BeginObject().Key("resource").BeginObject();
    WriteAttributes(json, record["resource"]);
    json.EndObject().Key("scopeLogs").BeginArray().BeginObject();
    json.Key("scope").BeginObject().Key("name").Raw(simdjson::minify(record["scope"]));
    json.EndObject().Key("logRecords").BeginArray().BeginObject();
    json.Key("timeUnixNano").Raw(simdjson::minify(record["time_unix_nano"]));
    json.Key("observedTimeUnixNano").Raw(simdjson::minify(record["observed_time_unix_nano"]));
    json.Key("severityNumber").Raw(simdjson::minify(record["severity_number"]));
    json.Key("severityText").Raw(simdjson::minify(record["severity_text"]));
    json.Key("body").BeginObject().Key("stringValue").Raw(simdjson::minify(record["body"]));
    json.EndObject();
    WriteAttributes(json, record["attributes"]);
    json.EndObject().EndArray().EndObject().EndArray().EndObject();
  }
  json.EndArray().EndObject();
  return out;
}

/// A request of Flink 2.3.0, `testdata/flink/NAME.bin`, with its description, `NAME.json`, and what
/// becomes of it, `NAME.golden`.
class FlinkSampleTest : public ::testing::TestWithParam<std::string> {
 protected:
  std::string path(const char* suffix) const { return "testdata/flink/" + GetParam() + suffix; }
};

TEST_P(FlinkSampleTest, GivesTheEventsOfTheGoldenFile) {
  const std::string request = ReadTestFile(path(".bin"));
  ReportBatch batch;
  const auto decoded = DecodeLogsProtobuf(request, {}, batch);

  ASSERT_TRUE(decoded.ok()) << decoded.status();
  EXPECT_EQ(decoded->unnamed, 0U);
  testing::ExpectGolden(path(".golden"), NormalLines(batch));
}

TEST_P(FlinkSampleTest, GivesWhatTheDescribedRecordsGiveAsJson) {
  const std::string request = ReadTestFile(path(".bin"));
  const auto description = JsonDocument::Parse(ReadTestFile(path(".json")), 64);
  ASSERT_TRUE(description.ok()) << description.status();
  ReportBatch protobuf;
  ReportBatch json;

  ASSERT_TRUE(DecodeLogsProtobuf(request, {}, protobuf).ok());
  const auto decoded = DecodeLogsJson(JsonOfDescription((*description)->root()), {}, json);

  ASSERT_TRUE(decoded.ok()) << decoded.status();
  EXPECT_EQ(NormalLines(json), NormalLines(protobuf));
}

TEST_P(FlinkSampleTest, BecomesNoMoreInMemoryThanItIsTakenFor) {
  const std::string request = ReadTestFile(path(".bin"));
  ReportBatch batch;
  ReportBatch smallest;  // An arena begins with a block, however little is put into it.
  (void)smallest.arena.Allocate(1);
  ASSERT_TRUE(DecodeLogsProtobuf(request, {}, batch).ok());
  batch.Keep(nullptr, request.size());
  EXPECT_LE(batch.bytes(), smallest.bytes() + request.size() * kProtobufMemoryFactor);

  const auto description = JsonDocument::Parse(ReadTestFile(path(".json")), 64);
  ASSERT_TRUE(description.ok()) << description.status();
  const std::string json = JsonOfDescription((*description)->root());
  ReportBatch json_batch;
  ASSERT_TRUE(DecodeLogsJson(json, {}, json_batch).ok());
  EXPECT_LE(json_batch.bytes(), smallest.bytes() + json.size() * kJsonMemoryFactor);
}

INSTANTIATE_TEST_SUITE_P(
    Requests,
    FlinkSampleTest,
    ::testing::Values(
        "01-grpc-job-running",
        "02-grpc-first-checkpoint-all-subtasks-running",
        "03-grpc-custom-events-odd",
        "04-grpc-job-failure-labels-restarting",
        "05-grpc-job-running-again",
        "06-grpc-job-failed-for-good",
        "07-grpc-checkpoint-failed-by-timeout",
        "08-grpc-checkpoint-failed-unanswered",
        "09-grpc-savepoint",
        "10-grpc-stop-with-savepoint-finished",
        "11-grpc-job-cancelled",
        "12-http-custom-events-gzip",
        "13-http-job-failure-labels-restarting",
        "14-http-adaptive-scheduler-created-running",
        "15-http-adaptive-scheduler-restarted",
        "16-http-adaptive-scheduler-task-manager-lost"
    ),
    [](const ::testing::TestParamInfo<std::string>& name) {
      std::string identifier = name.param;
      std::replace(identifier.begin(), identifier.end(), '-', '_');
      return "Of_" + identifier;
    }
);

}  // namespace
}  // namespace tidings::otlp
