#include "event/canonical.h"

#include <cmath>
#include <cstdlib>
#include <limits>
#include <rapidcheck.h>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <simdjson.h>

#include "event/join.h"
#include "event/testing/batch_builder.h"
#include "event/testing/report_generator.h"

namespace tidings {
namespace {

using testing::BatchBuilder;
using testing::EventOf;
using testing::OwnedValue;
using testing::ReportSpec;
using testing::ValidReport;

std::string ToHex(std::string_view bytes) {
  std::string hex;
  for (const char byte : bytes) {
    hex += fmt::format("{:02x}", static_cast<uint8_t>(byte));
  }
  return hex;
}

std::string CanonicalOf(const ReportSpec& spec) {
  const ReportBatch batch = BatchBuilder().Add(spec).Build();
  std::string bytes;
  AppendCanonical(bytes, batch.reports.front(), batch);
  return bytes;
}

std::string IdOf(const ReportSpec& spec) {
  const ReportBatch batch = BatchBuilder().Add(spec).Build();
  return std::string(batch.reports.front().id);
}

std::string CanonicalOf(const EventView& event) {
  std::string bytes;
  AppendCanonical(bytes, event);
  return bytes;
}

std::string Text(simdjson::dom::element object, std::string_view key) {
  std::string_view text;
  return object[key].get(text) == simdjson::SUCCESS ? std::string(text) : std::string();
}

int64_t Integer(simdjson::dom::element object, std::string_view key) {
  int64_t value = 0;
  return object[key].get(value) == simdjson::SUCCESS ? value : 0;
}

/// A double that JSON or its reader cannot tell stands as `{"double": "NaN"}`.
OwnedValue ValueOf(simdjson::dom::element value) {
  if (value.is<bool>()) {
    return value.get<bool>().value();
  }
  if (value.is<int64_t>()) {
    return value.get<int64_t>().value();
  }
  if (value.is<double>()) {
    return value.get<double>().value();
  }
  if (value.is_object()) {
    return std::strtod(Text(value, "double").c_str(), nullptr);
  }
  return std::string(value.get<std::string_view>().value());
}

ReportSpec SpecOf(simdjson::dom::element report) {
  ReportSpec spec;
  simdjson::dom::element source;
  if (report["source"].get(source) == simdjson::SUCCESS) {
    spec.service = Text(source, "service");
    spec.instance = Text(source, "instance");
    spec.endpoint = Text(source, "endpoint");
  }
  spec.layer = Text(report, "layer");
  spec.name = Text(report, "name");
  spec.message = Text(report, "message");
  spec.type = Text(report, "type") == "Error" ? EventType::kError : EventType::kNormal;
  spec.start = Integer(report, "start");
  spec.end = Integer(report, "end");
  spec.reported = Integer(report, "reported");
  spec.count = Integer(report, "count");
  spec.origin = Text(report, "origin");
  bool derived = false;
  spec.derived = report["derived"].get(derived) == simdjson::SUCCESS && derived;
  simdjson::dom::array parameters;
  if (report["parameters"].get(parameters) == simdjson::SUCCESS) {
    for (const simdjson::dom::element pair : parameters) {
      spec.parameters.emplace_back(pair.at(0).get<std::string_view>().value(), ValueOf(pair.at(1)));
    }
  }
  return spec;
}

TEST(CanonicalTest, KeepsTheGoldenVectors) {
  simdjson::dom::parser parser;
  simdjson::dom::array vectors;
  ASSERT_EQ(parser.load("testdata/derived_ids.json").get(vectors), simdjson::SUCCESS);
  EXPECT_GT(vectors.size(), 10);
  for (const simdjson::dom::element vector : vectors) {
    SCOPED_TRACE(Text(vector, "case"));
    const ReportSpec spec = SpecOf(vector["report"].value());
    EXPECT_EQ(ToHex(CanonicalOf(spec)), Text(vector, "canonical"));
    EXPECT_EQ(IdOf(spec), Text(vector, "id"));
  }
}

TEST(CanonicalTest, GivesARetryTheSameIdWhenItIsReceivedLater) {
  const ReportSpec spec = {.name = "Deploy", .start = 5};
  const ReportBatch first = BatchBuilder(100).Add(spec).Build();
  const ReportBatch second = BatchBuilder(900).Add(spec).Build();
  EXPECT_EQ(first.reports[0].id, second.reports[0].id);
}

TEST(CanonicalTest, GivesReportsThatDifferInOneFieldDifferentIds) {
  const ReportSpec whole = {
      .service = "a",
      .instance = "b",
      .endpoint = "c",
      .layer = "D",
      .name = "e",
      .message = "f",
      .parameters = {{"g", int64_t{1}}},
      .start = 5,
      .end = 6,
      .reported = 7,
      .count = 8,
      .origin = "o"};
  std::vector<ReportSpec> specs(13, whole);
  specs[1].service = "";
  specs[2].instance = "a";
  specs[3].endpoint = "b";
  specs[4].layer = "";
  specs[5].name = "f";
  specs[6].message = "e";
  specs[7].parameters[0].second = true;
  specs[8].start = 4;
  specs[9].end = 7;
  specs[10].reported = 0;
  specs[11].type = EventType::kError;
  specs[12].origin = "p";
  std::set<std::string> ids;
  for (const ReportSpec& spec : specs) {
    ids.insert(IdOf(spec));
  }
  EXPECT_EQ(ids.size(), specs.size());
}

TEST(CanonicalTest, MovesNoTextFromOneFieldToTheNext) {
  EXPECT_NE(
      CanonicalOf({.service = "ab", .name = "n", .start = 1}),
      CanonicalOf({.service = "a", .instance = "b", .name = "n", .start = 1})
  );
  EXPECT_NE(
      CanonicalOf({.name = "n", .parameters = {{"ab", std::string("c")}}, .start = 1}),
      CanonicalOf({.name = "n", .parameters = {{"a", std::string("bc")}}, .start = 1})
  );
}

/// The part of an encoding that is the value: behind version, id-less name and the key.
std::string ValueBytes(const OwnedValue& value) {
  const std::string with = CanonicalOf({.name = "n", .parameters = {{"k", value}}, .start = 1});
  constexpr size_t kBefore = 1 + 6 + 6;
  constexpr size_t kAfter = 9;
  std::string bytes = with.substr(kBefore, with.size() - kBefore - kAfter);
  constexpr char kString = 3;
  if (bytes[0] == kString) {
    bytes.erase(1, 4);
  }
  return bytes;
}

TEST(CanonicalTest, OrdersValuesAsTheJoinDoes) {
  const double infinity = std::numeric_limits<double>::infinity();
  const std::vector<OwnedValue> ascending = {
      false,
      true,
      std::numeric_limits<int64_t>::min(),
      int64_t{-1},
      int64_t{0},
      int64_t{1},
      std::numeric_limits<int64_t>::max(),
      -infinity,
      -1e300,
      -0.5,
      0.0,
      std::numeric_limits<double>::denorm_min(),
      0.5,
      1e300,
      infinity,
      std::numeric_limits<double>::quiet_NaN(),
      std::string(),
      std::string("a"),
      std::string("a\0", 2),
      std::string("aa"),
      std::string("b"),
      std::string("\xc3\xa9")};
  for (size_t i = 0; i + 1 < ascending.size(); ++i) {
    EXPECT_LT(ValueBytes(ascending[i]), ValueBytes(ascending[i + 1])) << "value " << i;
  }
}

TEST(CanonicalTest, HasOneFormForZeroAndForNan) {
  EXPECT_EQ(ValueBytes(-0.0), ValueBytes(0.0));
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(ValueBytes(std::copysign(nan, -1)), ValueBytes(nan));
}

TEST(CanonicalTest, TellsEventsApartJustAsTheLawDoes) {
  EXPECT_TRUE(rc::check("equal bytes for the same knowledge", [] {
    const auto report = ValidReport({.many_parameters = false});
    Event a = EventOf(*report);
    Event b = EventOf(*report);
    RC_PRE(a->generation == b->generation && a->derived == b->derived);
    RC_PRE(a->inferred == b->inferred);
    RC_ASSERT(
        (CanonicalOf(a.view()) == CanonicalOf(b.view())) == SameKnowledge(a.view(), b.view())
    );
  }));
}

TEST(CanonicalTest, EncodesTheClockOfEveryRegisterOfAnEvent) {
  const Event event = EventOf(
      {.id = "a",
       .name = "n",
       .parameters = {{"k", true}},
       .start = 1,
       .reported = 2,
       .generation = 1}
  );
  EXPECT_EQ(
      ToHex(CanonicalOf(event.view())),
      "02"
      "05000000016e8000000000000002"
      "08000000016b00018000000000000002"
      "098000000000000001"
  );
}

}  // namespace
}  // namespace tidings
