#include "codec/skywalking/event_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/status.h"
#include "codec/testing/decoded.h"

namespace tidings::skywalking {
namespace {

using testing::Describe;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Lines;
using testing::ReportSpec;

/// The lines of what DecodeEventsJson made of a body, or its error.
std::vector<std::string> Decode(std::string_view body, const JsonLimits& limits = {}) {
  ReportBatch batch;
  const absl::Status status = DecodeEventsJson(std::string(body), limits, batch);
  return status.ok() ? Lines(batch) : std::vector{std::string(MessageOf(status))};
}

std::string Line(int index, const ReportSpec& report) {
  return fmt::format("#{} {}", index, Describe(report));
}

TEST(EventJsonTest, ReadsEveryField) {
  EXPECT_THAT(
      Decode(R"([{"uuid":"u","source":{"service":"s","serviceInstance":"i","endpoint":"/e"},
                  "name":"Upgrade","type":"Error","message":"m","parameters":{"k":"v","l":""},
                  "startTime":"1700000000000","endTime":1700000060000,"layer":"K8S"}])"),
      ElementsAre(Line(
          0,
          {.id = "u",
           .service = "s",
           .instance = "i",
           .endpoint = "/e",
           .layer = "K8S",
           .name = "Upgrade",
           .message = "m",
           .parameters = {{"k", std::string("v")}, {"l", std::string()}},
           .type = EventType::kError,
           .start = 1'700'000'000'000,
           .end = 1'700'000'060'000}
      ))
  );
}

TEST(EventJsonTest, TakesASingleEventToo) {
  EXPECT_THAT(Decode(R"( {"name":"Start"} )"), ElementsAre(Line(0, {.name = "Start"})));
}

TEST(EventJsonTest, TakesAnEmptyArrayAsNoEvents) {
  EXPECT_THAT(Decode("[]"), IsEmpty());
}

TEST(EventJsonTest, ReadsTypeByNameAndByNumber) {
  const std::string error = Line(0, {.type = EventType::kError});
  EXPECT_THAT(Decode(R"({"type":"Error"})"), ElementsAre(error));
  EXPECT_THAT(Decode(R"({"type":1})"), ElementsAre(error));
  EXPECT_THAT(Decode(R"({"type":1.0})"), ElementsAre(error));
  EXPECT_THAT(Decode(R"({"type":"Normal"})"), ElementsAre(Line(0, {})));
  EXPECT_THAT(Decode(R"({"type":0})"), ElementsAre(Line(0, {})));
}

TEST(EventJsonTest, RejectsATypeThatIsNoneByItsValue) {
  EXPECT_THAT(
      Decode(R"([{"type":"Warning"},{"type":2},{"type":true}])"),
      ElementsAre(
          "#0 type: is 'Warning', expected 0 (Normal) or 1 (Error), or their names",
          "#1 type: is 2, expected 0 (Normal) or 1 (Error), or their names",
          "#2 type: is a boolean, expected 0 (Normal) or 1 (Error), or their names"
      )
  );
}

TEST(EventJsonTest, ReadsIntegersInEveryFormOfProto3Json) {
  EXPECT_THAT(
      Decode(R"([{"startTime":1},{"startTime":"1"},{"startTime":1.0},{"startTime":1e3},
                 {"startTime":-6795364578871},{"startTime":9223372036854775807},
                 {"startTime":null}])"),
      ElementsAre(
          Line(0, {.start = 1}),
          Line(1, {.start = 1}),
          Line(2, {.start = 1}),
          Line(3, {.start = 1000}),
          Line(4, {.start = -6'795'364'578'871}),
          Line(5, {.start = 9'223'372'036'854'775'807}),
          Line(6, {})
      )
  );
}

TEST(EventJsonTest, RejectsOnlyTheEventWhoseNumberFitsNowhere) {
  EXPECT_THAT(
      Decode(R"([{"startTime":1e400},{"startTime":1.5},{"endTime":18446744073709551615},
                 {"endTime":99999999999999999999999},{"startTime":"soon"},{"startTime":""},
                 {"endTime":[]},{"endTime":7}])"),
      ElementsAre(
          Line(7, {.end = 7}),
          "#0 startTime: is a number beyond 64 signed bits, expected a 64-bit integer",
          "#1 startTime: is 1.5, expected a 64-bit integer",
          "#2 endTime: is a number beyond 64 signed bits, expected a 64-bit integer",
          "#3 endTime: is a number beyond 64 signed bits, expected a 64-bit integer",
          "#4 startTime: is 'soon', expected a 64-bit integer",
          "#5 startTime: is '', expected a 64-bit integer",
          "#6 endTime: is an array, expected a 64-bit integer"
      )
  );
}

TEST(EventJsonTest, RejectsAWrongTypeByItsFieldAndKeepsTheRest) {
  EXPECT_THAT(
      Decode(R"([{"uuid":5},{"name":"good"},{"source":"checkout"},{"source":{"service":[]}},
                 {"parameters":{"a":"1","k":3}},{"parameters":[]},{"layer":false},7])"),
      ElementsAre(
          Line(1, {.name = "good"}),
          "#0 uuid: is 5, expected a string",
          "#2 source: is 'checkout', expected an object",
          "#3 source.service: is an array, expected a string",
          "#4 parameters.k: is 3, expected a string",
          "#5 parameters: is an array, expected an object of strings",
          "#6 layer: is a boolean, expected a string",
          "#7 event: is 7, expected an object"
      )
  );
}

TEST(EventJsonTest, LeavesNoParametersOfARejectedEventBehind) {
  ReportBatch batch;
  ASSERT_TRUE(DecodeEventsJson(R"([{"parameters":{"a":"1"},"type":9}])", {}, batch).ok());
  EXPECT_THAT(batch.parameters, IsEmpty());
}

TEST(EventJsonTest, TakesSourceInstanceForServiceInstance) {
  EXPECT_THAT(
      Decode(R"({"source":{"service":"s","instance":"i"}})"),
      ElementsAre(Line(0, {.service = "s", .instance = "i"}))
  );
}

TEST(EventJsonTest, IgnoresUnknownFieldsWhateverTheyHold) {
  EXPECT_THAT(
      Decode(R"({"x":{"name":"no"},"source":{"zone":[1e400]},"y":null,"name":"n"})"),
      ElementsAre(Line(0, {.name = "n"}))
  );
}

TEST(EventJsonTest, TakesTheLastOfAFieldThatStandsTwice) {
  EXPECT_THAT(
      Decode(R"({"name":"a","parameters":{"x":"1"},"name":"b","parameters":{"y":"2"}})"),
      ElementsAre(Line(0, {.name = "b", .parameters = {{"y", std::string("2")}}}))
  );
}

TEST(EventJsonTest, TakesNullAsNotGiven) {
  EXPECT_THAT(
      Decode(R"({"uuid":"u","source":null,"name":null,"type":null,"parameters":null,
                 "layer":null,"endTime":null,"message":null})"),
      ElementsAre(Line(0, {.id = "u"}))
  );
}

TEST(EventJsonTest, ReadsEscapes) {
  EXPECT_THAT(
      Decode(R"({"name":"a\n\u00e9\ud83d\ude00\/","message":"订单"})"),
      ElementsAre(Line(0, {.name = "a\né😀/", .message = "订单"}))
  );
}

TEST(EventJsonTest, RefusesABodyThatIsNoJsonAndNamesTheByte) {
  EXPECT_THAT(Decode(R"([{"name":"a"},{"name" "b"}])"), ElementsAre(HasSubstr("at byte 22")));
  EXPECT_THAT(Decode(""), ElementsAre("the body is empty, expected JSON"));
  EXPECT_THAT(Decode("garbage"), ElementsAre(HasSubstr("no JSON at byte 0")));
  EXPECT_THAT(Decode("[{}] x"), ElementsAre(HasSubstr("no JSON at byte 5")));
  EXPECT_THAT(Decode("[{\"name\":\"a\nb\"}]"), ElementsAre(HasSubstr("no JSON")));
}

TEST(EventJsonTest, RejectsATextThatIsNoUnicodeByItsFieldAndTakesTheRest) {
  for (const char* broken : {"\xff", R"(\ud800)"}) {
    EXPECT_THAT(
        Decode(std::string(R"([{"name":"a"},{"name":")") + broken + R"("},{"name":"b"}])"),
        ElementsAre(
            Line(0, {.name = "a"}),
            Line(2, {.name = "b"}),
            "#1 name: is not valid UTF-8, or holds half of a surrogate pair, expected a string"
        )
    );
  }
}

TEST(EventJsonTest, RefusesABodyThatIsNeitherEventNorArray) {
  EXPECT_THAT(
      Decode(R"("Start")"),
      ElementsAre("the body is a string, expected an array of events, or one event")
  );
}

TEST(EventJsonTest, LeavesTheBatchAsItWasWhenTheEndOfTheBodyIsBroken) {
  ReportBatch batch;
  ASSERT_TRUE(DecodeEventsJson(R"([{"name":"before","parameters":{"k":"v"}}])", {}, batch).ok());
  const std::vector<std::string> before = Lines(batch);
  const size_t bytes_before = batch.bytes();

  const absl::Status status =
      DecodeEventsJson(R"([{"name":"good","parameters":{"k":"v"}},{"name":)", {}, batch);

  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Lines(batch), before);
  EXPECT_EQ(batch.parameters.size(), 1U);
  EXPECT_EQ(batch.bytes(), bytes_before);
}

TEST(EventJsonTest, RefusesTooManyEventsAndTakesAsManyAsAllowed) {
  ReportBatch batch;
  EXPECT_EQ(
      DecodeEventsJson("[{},{},{}]", {.reports = 2}, batch).code(),
      absl::StatusCode::kResourceExhausted
  );
  EXPECT_THAT(batch.reports, IsEmpty());
  EXPECT_TRUE(DecodeEventsJson("[{},{},{}]", {.reports = 3}, batch).ok());
  EXPECT_EQ(batch.reports.size(), 3U);
}

TEST(EventJsonTest, RefusesDeepNesting) {
  const auto nested = [](size_t depth) {
    return R"({"x":)" + std::string(depth - 1, '[') + std::string(depth - 1, ']') + "}";
  };
  EXPECT_THAT(Decode(nested(65), {.depth = 64}), ElementsAre(HasSubstr("deeper than 64 levels")));
  EXPECT_THAT(Decode(nested(60), {.depth = 64}), ElementsAre(Line(0, {})));
  EXPECT_THAT(Decode(std::string(1'000'000, '[')), ElementsAre(HasSubstr("")));
}

TEST(EventJsonTest, KeepsTextAliveInTheBatchAlone) {
  ReportBatch batch;
  {
    std::string body = R"([{"name":"a rather long name that fits no small string buffer"}])";
    ASSERT_TRUE(DecodeEventsJson(std::move(body), {}, batch).ok());
  }
  const ReportBatch moved = std::move(batch);
  EXPECT_EQ(
      moved.reports[0].text[TextField::kName], "a rather long name that fits no small string buffer"
  );
  EXPECT_GT(moved.bytes(), 60U);
}

TEST(EventJsonTest, WritesAnEventInProto3Json) {
  std::string out;
  AppendEventJson(
      out,
      testing::EventOf({.id = "u",
                        .service = "s",
                        .name = "n\n",
                        .parameters = {{"flag", true}, {"n", int64_t{3}}, {"t", std::string("x")}},
                        .type = EventType::kError,
                        .start = 1'700'000'000'000})
          .view()
  );
  EXPECT_EQ(
      out,
      R"({"uuid":"u","source":{"service":"s","serviceInstance":"","endpoint":""},"name":"n\n",)"
      R"("type":"Error","message":"","parameters":{"flag":"true","n":"3","t":"x"},)"
      R"("startTime":"1700000000000","endTime":"0","layer":""})"
  );
}

}  // namespace
}  // namespace tidings::skywalking
