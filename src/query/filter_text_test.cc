#include "query/filter_text.h"

#include <ostream>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include "event/testing/batch_builder.h"

namespace tidings::query {

std::ostream& operator<<(std::ostream& out, const Mistake& mistake) {
  return out << mistake.position << ": " << mistake.message;
}

namespace {

using testing::EventOf;
using testing::ReportSpec;

constexpr int64_t kNow = 1'700'000'000'000;

const ReportSpec kUpgrade = {
    .id = "u-1",
    .service = "checkout",
    .instance = "checkout-7",
    .layer = "K8S",
    .name = "Upgrade",
    .message = "Upgrade from 1.4.0 to {to}: \"rolling\"",
    .parameters =
        {{"delta", int64_t{-5}},
         {"my key", std::string("a b")},
         {"note", std::string()},
         {"replicas", int64_t{3}},
         {"service.version", std::string("1.5.0")},
         {"share", 0.25}},
    .start = kNow - 900'000,
    .end = kNow - 300'000,
    .count = 4};

/// Whether `text` finds the event; a mistake fails the test.
bool Finds(std::string_view text, const ReportSpec& report = kUpgrade) {
  const auto parsed = ParseFilterText(text, kNow);
  if (const auto* const mistake = std::get_if<Mistake>(&parsed)) {
    ADD_FAILURE() << text << "\n" << *mistake;
    return false;
  }
  return Holds(*std::get_if<Expression>(&parsed), EventOf(report).view(), kNow);
}

struct Case {
  std::string_view text;
  bool finds;
};

class FilterTextTest : public ::testing::TestWithParam<Case> {};

TEST_P(FilterTextTest, FindsTheUpgradeOrNot) {
  EXPECT_EQ(Finds(GetParam().text), GetParam().finds) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    Fields,
    FilterTextTest,
    ::testing::Values(
        Case{"", true},
        Case{"  ", true},
        Case{"service:checkout", true},
        Case{"service:Checkout", false},
        Case{"service:check*", true},
        Case{"service:*out", true},
        Case{"service:c*k*t", true},
        Case{"service:check\\*", false},
        Case{"service:\"check*\"", false},
        Case{"service:\"checkout\"", true},
        Case{"service:*", true},
        Case{"endpoint:*", false},
        Case{"endpoint:\"\"", true},
        Case{"layer:k8s", true},
        Case{"layer:K*", true},
        Case{"type:normal", true},
        Case{"type:err*", false},
        Case{"state:CLOSED", true},
        Case{"state:o*", false},
        Case{"id:u-1", true},
        Case{"message:*rolling*", true},
        Case{"message:rolling", false},
        // A type, a state and whether it is derived are always there.
        Case{"type:*", true},
        Case{"-type:*", false},
        Case{"type:\"\"", false},
        Case{"-type:\"\"", true},
        Case{"state:*", true},
        Case{"state:\"\"", false},
        Case{"derived:*", true},
        Case{"derived:\"\"", false},
        Case{"derived:(\"\" OR false)", true},
        Case{"derived:false", true},
        Case{"derived:true", false}
    )
);

INSTANTIATE_TEST_SUITE_P(
    Numbers,
    FilterTextTest,
    ::testing::Values(
        Case{"duration:10m", true},
        Case{"duration:>10m", false},
        Case{"duration:>=10m", true},
        Case{"duration:<10m1ms", true},
        Case{"duration:<=599s", false},
        Case{"duration:5m..10m", true},
        Case{"duration:1m..5m", false},
        Case{"duration:*", true},
        Case{"duration:\"\"", false},
        Case{"count:4", true},
        Case{"count:>3", true},
        Case{"count:1..3", false},
        Case{"start:>now-1h", true},
        Case{"start:<15m", false},
        Case{"start:<=15m", true},
        Case{"end:2023-11-14T22:00:00Z..2023-11-14T22:10:00Z", true},
        Case{"end:>\"2023-11-14T22:10:00Z\"", false}
    )
);

INSTANTIATE_TEST_SUITE_P(
    Parameters,
    FilterTextTest,
    ::testing::Values(
        Case{"parameter.replicas:3", true},
        Case{"parameters.replicas:3.0", true},
        Case{"parameter.replicas:>2", true},
        Case{"parameter.replicas:>3", false},
        Case{"parameter.replicas:1..3", true},
        Case{"parameter.delta:-5", true},
        Case{"parameter.delta:<0", true},
        Case{"parameter.share:0.25", true},
        Case{"parameter.share:0.2*", true},
        Case{"parameter.service.version:1.5*", true},
        Case{"parameter.service.version:1.5", false},
        Case{"parameter.\"my key\":\"a b\"", true},
        Case{"parameter.\"my key\":a\\ b", true},
        Case{"parameter.my\\ key:\"a b\"", true},
        Case{"parameter.my\\ k\\ey:a*", true},
        Case{"parameter.service\\.version:1.5.0", true},
        // In quotes it is that text, not the number; other quotes are around what is shown.
        Case{"parameter.replicas:\"3\"", true},
        Case{"parameter.replicas:\"3.0\"", false},
        Case{"parameter.share:\"0.250\"", false},
        Case{"parameter.share:0.250", true},
        // Empty, or not known.
        Case{"parameter.other:\"\"", true},
        Case{"-parameter.other:\"\"", false},
        Case{"parameter.note:\"\"", true},
        Case{"parameter.note:*", true},
        Case{"parameter.replicas:\"\"", false},
        Case{"parameter.replicas:(\"\" OR 3)", true},
        Case{"parameter.other:*", false},
        Case{"-parameter.other:*", true},
        Case{"parameter.replicas:(1 OR >2)", true}
    )
);

INSTANTIATE_TEST_SUITE_P(
    FreeText,
    FilterTextTest,
    ::testing::Values(
        Case{"upgrade", true},
        Case{"UPGRADE", true},
        Case{"upgra", false},
        Case{"upgra*", true},
        Case{"1.4.0", true},
        Case{"1.4.1", false},
        Case{"4.1", false},
        Case{"\"from 1.4\"", true},
        Case{"\"from 1.4*\"", true},
        Case{"from.1*", true},
        Case{"\"from to\"", false},
        Case{"from to", true},
        Case{"1.5.0", true},
        Case{"checkout", false},
        Case{"*", true},
        Case{"\\-5", true}
    )
);

INSTANTIATE_TEST_SUITE_P(
    Operators,
    FilterTextTest,
    ::testing::Values(
        Case{"service:checkout name:Upgrade", true},
        Case{"service:checkout AND name:Restart", false},
        Case{"service:cart OR name:Upgrade", true},
        Case{"NOT service:cart", true},
        Case{"-service:checkout", false},
        Case{"NOT -service:checkout", true},
        // NOT binds tightest, then AND, then OR.
        Case{"-service:cart name:Restart OR upgrade", true},
        Case{"upgrade OR service:cart name:Restart", true},
        Case{"(upgrade OR service:cart) name:Restart", false},
        Case{"-(service:cart OR name:Restart)", true},
        Case{"name:(Upgrade OR Rollback)", true},
        Case{"name:(Restart OR Rollback)", false},
        Case{"name:(-Upgrade)", false},
        Case{"name:(U* -*x)", true},
        Case{"name:(NOT (Restart OR Rollback))", true},
        Case{"duration:(>5m <15m)", true},
        // Operators are upper-case, and only where they stand alone.
        Case{"upgrade or", false},
        Case{"ORDER", false},
        Case{"\"OR\"", false},
        Case{"upgrade(from)to", true},
        Case{" ( upgrade ) ", true}
    )
);

TEST(FilterTextMeaningTest, FindsHanInsideOfARun) {
  const ReportSpec tokyo = {.id = "a", .message = "大東京都の障害", .start = 5};
  EXPECT_TRUE(Finds("東京", tokyo));
  EXPECT_TRUE(Finds("京*", tokyo));
  EXPECT_FALSE(Finds("京東", tokyo));
}

struct WrongText {
  std::string text;
  size_t position;
  std::string message;
};

class FilterTextMistakeTest : public ::testing::TestWithParam<WrongText> {};

TEST_P(FilterTextMistakeTest, IsToldWithPlaceAndExpectation) {
  const auto parsed = ParseFilterText(GetParam().text, kNow);
  const auto* const mistake = std::get_if<Mistake>(&parsed);
  ASSERT_NE(mistake, nullptr) << GetParam().text;
  EXPECT_EQ(mistake->position, GetParam().position) << *mistake;
  EXPECT_EQ(mistake->message, GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    All,
    FilterTextMistakeTest,
    ::testing::Values(
        WrongText{"service:", 9, "expected a value or '(', found the end"},
        WrongText{"service: x", 9, "expected a value or '(', found ' x'"},
        WrongText{"é \"x", 5, "expected a closing '\"', found the end"},
        WrongText{"x\\", 3, "expected a character behind the '\\', found the end"},
        WrongText{"(x", 3, "expected a closing ')', found the end"},
        WrongText{"x)", 2, "expected a word, \"a text\", field:value, '(' or the end, found ')'"},
        WrongText{"x OR", 5, "expected a word, \"a text\", field:value or '(', found the end"},
        WrongText{"x OR OR y", 6, "expected a word, \"a text\", field:value or '(', found 'OR'"},
        WrongText{"AND x", 1, "expected a word, \"a text\", field:value or '(', found 'AND'"},
        WrongText{"x - y", 4, "expected a word, \"a text\", field:value or '(', found ' y'"},
        WrongText{"()", 2, "expected a word, \"a text\", field:value or '(', found ')'"},
        WrongText{"name:(a OR )", 12, "expected a value or '(', found ')'"},
        WrongText{"duration:>", 11, "expected a value to compare with, found the end"},
        WrongText{"parameter.:x", 11, "expected the key of a parameter, found ':x'"},
        WrongText{"parameter.x", 12, "expected ':' and a value, found the end"},
        WrongText{"parameter.x\\", 13, "expected a character behind the '\\', found the end"},
        WrongText{
            "x :y", 3, "expected a word, \"a text\", field:value, '(' or the end, found ':y'"},
        WrongText{
            "x serivce:y", 3, "'serivce' is no field, expected 'service'; quote it to search text"},
        WrongText{
            "http://x",
            1,
            "'http' is no field, expected service, instance, endpoint, layer, name, type, state, "
            "id, "
            "message, count, start, end, duration, derived or parameter.KEY; quote it to search "
            "text"},
        WrongText{
            "state:opened", 7, "state: 'opened', expected open or closed or instant or orphan_end"},
        WrongText{"type:\"*\"", 7, "type: '*', expected Normal or Error"},
        WrongText{"derived:yes", 9, "derived: 'yes', expected true or false"},
        WrongText{
            "name:>5",
            6,
            "name: '5' compares, which only duration, count, start, end and parameters can be; "
            "quote "
            "it to find that text"},
        WrongText{
            "duration:>10",
            10,
            "duration: '10' is no duration: expected a number with a unit of ms s m h d w, as 10ms "
            "or 10s"},
        WrongText{
            "duration:>60000",
            10,
            "duration: '60000' is no duration: expected a number with a unit of ms s m h d w, as "
            "60000ms or 1m"},
        WrongText{"duration:10m..5m", 10, "duration: '10m..5m' ends before it begins"},
        WrongText{"count:x", 7, "count: 'x', expected a number"},
        WrongText{"count:1..", 7, "count: '1..' has one end, expected both, or '>=1'"},
        WrongText{"end:..now", 5, "end: '..now' has one end, expected both, or '<=now'"},
        WrongText{"count:1*", 7, "count: '1*', expected no wildcard in a number or time"},
        WrongText{
            "start:>1700000000",
            7,
            "start: '1700000000': seconds? ms are wanted (1700000000000, or "
            "1970-01-20T16:13:20.000Z if that is meant)"},
        WrongText{"parameter.x:>y", 13, "parameter.x: 'y', expected a number to compare with"},
        WrongText{"--- ", 4, "expected a word, \"a text\", field:value or '(', found ' '"},
        WrongText{"...", 1, "free text: '...' has no word to search for, no letter and no digit"},
        WrongText{
            "a*b",
            1,
            "free text: 'a*b', expected a '*' only at the end of a word; quote it to find that "
            "text"}
    )
);

TEST(FilterTextMeaningTest, IsLimitedInDepth) {
  const std::string deep(kMaxNesting, '(');
  EXPECT_TRUE(Finds(deep + "upgrade" + std::string(kMaxNesting, ')')));
  for (const std::string& text :
       {deep + "(x" + std::string(kMaxNesting + 1, ')'),
        "x " + std::string(kMaxNesting + 1, '-') + "x"}) {
    const auto parsed = ParseFilterText(text, kNow);
    ASSERT_TRUE(std::holds_alternative<Mistake>(parsed));
    EXPECT_EQ(
        std::get_if<Mistake>(&parsed)->message, "expected at most 100 levels inside each other"
    );
  }
}

}  // namespace
}  // namespace tidings::query
