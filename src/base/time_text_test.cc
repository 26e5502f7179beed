#include "base/time_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/status.h"

namespace tidings {
namespace {

constexpr int64_t kNow = 1'700'000'000'000;  // 2023-11-14T22:13:20Z

struct Case {
  std::string_view text;
  int64_t expected;
};

class ParseTimeTest : public testing::TestWithParam<Case> {};

TEST_P(ParseTimeTest, Reads) {
  const auto time = ParseTime(GetParam().text, kNow);
  ASSERT_TRUE(time.ok()) << time.status();
  EXPECT_EQ(*time, GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Forms,
    ParseTimeTest,
    testing::Values(
        Case{"1700000000000", kNow},
        Case{"0", 0},
        Case{"-6795364578871", -6'795'364'578'871},
        Case{"now", kNow},
        Case{"now-15m", kNow - 900'000},
        Case{"now+1h", kNow + 3'600'000},
        Case{"now 1h", kNow + 3'600'000},
        Case{"-15m", kNow - 900'000},
        Case{"15m", kNow - 900'000},
        Case{"1h30m", kNow - 5'400'000},
        Case{"250ms", kNow - 250},
        Case{"2w", kNow - 1'209'600'000},
        Case{"2023-11-14T22:13:20Z", kNow},
        Case{"2023-11-14T22:13:20.250Z", kNow + 250},
        Case{"2023-11-14 22:13:20Z", kNow},
        Case{"2023-11-15T00:13:20+02:00", kNow},
        Case{"2023-11-15T00:13:20 02:00", kNow},
        Case{"2023-11-15 00:13:20 02:00", kNow},
        Case{"2023-11-15T00:13:20 0200", kNow},
        Case{"2023-11-15 00:13:20.250 0200", kNow + 250},
        Case{"2023-11-15T00:13:20 02", kNow},
        Case{"2023-11-15T00:13:20+0200", kNow},
        Case{"2023-11-14T17:13:20-05:00", kNow},
        Case{"1970-01-01T00:00:00Z", 0},
        Case{"9999-12-31T23:59:59.999Z", kMaxTimeMs}
    )
);

TEST(ParseTimeTest, NamesBothReadingsOfATimeWithoutOffset) {
  const auto time = ParseTime("2023-11-14T22:13:20", kNow);
  ASSERT_FALSE(time.ok());
  EXPECT_EQ(
      MessageOf(time.status()),
      "'2023-11-14T22:13:20' has no offset: write '2023-11-14T22:13:20.000Z' if UTC is meant, or "
      "'2023-11-14T22:13:20.000+02:00' with your own offset"
  );
}

TEST(ParseTimeTest, TakesTheSpaceBeforeATimeOfDayForNoOffset) {
  for (const std::string_view text : {"2023-11-14 22:13", "2023-11-14 22:13:20"}) {
    EXPECT_THAT(MessageOf(ParseTime(text, kNow).status()), testing::HasSubstr("has no offset"));
  }
}

TEST(ParseTimeTest, RefusesWhatIsNoTime) {
  for (const std::string_view text :
       {"",
        "yesterday",
        "15x",
        "now-",
        "now15m",
        "--15m",
        "2023-13-01T00:00:00Z",
        "99999999999999999999",
        "9223372036854775807w",
        "infinite-past",
        "infinite-future",
        "2023-11-14T22:13:20 2:00",
        "2023-11-14T22:13:20 02:00:00",
        "2023-11-14T22:13:20 020",
        "1e3"}) {
    const auto time = ParseTime(text, kNow);
    EXPECT_FALSE(time.ok()) << text;
  }
}

TEST(DurationTest, ReadsAndWrites) {
  EXPECT_EQ(ParseDuration("1h30m")->count(), 5'400'000);
  EXPECT_EQ(ParseDuration("0")->count(), 0);
  EXPECT_FALSE(ParseDuration("30").ok());
  EXPECT_FALSE(ParseDuration("-30s").ok());
  EXPECT_FALSE(ParseDuration("").ok());
  EXPECT_EQ(FormatDuration(std::chrono::milliseconds(90'000)), "1m30s");
  EXPECT_EQ(FormatDuration(std::chrono::hours(24 * 30)), "30d");
  EXPECT_EQ(FormatDuration(std::chrono::milliseconds(0)), "0s");
}

TEST(SizeTest, ReadsAndWrites) {
  EXPECT_EQ(*ParseSize("64MiB"), uint64_t{64} << 20);
  EXPECT_EQ(*ParseSize("10kB"), 10'000u);
  EXPECT_EQ(*ParseSize("512"), 512u);
  EXPECT_FALSE(ParseSize("64MiBs").ok());
  EXPECT_FALSE(ParseSize("9223372036854775807TiB").ok());
  EXPECT_FALSE(ParseSize("-1").ok());
  EXPECT_EQ(FormatSize(uint64_t{64} << 20), "64MiB");
  EXPECT_EQ(FormatSize(1000), "1000");
}

}  // namespace
}  // namespace tidings
