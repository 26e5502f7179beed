#include "codec/otlp/logs_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/status.h"
#include "codec/testing/decoded.h"

namespace tidings::otlp {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Lines;
using ::testing::Not;
using testing::OwnedValue;
using ::testing::Pair;
using testing::SpecOf;

/// A request of these records, in one scope.
std::string JsonRequest(const std::string& records) {
  return R"({"resourceLogs":[{"resource":{"attributes":[]},"scopeLogs":[{"scope":{},"logRecords":[)" +
         records + "]}]}]}";
}

std::string WithAttribute(const std::string& value) {
  return JsonRequest(R"({"eventName":"E","attributes":[{"key":"k","value":)" + value + "}]}");
}

absl::StatusOr<DecodedLogs> Decode(const std::string& body, ReportBatch& batch) {
  return DecodeLogsJson(body, {}, batch);
}

/// The only report's parameters.
std::vector<std::pair<std::string, OwnedValue>> Parameters(const std::string& body) {
  ReportBatch batch;
  const auto decoded = Decode(body, batch);
  EXPECT_TRUE(decoded.ok()) << decoded.status();
  EXPECT_THAT(batch.rejections, IsEmpty());
  return batch.reports.size() == 1 ? SpecOf(batch.reports[0], batch).parameters
                                   : decltype(Parameters(body)){};
}

/// The only rejection as `#index field: error`.
std::string RejectionOf(const std::string& body) {
  ReportBatch batch;
  const auto decoded = Decode(body, batch);
  EXPECT_TRUE(decoded.ok()) << decoded.status();
  EXPECT_THAT(batch.reports, IsEmpty());
  return batch.rejections.size() == 1 ? Lines(batch)[0] : "none";
}

std::string ErrorOf(const std::string& body) {
  ReportBatch batch;
  return std::string(MessageOf(Decode(body, batch).status()));
}

TEST(LogsJsonTest, TakesIntegersAsNumbersAndAsText) {
  for (const char* value : {R"({"intValue":"5"})", R"({"intValue":5})"}) {
    EXPECT_THAT(Parameters(WithAttribute(value)), ElementsAre(Pair("k", OwnedValue(int64_t{5}))));
  }
  for (const char* time : {"1700000000123999999", "\"1700000000123999999\""}) {
    ReportBatch batch;
    ASSERT_TRUE(
        Decode(JsonRequest(std::string(R"({"eventName":"E","timeUnixNano":)") + time + "}"), batch)
            .ok()
    );
    EXPECT_EQ(batch.reports.at(0).start, 1'700'000'000'123);
  }
}

TEST(LogsJsonTest, TakesEveryKindOfValue) {
  const auto value = [](const char* json) { return Parameters(WithAttribute(json)).at(0).second; };
  EXPECT_EQ(value(R"({"stringValue":"ä\u0000b"})"), OwnedValue(std::string("ä\0b", 4)));
  EXPECT_EQ(value(R"({"boolValue":true})"), OwnedValue(true));
  EXPECT_EQ(value(R"({"doubleValue":0.5})"), OwnedValue(0.5));
  EXPECT_EQ(value(R"({"doubleValue":3})"), OwnedValue(3.0));
  EXPECT_EQ(
      value(R"({"doubleValue":"-Infinity"})"), OwnedValue(-std::numeric_limits<double>::infinity())
  );
  EXPECT_EQ(value(R"({"bytesValue":"-_8"})"), OwnedValue(std::string("+/8=")));
  EXPECT_EQ(
      value(R"({"arrayValue":{"values":[{"stringValue":"a"},{},{"intValue":"1"}]}})"),
      OwnedValue(std::string(R"(["a",null,1])"))
  );
  EXPECT_EQ(
      value(
          R"({"kvlistValue":{"values":[{"key":"x","value":{"boolValue":false}},{"key":"y","value":{"arrayValue":{}}}]}})"
      ),
      OwnedValue(std::string(R"({"x":false,"y":[]})"))
  );
}

TEST(LogsJsonTest, LeavesAttributesWithoutAValueOut) {
  EXPECT_THAT(Parameters(WithAttribute("{}")), IsEmpty());
  EXPECT_THAT(Parameters(WithAttribute("null")), IsEmpty());
  EXPECT_THAT(Parameters(WithAttribute(R"({"stringValue":null})")), IsEmpty());
}

TEST(LogsJsonTest, IgnoresUnknownMembersAndNulls) {
  ReportBatch batch;
  const auto decoded = Decode(
      R"({"resourceLogs":[{"schemaUrl":"x","resource":null,"scopeLogs":[{"new":{},"scope":null,
      "logRecords":[{"eventName":"E","flags":1,"new":[1],"body":null,"attributes":null,
      "severityNumber":null,"timeUnixNano":null}]}]}],"new":1})",
      batch
  );
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  EXPECT_EQ(batch.reports.size(), 1U);
}

TEST(LogsJsonTest, ReadsSurroundingsThatStandBehindTheirRecords) {
  const auto parameters = Parameters(
      R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[{"eventName":"E"}],"scope":{"name":"s"}}],
      "resource":{"attributes":[{"key":"r","value":{"intValue":1}}]}}]})"
  );
  EXPECT_THAT(parameters, Contains(Pair("scope", OwnedValue(std::string("s")))));
  EXPECT_THAT(parameters, Contains(Pair("resource.r", OwnedValue(int64_t{1}))));
}

TEST(LogsJsonTest, RejectsARecordWithAWrongTypeAlone) {
  ReportBatch batch;
  ASSERT_TRUE(
      Decode(JsonRequest(R"({"eventName":"A"},{"eventName":7},{"eventName":"C"})"), batch).ok()
  );
  EXPECT_EQ(batch.reports.size(), 2U);
  ASSERT_EQ(batch.rejections.size(), 1U);
  EXPECT_EQ(batch.rejections[0].index, 1U);
}

TEST(LogsJsonTest, NamesTheMemberAndWhatWasExpected) {
  const auto record = [](const std::string& member) {
    return RejectionOf(JsonRequest(R"({"eventName":"E",)" + member + "}"));
  };
  EXPECT_EQ(record(R"("eventName":[])"), "#0 eventName: is an array, expected a string");
  EXPECT_THAT(
      record(R"("timeUnixNano":"soon")"), HasSubstr("timeUnixNano: is 'soon', expected nan")
  );
  for (const char* time : {"-1", "1.5", "-1e3", "1.9e19", "99999999999999999999999", "1e400"}) {
    EXPECT_THAT(record(fmt::format(R"("timeUnixNano":{})", time)), HasSubstr("#0 timeUnixNano: is"))
        << time;
    EXPECT_THAT(
        record(fmt::format(R"("observedTimeUnixNano":"{}")", time)),
        HasSubstr("#0 observedTimeUnixNano: is")
    ) << time;
  }
  EXPECT_THAT(record(R"("severityNumber":"INFO")"), HasSubstr("severityNumber: is 'INFO'"));
  EXPECT_THAT(record(R"("traceId":"xyz")"), HasSubstr("traceId: is 'xyz', expected hex"));
  EXPECT_THAT(record(R"("attributes":{})"), HasSubstr("attributes: is an object"));
  EXPECT_THAT(
      RejectionOf(WithAttribute(R"({"intValue":"five"})")),
      HasSubstr("attributes.k.intValue: is 'five', expected a 64-bit integer")
  );
  EXPECT_THAT(
      RejectionOf(WithAttribute(R"({"doubleValue":1e400})")),
      AllOf(
          HasSubstr("attributes.k.doubleValue: is "),
          HasSubstr("expected a number that a double can hold")
      )
  );
  EXPECT_THAT(record(R"("body":"plain")"), HasSubstr("#0 body: is 'plain', expected an object"));
  EXPECT_THAT(
      record(R"("body":{"boolValue":"yes"})"),
      HasSubstr("#0 body.boolValue: is 'yes', expected true or false")
  );
  EXPECT_THAT(
      record(R"("body":{"arrayValue":{"values":[{},7]}})"),
      HasSubstr("#0 body.arrayValue.values[1]: is 7, expected an object")
  );
  EXPECT_THAT(
      record(R"("body":{"kvlistValue":{"values":[{"key":5}]}})"),
      HasSubstr("#0 body.kvlistValue.values[0].key: is 5, expected a string")
  );
  EXPECT_THAT(
      record(R"("attributes":[{"key":"a"},null])"),
      HasSubstr("#0 attributes[1]: is null, expected an object with key and value")
  );
  EXPECT_THAT(RejectionOf(WithAttribute("5")), HasSubstr("attributes.k.value: is 5, expected"));
  EXPECT_THAT(RejectionOf(JsonRequest("5")), HasSubstr("logRecord: is 5, expected an object"));
}

std::string NestedJson(int depth) {
  std::string begin;
  std::string end;
  for (int i = 0; i < depth; ++i) {
    begin += R"({"arrayValue":{"values":[)";
    end += "]}}";
  }
  return begin + R"({"intValue":"1"})" + end;
}

TEST(LogsJsonTest, RejectsAValueThatNestsTooDeep) {
  EXPECT_EQ(Parameters(WithAttribute(NestedJson(kMaxValueDepth - 1))).size(), 1U);
  EXPECT_EQ(
      RejectionOf(WithAttribute(NestedJson(kMaxValueDepth))),
      "#0 attributes.k: nests deeper than 64 levels"
  );
}

TEST(LogsJsonTest, RejectsARecordThatNestsFarTooDeepAlone) {
  ReportBatch batch;
  const auto decoded = Decode(
      JsonRequest(R"({"eventName":"A"},{"eventName":"B","body":)" + NestedJson(300) + "}"), batch
  );
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  EXPECT_EQ(batch.reports.size(), 1U);
  EXPECT_THAT(Lines(batch), Contains("#1 body: nests deeper than 64 levels"));
}

TEST(LogsJsonTest, RefusesARequestThatNestsWithoutEnd) {
  EXPECT_THAT(
      ErrorOf(WithAttribute(NestedJson(5000))), HasSubstr("nested deeper than 1024 levels")
  );
}

TEST(LogsJsonTest, TakesATimeWithAnExponent) {
  for (const char* time : {"1.7e18", "\"1.7e18\"", "17e17"}) {
    ReportBatch batch;
    ASSERT_TRUE(
        Decode(JsonRequest(fmt::format(R"({{"eventName":"E","timeUnixNano":{}}})", time)), batch)
            .ok()
    );
    ASSERT_EQ(batch.reports.size(), 1U) << time;
    EXPECT_EQ(batch.reports[0].start, 1'700'000'000'000) << time;
  }
}

TEST(LogsJsonTest, TakesABodyThatIsNoStringAsJson) {
  const auto message = [](const char* body) {
    ReportBatch batch;
    EXPECT_TRUE(
        Decode(JsonRequest(fmt::format(R"({{"eventName":"E","body":{}}})", body)), batch).ok()
    );
    return batch.reports.size() == 1 ? SpecOf(batch.reports[0], batch).message : "none";
  };
  EXPECT_EQ(message(R"({"stringValue":"a\"b"})"), "a\"b");
  EXPECT_EQ(message(R"({"bytesValue":"AAEC"})"), R"("AAEC")");
  EXPECT_EQ(message(R"({"doubleValue":"NaN"})"), R"("NaN")");
  EXPECT_EQ(message(R"({"arrayValue":{"values":[{"bytesValue":"AAEC"}]}})"), R"(["AAEC"])");
}

TEST(LogsJsonTest, WarnsOfARequestThatHoldsNothingItKnows) {
  const auto warning_of = [](const std::string& body) {
    ReportBatch batch;
    const auto decoded = Decode(body, batch);
    return decoded.ok() ? decoded->warning : decoded.status().ToString();
  };
  EXPECT_THAT(
      warning_of(R"({"resource_logs":[{}]})"),
      AllOf(HasSubstr("'resource_logs' was skipped"), HasSubstr("lowerCamelCase"))
  );
  EXPECT_THAT(
      warning_of(R"({"resourceLogs":[{"scope_logs":[]}]})"), HasSubstr("'scope_logs' was skipped")
  );
  EXPECT_THAT(
      warning_of(R"({"resourceLogs":[{"scopeLogs":[{"log_records":[]}]}]})"),
      HasSubstr("'log_records' was skipped")
  );
  EXPECT_THAT(warning_of(R"({"resourceSpans":[]})"), HasSubstr("has 'resourceSpans' and no"));
  EXPECT_EQ(warning_of("{}"), "");
  EXPECT_EQ(warning_of(R"({"resourceLogs":[],"new_thing":1})"), "");
}

TEST(LogsJsonTest, RejectsAValueThatIsTooLong) {
  const auto array_of = [](size_t size) {
    return R"({"arrayValue":{"values":[{"stringValue":")" + std::string(size, 'x') + "\"}]}}";
  };
  EXPECT_EQ(Parameters(WithAttribute(array_of(kMaxValueJsonBytes - 10))).size(), 1U);
  EXPECT_THAT(
      RejectionOf(WithAttribute(array_of(kMaxValueJsonBytes))), HasSubstr("is longer than 1048576")
  );
}

TEST(LogsJsonTest, RefusesWhatIsWrongOutsideOfRecords) {
  EXPECT_THAT(ErrorOf("{"), HasSubstr("no JSON"));
  EXPECT_THAT(ErrorOf("[]"), HasSubstr("the body is an array, expected an object"));
  EXPECT_THAT(ErrorOf(R"({"resourceLogs":{}})"), HasSubstr("resourceLogs is an object"));
  EXPECT_THAT(
      ErrorOf(R"({"resourceLogs":[{"resource":{"attributes":[{"key":1}]}}]})"),
      HasSubstr("resource.attributes[0].key is 1, expected a string")
  );
  EXPECT_THAT(
      ErrorOf(R"({"resourceLogs":[{"scopeLogs":[{"scope":{"name":1}}]}]})"),
      HasSubstr("scope.name is 1")
  );
}

TEST(LogsJsonTest, TakesAnEmptyRequest) {
  ReportBatch batch;
  const auto decoded = Decode("{}", batch);
  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(decoded->records, 0U);
}

}  // namespace
}  // namespace tidings::otlp
