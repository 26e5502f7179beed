#include "event/normalise.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/time_text.h"
#include "event/testing/batch_builder.h"

namespace tidings {
namespace {

using testing::BatchBuilder;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::OwnedValue;
using testing::ReportSpec;

/// One report, normalised or rejected.
struct Normalised {
  explicit Normalised(const ReportSpec& spec, const ReportLimits& limits = {})
      : batch(BatchBuilder(kReceivedMs).Add({.id = "first"}).Add(spec).BuildRaw()),
        rejection(Normalise(batch.reports[1], batch, limits)) {}

  const Report& report() const { return batch.reports[1]; }
  std::vector<Parameter> parameters() const {
    const auto first = batch.parameters.begin() + report().first_parameter;
    return {first, first + report().parameter_count};
  }

  static constexpr int64_t kReceivedMs = 1'700'000'000'000;
  ReportBatch batch;
  std::optional<Rejection> rejection;
};

std::vector<std::pair<std::string, OwnedValue>> ManyParameters(size_t count, size_t value_bytes) {
  std::vector<std::pair<std::string, OwnedValue>> parameters;
  for (size_t i = 0; i < count; ++i) {
    parameters.emplace_back("k" + std::to_string(1'000 + i), std::string(value_bytes, 'v'));
  }
  return parameters;
}

std::string Bytes(size_t count) {
  return std::string(count, 'x');
}

struct RejectedCase {
  std::string name;
  ReportSpec report;
  std::string field;
  std::string error;
};

std::ostream& operator<<(std::ostream& out, const RejectedCase& rejected) {
  return out << rejected.name;
}

class RejectedTest : public ::testing::TestWithParam<RejectedCase> {};

TEST_P(RejectedTest, NamesTheFieldTheLimitAndWhatItWas) {
  const Normalised normalised(GetParam().report);
  ASSERT_TRUE(normalised.rejection);
  EXPECT_EQ(normalised.rejection->index, 1);
  EXPECT_EQ(normalised.rejection->field, GetParam().field);
  EXPECT_EQ(normalised.rejection->error, GetParam().error);
}

const std::vector<RejectedCase> kTextCases = {
    {"NeitherIdNorName",
     {.service = "shop", .start = 5},
     "id",
     "is empty, and so is the name; expected at least one of them"},
    {"LongId", {.id = Bytes(129)}, "id", "is 129 bytes long, at most 128 are allowed"},
    {"LongService",
     {.id = "a", .service = Bytes(513)},
     "source.service",
     "is 513 bytes long, at most 512 are allowed"},
    {"LongInstance",
     {.id = "a", .instance = Bytes(513)},
     "source.instance",
     "is 513 bytes long, at most 512 are allowed"},
    {"LongEndpoint",
     {.id = "a", .endpoint = Bytes(513)},
     "source.endpoint",
     "is 513 bytes long, at most 512 are allowed"},
    {"LongLayer",
     {.id = "a", .layer = Bytes(65)},
     "layer",
     "is 65 bytes long, at most 64 are allowed"},
    {"LongName",
     {.id = "a", .name = Bytes(257)},
     "name",
     "is 257 bytes long, at most 256 are allowed"},
    {"LongMessage",
     {.id = "a", .message = Bytes(16'385)},
     "message",
     "is 16385 bytes long, at most 16384 are allowed"},
    {"BrokenId", {.id = "a\xff"}, "id", "is not valid UTF-8 (at byte 1)"},
    {"BrokenService",
     {.id = "a", .service = "\xc3"},
     "source.service",
     "is not valid UTF-8 (at byte 0)"},
    {"BrokenMessage",
     {.id = "a", .message = "é\xed\xa0\x80"},
     "message",
     "is not valid UTF-8 (at byte 2)"},
};

const std::vector<RejectedCase> kNumberCases = {
    {"EndBeforeStart",
     {.id = "a", .start = 9, .end = 5},
     "end",
     "is 5 (1970-01-01T00:00:00.005Z), before the start, 9 (1970-01-01T00:00:00.009Z); expected "
     "end >= start in one report"},
    {"StartAfter9999",
     {.id = "a", .start = kMaxTimeMs + 1},
     "start",
     "is 253402300800000 ms since the epoch, at most 253402300799999 (9999-12-31T23:59:59.999Z) is "
     "allowed"},
    {"EndAfter9999",
     {.id = "a", .end = std::numeric_limits<int64_t>::max()},
     "end",
     "is 9223372036854775807 ms since the epoch, at most 253402300799999 "
     "(9999-12-31T23:59:59.999Z) is allowed"},
    {"ReportedAfter9999",
     {.id = "a", .reported = kMaxTimeMs + 1},
     "reported",
     "is 253402300800000 ms since the epoch, at most 253402300799999 (9999-12-31T23:59:59.999Z) is "
     "allowed"},
    {"NegativeCount", {.id = "a", .count = -1}, "count", "is -1, expected 0 (not told) or more"},
    {"NegativeGeneration",
     {.id = "a", .generation = -1},
     "generation",
     "is -1, expected 0 or more"},
    {"WithdrawalOfGeneration0",
     {.id = "a", .withdrawn = true},
     "generation",
     "is 0 in a withdrawal, expected the next generation of its event (1 or more)"},
    {"WithdrawalWithName",
     {.id = "a", .name = "n", .generation = 1, .withdrawn = true},
     "withdrawn",
     "is true in a report with content, expected a withdrawal without any"},
    {"WithdrawalWithTime",
     {.id = "a", .start = 1, .generation = 1, .withdrawn = true},
     "withdrawn",
     "is true in a report with content, expected a withdrawal without any"},
    {"CorrectionWithoutTime",
     {.id = "a", .name = "n", .generation = 2},
     "start",
     "is not known, nor is the end, in a correction (generation 2); expected one of them"},
    {"CorrectionWithoutId",
     {.name = "n", .start = 5, .generation = 2},
     "id",
     "is empty in a report of generation 2, expected the id of the event that it replaces"},
};

const std::vector<RejectedCase> kParameterCases = {
    {"TooManyParameters",
     {.id = "a", .parameters = ManyParameters(257, 1)},
     "parameters",
     "has 257 entries, at most 256 are allowed"},
    {"TooLargeParameters",
     {.id = "a", .parameters = ManyParameters(5, 15'000)},
     "parameters",
     "has 75025 bytes of keys and values, at most 65536 are allowed"},
    {"EmptyKey",
     {.id = "a", .parameters = {{"", true}}},
     "parameters",
     "has an empty key, expected 1 to 256 bytes"},
    {"LongKey",
     {.id = "a", .parameters = {{Bytes(257), true}}},
     "parameters." + Bytes(64) + "…",
     "has a key of 257 bytes, at most 256 are allowed"},
    {"BrokenKey",
     {.id = "a", .parameters = {{"k\xff", true}}},
     "parameters.k\\xFF",
     "has a key that is not valid UTF-8 (at byte 1)"},
    {"LongValue",
     {.id = "a", .parameters = {{"k", Bytes(16'385)}}},
     "parameters.k",
     "is 16385 bytes long, at most 16384 are allowed"},
    {"BrokenValue",
     {.id = "a", .parameters = {{"k", std::string("\xf0\x9f")}}},
     "parameters.k",
     "is not valid UTF-8 (at byte 0)"},
    {"BrokenValueOfADroppedDuplicate",
     {.id = "a", .parameters = {{"k", std::string("\xff")}, {"k", true}}},
     "parameters.k",
     "is not valid UTF-8 (at byte 0)"},
};

std::string NameOfRejectedCase(const ::testing::TestParamInfo<RejectedCase>& info) {
  return info.param.name;
}
INSTANTIATE_TEST_SUITE_P(Texts, RejectedTest, ::testing::ValuesIn(kTextCases), NameOfRejectedCase);
INSTANTIATE_TEST_SUITE_P(
    Numbers, RejectedTest, ::testing::ValuesIn(kNumberCases), NameOfRejectedCase
);
INSTANTIATE_TEST_SUITE_P(
    Parameters, RejectedTest, ::testing::ValuesIn(kParameterCases), NameOfRejectedCase
);

TEST(NormaliseTest, TakesAReportAtEveryLimit) {
  const Normalised normalised(
      {.id = Bytes(128),
       .service = Bytes(512),
       .instance = Bytes(512),
       .endpoint = Bytes(512),
       .layer = Bytes(64),
       .name = Bytes(256),
       .message = Bytes(16 * 1024),
       .parameters = ManyParameters(256, 251),
       .start = 1,
       .end = kMaxTimeMs,
       .reported = kMaxTimeMs,
       .count = std::numeric_limits<int64_t>::max()}
  );
  EXPECT_FALSE(normalised.rejection) << normalised.rejection->field << normalised.rejection->error;
}

TEST(NormaliseTest, TakesLimitsFromItsConfiguration) {
  const ReportLimits limits = {.id_bytes = 3, .parameters = 1};
  EXPECT_FALSE(Normalised({.id = "abc", .parameters = ManyParameters(1, 1)}, limits).rejection);
  EXPECT_TRUE(Normalised({.id = "abcd"}, limits).rejection);
  EXPECT_TRUE(Normalised({.id = "abc", .parameters = ManyParameters(2, 1)}, limits).rejection);
}

TEST(NormaliseTest, TakesTimesOfZeroAndLessAsNotKnown) {
  const Normalised normalised({.id = "a", .start = -1, .end = -9'000, .reported = -1});
  EXPECT_FALSE(normalised.rejection);
  EXPECT_EQ(normalised.report().start, 0);
  EXPECT_EQ(normalised.report().end, 0);
  EXPECT_EQ(normalised.report().reported, 0);
}

TEST(NormaliseTest, TakesAnEndWhoseStartIsNotKnown) {
  EXPECT_FALSE(Normalised({.id = "a", .start = 0, .end = 5}).rejection);
  EXPECT_FALSE(Normalised({.id = "a", .start = 5, .end = 5}).rejection);
}

TEST(NormaliseTest, UpperCasesTheLayerInAscii) {
  EXPECT_EQ(Normalised({.id = "a", .layer = "k8s_é"}).report().text[TextField::kLayer], "K8S_é");
}

TEST(NormaliseTest, KeepsControlCharacters) {
  const Normalised normalised({.id = std::string("\0\n", 2), .message = "\x1b[31m"});
  EXPECT_FALSE(normalised.rejection);
  EXPECT_EQ(normalised.report().text[TextField::kMessage], "\x1b[31m");
}

std::vector<std::string> KeysOf(const Normalised& normalised) {
  std::vector<std::string> keys;
  for (const Parameter& parameter : normalised.parameters()) {
    keys.emplace_back(parameter.key);
  }
  return keys;
}

TEST(NormaliseTest, SortsParametersByBytesAndKeepsTheLastOfEqualKeys) {
  const Normalised normalised(
      {.id = "a",
       .parameters =
           {{"b", int64_t{1}}, {"é", true}, {"a", int64_t{2}}, {"b", int64_t{3}}, {"B", true}}}
  );
  EXPECT_THAT(KeysOf(normalised), ElementsAre("B", "a", "b", "é"));
  EXPECT_EQ(normalised.parameters()[2].value, Value(int64_t{3}));
}

TEST(NormaliseTest, SortsManyParametersToo) {
  auto parameters = ManyParameters(200, 1);
  std::reverse(parameters.begin(), parameters.end());
  parameters.emplace_back("k1000", std::string("last"));
  const Normalised normalised({.id = "a", .parameters = parameters});
  ASSERT_EQ(normalised.parameters().size(), 200);
  EXPECT_EQ(normalised.parameters()[0].value, Value(std::string_view("last")));
  EXPECT_EQ(normalised.parameters()[199].key, "k1199");
}

TEST(NormaliseTest, CountsParametersAfterRepeatedKeys) {
  auto parameters = ManyParameters(256, 1);
  parameters.emplace_back("k1000", true);
  EXPECT_FALSE(Normalised({.id = "a", .parameters = parameters}).rejection);
}

TEST(NormaliseTest, SetsTheClockOfEveryParameter) {
  const Normalised normalised(
      {.id = "a", .parameters = {{"k", true}, {"l", true}}, .start = 5, .end = 7, .reported = 6}
  );
  for (const Parameter& parameter : normalised.parameters()) {
    EXPECT_EQ(parameter.clock, 7);
  }
}

TEST(NormaliseTest, LeavesOneFormOfZeroAndNan) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Normalised normalised(
      {.id = "a", .parameters = {{"nan", std::copysign(nan, -1)}, {"zero", -0.0}}}
  );
  EXPECT_FALSE(std::signbit(std::get<double>(normalised.parameters()[0].value)));
  EXPECT_FALSE(std::signbit(std::get<double>(normalised.parameters()[1].value)));
}

TEST(NormaliseTest, DerivesTheIdOfAReportWithATime) {
  EXPECT_EQ(
      Normalised({.name = "Deploy", .start = 1}).report().id, "2bf10c542822b56e2635ff58843ac40f"
  );
}

TEST(NormaliseTest, DerivesTheIdFromTheNormalisedForm) {
  const Normalised a(
      {.layer = "k8s", .name = "n", .parameters = {{"a", true}, {"b", -0.0}}, .start = 5, .end = -1}
  );
  const Normalised b(
      {.layer = "K8S", .name = "n", .parameters = {{"b", 0.0}, {"a", true}}, .start = 5}
  );
  EXPECT_EQ(a.report().id, b.report().id);
}

TEST(NormaliseTest, MakesANewIdForEachReportWithoutTimes) {
  const Normalised a({.name = "Deploy"});
  const Normalised b({.name = "Deploy"});
  EXPECT_EQ(a.report().id.size(), 36);
  EXPECT_EQ(a.report().id[14], '7');
  EXPECT_EQ(a.report().id.substr(0, 8), "018bcfe5") << "the receipt's first 32 bits";
  EXPECT_NE(a.report().id, b.report().id);
}

TEST(NormaliseTest, LeavesAGivenIdAlone) {
  EXPECT_EQ(Normalised({.id = "abcde", .name = "n", .start = 5}).report().id, "abcde");
}

TEST(NormaliseTest, TakesAWithdrawalAndACorrection) {
  EXPECT_FALSE(Normalised({.id = "a", .generation = 1, .withdrawn = true}).rejection);
  EXPECT_FALSE(
      Normalised({.id = "a", .generation = 1, .derived = true, .withdrawn = true}).rejection
  );
  EXPECT_FALSE(Normalised({.id = "a", .end = 5, .generation = 1}).rejection);
}

TEST(NormaliseTest, ShowsABrokenKeySafely) {
  const Normalised normalised({.id = "a", .parameters = {{"\x1b[31m", std::string("\xff")}}});
  ASSERT_TRUE(normalised.rejection);
  EXPECT_THAT(normalised.rejection->field, HasSubstr("\\x1B"));
}

}  // namespace
}  // namespace tidings
