#include "api/graphql/duration.h"

#include <ostream>
#include <string>

#include <gtest/gtest.h>

#include "base/status.h"
#include "base/time_text.h"

namespace tidings::graphql {
namespace {

Json Duration(const std::string& step, const std::string& start, const std::string& end) {
  return {Json::Object{{"start", {start}}, {"end", {end}}, {"step", {step}}}};
}

struct Case {
  std::string step;
  std::string start;
  std::string end;
  /// `FROM TO`, or the error.
  std::string expected;
};

std::ostream& operator<<(std::ostream& out, const Case& one) {
  return out << one.step << " " << one.start << " " << one.end;
}

std::string Window(const Case& one) {
  const auto window = WindowOf(Duration(one.step, one.start, one.end));
  if (!window.ok()) {
    return std::string(MessageOf(window.status()));
  }
  return FormatTimeUtc(window->from) + " " + FormatTimeUtc(window->to);
}

class DurationTest : public ::testing::TestWithParam<Case> {};

TEST_P(DurationTest, BeginsWithItsFirstUnitAndEndsBehindItsLast) {
  EXPECT_EQ(Window(GetParam()), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Steps,
    DurationTest,
    ::testing::Values(
        Case{
            "SECOND",
            "2023-11-14 221320",
            "2023-11-14 221320",
            "2023-11-14T22:13:20.000Z 2023-11-14T22:13:21.000Z"},
        Case{
            "MINUTE",
            "2023-11-14 2200",
            "2023-11-14 2330",
            "2023-11-14T22:00:00.000Z 2023-11-14T23:31:00.000Z"},
        Case{
            "HOUR",
            "2023-11-14 22",
            "2023-11-14 23",
            "2023-11-14T22:00:00.000Z 2023-11-15T00:00:00.000Z"},
        Case{
            "DAY", "2024-02-28", "2024-02-29", "2024-02-28T00:00:00.000Z 2024-03-01T00:00:00.000Z"},
        Case{
            "DAY", "1970-01-01", "9999-12-31", "1970-01-01T00:00:00.000Z 10000-01-01T00:00:00.000Z"}
    )
);

class BadDurationTest : public ::testing::TestWithParam<Case> {};

TEST_P(BadDurationTest, NamesTheFormatThatWasExpected) {
  EXPECT_EQ(Window(GetParam()), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Mistakes,
    BadDurationTest,
    ::testing::Values(
        Case{
            "MINUTE",
            "2023-11-14 22",
            "2023-11-14 2330",
            "time.start: '2023-11-14 22' is no time of step MINUTE, expected yyyy-MM-dd HHmm "
            "(UTC)"},
        Case{
            "HOUR",
            "2023-11-14 22",
            "2023-11-14 22:30",
            "time.end: '2023-11-14 22:30' is no time of step HOUR, expected yyyy-MM-dd HH (UTC)"},
        Case{
            "DAY",
            "2023/11/14",
            "2023-11-15",
            "time.start: '2023/11/14' is no time of step DAY, expected yyyy-MM-dd (UTC)"},
        Case{
            "DAY",
            "2023-02-29",
            "2023-11-15",
            "time.start: '2023-02-29' is no time of step DAY, expected yyyy-MM-dd (UTC)"},
        Case{
            "SECOND",
            "2023-11-14 246000",
            "2023-11-15 000000",
            "time.start: '2023-11-14 246000' is no time of step SECOND, expected yyyy-MM-dd HHmmss "
            "(UTC)"},
        Case{
            "SECOND",
            "2023-11-14 2213x0",
            "2023-11-15 000000",
            "time.start: '2023-11-14 2213x0' is no time of step SECOND, expected yyyy-MM-dd HHmmss "
            "(UTC)"},
        Case{
            "MINUTE",
            "",
            "2023-11-14 2330",
            "time.start: '' is no time of step MINUTE, expected yyyy-MM-dd HHmm (UTC)"},
        Case{
            "DAY",
            "2023-11-15",
            "2023-11-14",
            "time.start: '2023-11-15' is later than time.end, '2023-11-14'"}
    )
);

}  // namespace
}  // namespace tidings::graphql
