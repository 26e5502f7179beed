#include "codec/json/event_json.h"

#include <cmath>
#include <limits>
#include <rapidcheck.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/status.h"
#include "codec/json/report_json.h"
#include "codec/testing/decoded.h"
#include "event/interval.h"
#include "event/testing/report_generator.h"

namespace tidings::json {
namespace {

using testing::Describe;
using testing::EventOf;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::ReportSpec;
using testing::SpecOf;

constexpr int64_t kReceived = 1'700'000'000'100;

std::string Write(const EventView& event, const EventJsonOptions& options = {}) {
  std::string out;
  JsonWriter json(out);
  WriteEvent(json, event, options);
  return out;
}

std::string WriteEventOf(const ReportSpec& report) {
  return Write(EventOf(report, kReceived).view());
}

std::string Render(
    std::string message, std::vector<std::pair<std::string, testing::OwnedValue>> parameters
) {
  const Event event =
      EventOf({.id = "u", .message = std::move(message), .parameters = std::move(parameters)});
  return RenderMessage(event.view());
}

TEST(EventJsonTest, WritesEveryMemberInTheContractsOrder) {
  Event event = EventOf(
      {.id = "e-1",
       .service = "checkout",
       .instance = "checkout-7",
       .layer = "K8S",
       .name = "Upgrade",
       .message = "Upgrade from {from} to {to}",
       .parameters = {{"from", std::string("1.4.0")}, {"replicas", int64_t{3}}},
       .start = 1'700'000'000'000,
       .end = 1'700'000'060'000},
      kReceived
  );
  EventView view = event.view();
  view.received_last = 1'700'000'060'090;

  EXPECT_EQ(
      Write(view),
      R"({"id":"e-1","source":{"service":"checkout","instance":"checkout-7","endpoint":""},)"
      R"("layer":"K8S","name":"Upgrade","type":"Normal","message":"Upgrade from {from} to {to}",)"
      R"("parameters":{"from":"1.4.0","replicas":3},"start":1700000000000,"end":1700000060000,)"
      R"("duration":60000,"state":"closed","count":1,"derived":false,"generation":0,)"
      R"("received_first":1700000000100,"received_last":1700000060090,"time_inferred":false,)"
      R"("contradictory":false,"truncated":false,"incomplete":false})"
  );
}

TEST(EventJsonTest, AppliesDefaultsToWhatNobodyTold) {
  const std::string json = WriteEventOf({.id = "u", .start = 5});
  EXPECT_THAT(json, HasSubstr(R"("layer":"GENERAL","name":"","type":"Normal","message":"")"));
  EXPECT_THAT(json, HasSubstr(R"("parameters":{})"));
  EXPECT_THAT(json, HasSubstr(R"("count":1)"));
}

TEST(EventJsonTest, WritesNullForEndAndDurationWhileOpen) {
  EXPECT_THAT(
      WriteEventOf({.id = "u", .start = 5}),
      HasSubstr(R"("start":5,"end":null,"duration":null,"state":"open")")
  );
}

TEST(EventJsonTest, WritesNullForStartAndDurationOfAnOrphanEnd) {
  EXPECT_THAT(
      WriteEventOf({.id = "u", .end = 5}),
      HasSubstr(R"("start":null,"end":5,"duration":null,"state":"orphan_end")")
  );
}

TEST(EventJsonTest, WritesNullForTheDurationOfAContradictoryEvent) {
  const Event event = EventOf({.id = "u", .start = 9});
  EventView view = event.view();
  view.end = 5;
  const std::string json = Write(view);
  EXPECT_THAT(json, HasSubstr(R"("start":9,"end":5,"duration":null,"state":"closed")"));
  EXPECT_THAT(json, HasSubstr(R"("contradictory":true)"));
}

TEST(EventJsonTest, WritesTheInferredTimeAsStartAndEnd) {
  const std::string json = WriteEventOf({.id = "u", .name = "n"});
  EXPECT_THAT(
      json, HasSubstr(R"("start":1700000000100,"end":1700000000100,"duration":0,"state":"instant")")
  );
  EXPECT_THAT(json, HasSubstr(R"("time_inferred":true)"));
}

TEST(EventJsonTest, WritesNumbersExactlyAndWhatIsNoNumberAsText) {
  EXPECT_THAT(
      WriteEventOf(
          {.id = "u",
           .parameters =
               {{"a", int64_t{9'007'199'254'740'993}},
                {"b", 0.1},
                {"c", std::numeric_limits<double>::quiet_NaN()},
                {"d", -std::numeric_limits<double>::infinity()},
                {"e", false}}}
      ),
      HasSubstr(R"({"a":9007199254740993,"b":0.1,"c":"NaN","d":"-Infinity","e":false})")
  );
}

TEST(EventJsonTest, AddsTheRenderedTextWhenAsked) {
  const Event event =
      EventOf({.id = "u", .message = "to {to}", .parameters = {{"to", int64_t{5}}}});
  EXPECT_THAT(Write(event.view(), {.render = true}), HasSubstr(R"("text":"to 5")"));
  EXPECT_THAT(Write(event.view()), Not(HasSubstr(R"("text")")));
}

TEST(RenderMessageTest, FillsBothFormsOfAPlaceholder) {
  EXPECT_EQ(Render("{a} and ${a}!", {{"a", std::string("x")}}), "x and x!");
}

TEST(RenderMessageTest, ShowsTypedValuesAsJsonScalars) {
  EXPECT_EQ(
      Render(
          "{b} {d} {i} {n}",
          {{"b", true},
           {"d", 0.5},
           {"i", int64_t{-3}},
           {"n", std::numeric_limits<double>::quiet_NaN()}}
      ),
      "true 0.5 -3 NaN"
  );
}

TEST(RenderMessageTest, LeavesUnknownKeysAsWritten) {
  EXPECT_EQ(Render("{b} ${b} {} {", {{"a", std::string("x")}}), "{b} ${b} {} {");
  EXPECT_EQ(Render("{{a}} $${a} {b{a}", {{"a", std::string("x")}}), "{x} $x {bx");
}

TEST(RenderMessageTest, NeverRendersAValueAgain) {
  EXPECT_EQ(Render("{a}{b}", {{"a", std::string("{b}")}, {"b", std::string("{a}")}}), "{b}{a}");
}

TEST(RenderMessageTest, FindsAPlaceholderBehindManyBraces) {
  const std::string braces(16'000, '{');
  EXPECT_EQ(Render(braces + "a}", {{"a", std::string("x")}}), braces.substr(1) + "x");
}

TEST(RenderMessageTest, FindsTheLongestKey) {
  const std::string key(256, 'k');
  EXPECT_EQ(Render("{" + key + "} {k}", {{key, std::string("x")}, {"k", true}}), "x true");
}

TEST(ReadEventTest, NamesTheMemberThatIsWrong) {
  const auto error_of = [](std::string_view json) {
    const absl::StatusOr<Event> event = ReadEvent(json);
    return event.ok() ? "none" : std::string(MessageOf(event.status()));
  };
  EXPECT_EQ(error_of("[]"), "an event is an array, expected an object");
  EXPECT_EQ(error_of(R"({"id":5})"), "an event's id is 5, expected a string");
  EXPECT_EQ(error_of(R"({"type":"x"})"), "an event's type is 'x', expected Normal or Error");
  EXPECT_EQ(
      error_of(R"({"source":{"service":1}})"), "an event's source.service is 1, expected a string"
  );
  EXPECT_EQ(
      error_of(R"({"parameters":{"k":[]}})"),
      "an event's parameters.k is an array, expected a string, a number or a boolean"
  );
  EXPECT_THAT(error_of("{"), HasSubstr("no JSON"));
  EXPECT_EQ(error_of(R"({"id":"u","start":null,"of a newer server":1})"), "none");
}

/// What is shown of an event but not stored: defaults.
ReportSpec Shown(ReportSpec spec) {
  spec.layer = spec.layer.empty() ? "GENERAL" : spec.layer;
  spec.count = std::max<int64_t>(spec.count, 1);
  for (auto& [key, value] : spec.parameters) {
    const auto* const number = std::get_if<double>(&value);
    if (number != nullptr && !std::isfinite(*number)) {
      value = std::string(std::isnan(*number) ? "NaN" : *number > 0 ? "Infinity" : "-Infinity");
    }
  }
  return spec;
}

TEST(EventJsonRoundTripTest, ReadsBackWhatItWrote) {
  EXPECT_TRUE(rc::check("read(write(event)) == event", [] {
    ReportSpec spec = *testing::ValidReport();
    RC_PRE(!spec.withdrawn);
    spec.reported = 0;
    const Event event = EventOf(spec, kReceived);
    const absl::StatusOr<Event> read = ReadEvent(Write(event.view()));
    RC_ASSERT(read.ok());
    RC_ASSERT(Describe(SpecOf(read->view())) == Describe(Shown(SpecOf(event.view()))));
    RC_ASSERT(StateOf(read->view()) == StateOf(event.view()));
    RC_ASSERT(OrderTime(read->view()) == OrderTime(event.view()));
    RC_ASSERT(read->view().received_first == event.view().received_first);
    RC_ASSERT(Write(read->view()) == Write(event.view()));
  }));
}

TEST(EventJsonRoundTripTest, AnAnswerIsAReportOfTheSameContent) {
  EXPECT_TRUE(rc::check("report(write(event)) == event", [] {
    ReportSpec spec = *testing::ValidReport();
    RC_PRE(!spec.withdrawn && (spec.start != 0 || spec.end != 0));
    const Event event = EventOf(spec, kReceived);
    ReportBatch batch;
    RC_ASSERT(DecodeReportsJson(Write(event.view()), {.now_ms = kReceived}, batch).ok());
    RC_ASSERT(batch.reports.size() == 1U);
    RC_ASSERT(Describe(SpecOf(batch.reports[0], batch)) == Describe(Shown(SpecOf(event.view()))));
  }));
}

}  // namespace
}  // namespace tidings::json
