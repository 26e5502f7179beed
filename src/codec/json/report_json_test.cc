#include "codec/json/report_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/status.h"
#include "codec/testing/decoded.h"

namespace tidings::json {
namespace {

using testing::Describe;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Lines;
using testing::ReportSpec;

constexpr int64_t kNow = 1'700'000'000'000;

absl::Status DecodeInto(std::string_view body, ReportBatch& batch) {
  return DecodeReportsJson(std::string(body), {.now_ms = kNow}, batch);
}

/// The lines of what DecodeReportsJson made of a body, or its error.
std::vector<std::string> Decode(std::string_view body) {
  ReportBatch batch;
  const absl::Status status = DecodeInto(body, batch);
  return status.ok() ? Lines(batch) : std::vector{std::string(MessageOf(status))};
}

std::vector<std::string> Warnings(std::string_view body) {
  ReportBatch batch;
  EXPECT_TRUE(DecodeInto(body, batch).ok());
  return batch.warnings;
}

std::string Line(int index, const ReportSpec& report) {
  return fmt::format("#{} {}", index, Describe(report));
}

TEST(ReportJsonTest, ReadsEveryFieldByTheModelsNames) {
  EXPECT_THAT(
      Decode(R"([{"id":"u","source":{"service":"s","instance":"i","endpoint":"/e"},"layer":"K8S",
                  "name":"Upgrade","type":"Error","message":"m","parameters":{"k":"v"},
                  "start":1700000000000,"end":1700000060000,"reported":1700000060001,"count":3,
                  "generation":2,"withdrawn":false,"derived":true}])"),
      ElementsAre(Line(
          0,
          {.id = "u",
           .service = "s",
           .instance = "i",
           .endpoint = "/e",
           .layer = "K8S",
           .name = "Upgrade",
           .message = "m",
           .parameters = {{"k", std::string("v")}},
           .type = EventType::kError,
           .start = 1'700'000'000'000,
           .end = 1'700'000'060'000,
           .reported = 1'700'000'060'001,
           .count = 3,
           .generation = 2,
           .derived = true}
      ))
  );
}

TEST(ReportJsonTest, TakesSkyWalkingsNames) {
  EXPECT_THAT(
      Decode(R"({"uuid":"u","source":{"serviceInstance":"i"},"startTime":1700000000000,
                 "endTime":"1700000000001"})"),
      ElementsAre(Line(0, {.id = "u", .instance = "i", .start = kNow, .end = kNow + 1}))
  );
}

TEST(ReportJsonTest, TakesFlatSourceNames) {
  EXPECT_THAT(
      Decode(R"([{"service":"s","instance":"i","endpoint":"e"},{"serviceInstance":"j"}])"),
      ElementsAre(
          Line(0, {.service = "s", .instance = "i", .endpoint = "e"}), Line(1, {.instance = "j"})
      )
  );
}

TEST(ReportJsonTest, KeepsTheTypesOfParameters) {
  EXPECT_THAT(
      Decode(R"({"parameters":{"b":true,"i":9007199254740993,"min":-9223372036854775808,"d":1.5,
                 "s":"3","nan":"NaN","l":[1, {"a": null}],"o":{"x":[]},"gone":null}})"),
      ElementsAre(Line(
          0,
          {.parameters =
               {{"b", true},
                {"i", int64_t{9'007'199'254'740'993}},
                {"min", std::numeric_limits<int64_t>::min()},
                {"d", 1.5},
                {"s", std::string("3")},
                {"nan", std::string("NaN")},
                {"l", std::string(R"([1,{"a":null}])")},
                {"o", std::string(R"({"x":[]})")}}}
      ))
  );
}

TEST(ReportJsonTest, RejectsANumberThatNoParameterHoldsByItsKey) {
  constexpr std::string_view kWhy =
      "is or holds a number beyond 64 signed bits or a double; send it as a string";
  EXPECT_THAT(
      Decode(R"([{"parameters":{"big":9223372036854775808}},{"parameters":{"e":1e400}},
                 {"parameters":{"list":[[1e400]]}},{"parameters":{"ok":1e308}}])"),
      ElementsAre(
          Line(3, {.parameters = {{"ok", 1e308}}}),
          fmt::format("#0 parameters.big: {}", kWhy),
          fmt::format("#1 parameters.e: {}", kWhy),
          fmt::format("#2 parameters.list: {}", kWhy)
      )
  );
}

TEST(ReportJsonTest, ReadsTimesInEveryForm) {
  EXPECT_THAT(
      Decode(R"([{"start":"2023-11-14T22:13:20Z"},{"start":"2023-11-14T23:13:20.5+01:00"},
                 {"start":"2023-11-14T23:13:20 01:00"},{"start":"now"},{"start":"now-15m"},
                 {"start":"-15m"},{"start":"15m"},{"start":"1700000000000"},{"start":1.7e12},
                 {"start":0},{"start":-5}])"),
      ElementsAre(
          Line(0, {.start = kNow}),
          Line(1, {.start = kNow + 500}),
          Line(2, {.start = kNow}),
          Line(3, {.start = kNow}),
          Line(4, {.start = kNow - 900'000}),
          Line(5, {.start = kNow - 900'000}),
          Line(6, {.start = kNow - 900'000}),
          Line(7, {.start = kNow}),
          Line(8, {.start = kNow}),
          Line(9, {}),
          Line(10, {.start = -5})
      )
  );
}

TEST(ReportJsonTest, RefusesATimeWithoutOffsetAndNamesBothReadings) {
  EXPECT_THAT(
      Decode(R"({"end":"2023-11-14T22:13:20"})"),
      ElementsAre(AllOf(
          HasSubstr("#0 end: '2023-11-14T22:13:20' has no offset"),
          HasSubstr("22:13:20.000Z"),
          HasSubstr("+02:00")
      ))
  );
}

TEST(ReportJsonTest, RejectsWhatIsNoTime) {
  EXPECT_THAT(
      Decode(R"([{"start":"soon"},{"start":[]},{"start":1.5},{"end":true},{"end":1e400}])"),
      ElementsAre(
          HasSubstr("#0 start: 'soon' is no time"),
          HasSubstr("#1 start: is an array, expected ms"),
          HasSubstr("#2 start: is 1.5, expected ms"),
          HasSubstr("#3 end: is a boolean, expected ms"),
          HasSubstr("#4 end: is a number beyond 64 signed bits, expected ms")
      )
  );
}

TEST(ReportJsonTest, StoresTimesThatLookLikeSecondsAndWarns) {
  EXPECT_THAT(Decode(R"({"start":1700000000})"), ElementsAre(Line(0, {.start = 1'700'000'000})));
  EXPECT_THAT(
      Warnings(R"([{},{"start":1700000000},{"endTime":"99999999999"}])"),
      ElementsAre(
          AllOf(HasSubstr("report 1: start is 1700000000"), HasSubstr("1970-01-20")),
          HasSubstr("report 2: endTime is 99999999999")
      )
  );
}

TEST(ReportJsonTest, DoesNotWarnOfTimesThatCanBeMeantOnlyOneWay) {
  EXPECT_THAT(
      Warnings(
          R"([{"start":"1970-01-02T00:00:00Z"},{"start":0},{"start":-1},{"start":100000000000}])"
      ),
      IsEmpty()
  );
}

TEST(ReportJsonTest, TellsAHundredWarningsAtMost) {
  std::string body = "[{}";
  for (int i = 0; i < 200; ++i) {
    body += R"(,{"start":1})";
  }
  EXPECT_EQ(Warnings(body + "]").size(), 100U);
}

TEST(ReportJsonTest, RejectsAnUnknownFieldAndNamesTheNearest) {
  EXPECT_THAT(
      Decode(R"([{"mesage":"x"},{"name":"good"},{"source":{"servce":"x"}},{"zzz":1},
                 {"Start":5}])"),
      ElementsAre(
          Line(1, {.name = "good"}),
          "#0 mesage: is no field of a report; did you mean 'message'?",
          "#2 source.servce: is no field of a report; did you mean 'service'?",
          HasSubstr("#3 zzz: is no field of a report"),
          "#4 Start: is no field of a report; did you mean 'start'?"
      )
  );
}

TEST(ReportJsonTest, IgnoresTheReadOnlyFieldsOfAnAnswer) {
  EXPECT_THAT(
      Decode(R"({"id":"u","duration":60000,"state":"closed","received_first":1,"received_last":2,
                 "time_inferred":false,"contradictory":false,"truncated":false,
                 "incomplete":false})"),
      ElementsAre(Line(0, {.id = "u"}))
  );
}

TEST(ReportJsonTest, TakesNullAsNotGiven) {
  EXPECT_THAT(
      Decode(R"({"id":"u","source":null,"name":null,"type":null,"parameters":null,"start":null,
                 "end":null,"count":null,"generation":null,"withdrawn":null,"derived":null,
                 "uuid":null})"),
      ElementsAre(Line(0, {.id = "u"}))
  );
}

TEST(ReportJsonTest, TakesTheLastOfAFieldThatStandsTwice) {
  EXPECT_THAT(
      Decode(R"({"id":"a","uuid":"b","name":"x","name":"y",
                 "parameters":{"k":1},"parameters":{"l":2}})"),
      ElementsAre(Line(0, {.id = "b", .name = "y", .parameters = {{"l", int64_t{2}}}}))
  );
}

TEST(ReportJsonTest, RejectsAWrongTypeByItsFieldAndKeepsTheRest) {
  EXPECT_THAT(
      Decode(R"([{"id":5},{"name":"good"},{"source":"s"},{"source":{"service":1}},
                 {"parameters":"k=v"},{"type":"Warning"},{"type":2},{"count":"many"},
                 {"generation":-1},{"generation":2147483648},{"withdrawn":"yes"},"Start"])"),
      ElementsAre(
          Line(1, {.name = "good"}),
          "#0 id: is 5, expected a string",
          "#2 source: is 's', expected an object with service, instance and endpoint",
          "#3 source.service: is 1, expected a string",
          "#4 parameters: is 'k=v', expected an object",
          "#5 type: is 'Warning', expected Normal or Error",
          "#6 type: is 2, expected Normal or Error",
          "#7 count: is 'many', expected a 64-bit integer",
          "#8 generation: is -1, expected 0 to 2147483647",
          "#9 generation: is 2147483648, expected 0 to 2147483647",
          "#10 withdrawn: is 'yes', expected true or false",
          "#11 report: the report is 'Start', expected an object"
      )
  );
}

TEST(ReportJsonTest, LeavesNoParametersOfARejectedReportBehind) {
  ReportBatch batch;
  ASSERT_TRUE(DecodeInto(R"([{"parameters":{"a":1},"x":1},{"parameters":{"b":2}}])", batch).ok());
  EXPECT_EQ(batch.parameters.size(), 1U);
  EXPECT_EQ(batch.reports.at(0).first_parameter, 0U);
}

TEST(ReportJsonTest, EscapesWhatItShowsOfAReport) {
  EXPECT_THAT(
      Decode(R"({"a\u001b[31mb":1})"),
      ElementsAre(HasSubstr(R"(#0 a\x1B[31mb: is no field of a report)"))
  );
}

TEST(ReportJsonTest, RefusesABodyThatIsNoJsonAndAppendsNothing) {
  ReportBatch batch;

  const absl::Status status = DecodeInto(R"([{"name":"good"},{"name" "x"}])", batch);

  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(MessageOf(status), HasSubstr("at byte 25"));
  EXPECT_THAT(Lines(batch), IsEmpty());
}

TEST(ReportJsonTest, RefusesABodyThatIsNeitherReportNorArray) {
  EXPECT_THAT(
      Decode("42"), ElementsAre("the body is a number, expected one report or an array of reports")
  );
}

TEST(ReportJsonTest, RefusesTooManyReports) {
  ReportBatch batch;
  const absl::Status status =
      DecodeReportsJson("[{},{},{}]", {.max_reports = 2, .now_ms = kNow}, batch);
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(MessageOf(status), HasSubstr("3 reports in one body, at most 2"));
  EXPECT_THAT(Lines(batch), IsEmpty());
}

/// What a batch is after these lines, from 1 on, of one upload.
std::vector<std::string> LinesOf(std::vector<std::string> texts) {
  ReportBatch batch;
  ReportLineDecoder decoder;
  uint32_t line = 0;
  for (std::string& text : texts) {
    decoder.Decode(text, ++line, {.now_ms = kNow}, batch);
  }
  return Lines(batch);
}

TEST(ReportLineTest, ReadsOneReportAtItsLine) {
  EXPECT_THAT(
      LinesOf({R"({"name":"a"})", R"({"name":"b","start":"now"})"}),
      ElementsAre(Line(1, {.name = "a"}), Line(2, {.name = "b", .start = kNow}))
  );
}

TEST(ReportLineTest, RejectsALineThatIsNoJsonOrNoObject) {
  EXPECT_THAT(
      LinesOf({"{\"name\":", R"([{"name":"a"}])", ""}),
      ElementsAre(
          "#1 report: no JSON: it ends at byte 8, expected a value",
          "#2 report: the report is an array, expected an object",
          "#3 report: the body is empty, expected JSON"
      )
  );
}

TEST(ReportLineTest, KeepsWhatALineHeldAfterTheNextOnes) {
  const std::string all =
      R"({"id":"i","name":"n\n","service":"s","instance":"j","endpoint":"e","layer":"L",)"
      R"("message":"m","parameters":{"k":"v","list":[1,"x"],"n":7}})";
  const std::string longer = R"({"name":")" + std::string(100'000, 'y') + R"("})";
  const std::vector<std::string> alone = LinesOf({all});
  const std::vector<std::string> among =
      LinesOf({all, R"({"name":)", longer, R"({"id":"z","parameters":{"k":"w"}})", "[]"});
  ASSERT_EQ(among.size(), 5);
  EXPECT_THAT(among, ::testing::IsSupersetOf(alone));
}

}  // namespace
}  // namespace tidings::json
