#include "cli/progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/testing/scripted_world.h"

namespace tidings::cli {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::ScriptedWorld;

TEST(ShowCountTest, GroupsThousands) {
  EXPECT_EQ(ShowCount(0), "0");
  EXPECT_EQ(ShowCount(999), "999");
  EXPECT_EQ(ShowCount(1'000), "1,000");
  EXPECT_EQ(ShowCount(12'345'678), "12,345,678");
}

TEST(ProgressLineTest, TellsShareRateAndTimeLeft) {
  EXPECT_EQ(
      ProgressLine(250, 1'000, 50'000, seconds(2)),
      "[======                  ]  25%  50,000 events  25,000/s  6s left"
  );
  EXPECT_EQ(
      ProgressLine(10, 1'000, 100, seconds(60)),
      "[                        ]   1%  100 events  1/s  1h39m left"
  );
}

TEST(ProgressLineTest, GuessesNothingInTheFirstHalfSecond) {
  EXPECT_EQ(
      ProgressLine(500, 1'000, 50, milliseconds(100)), "[============            ]  50%  50 events"
  );
}

TEST(ProgressLineTest, HasNoBarWhenNobodyKnowsHowMuchThereIs) {
  EXPECT_EQ(ProgressLine(7, std::nullopt, 5'000, seconds(1)), "5,000 events  5,000/s");
}

constexpr const char* kNoDay = R"({"events":[],"incomplete":[]})";
constexpr const char* kTaken =
    R"({"accepted":5000,"new":5000,"joined":0,"unchanged":0,"superseded":0,"rejected":[],"warnings":[]})";

TEST(ProgressTest, IsShownOnATerminalAndTakenAwayAtTheEnd) {
  ScriptedWorld world;
  world.TalkToTerminal().Answer(200, kNoDay).Answer(404, "{}").Answer(200, kTaken);
  EXPECT_EQ(world.Run({"demo"}), kOk);
  EXPECT_THAT(world.err(), HasSubstr("\r\033[K[="));
  EXPECT_THAT(world.err(), HasSubstr("events\r\033[Ktidings: a day of a shop"));
}

TEST(ProgressTest, IsNotShownElsewhere) {
  ScriptedWorld world;
  world.Answer(200, kNoDay).Answer(404, "{}").Answer(200, kTaken);
  EXPECT_EQ(world.Run({"demo"}), kOk);
  EXPECT_THAT(world.err(), Not(HasSubstr("\r")));
}

TEST(DemoTest, IsRefusedWithoutTheRightToWithdraw) {
  ScriptedWorld world;
  world
      .Answer(
          200,
          R"({"id":"demo-20231114T000000Z-000001","generation":0})"
          "\n"
      )
      .Answer(
          400,
          R"({"detail":"1 of 1 reports is refused","accepted":0,"rejected_count":1,)"
          R"("rejected":[{"line":1,"field":"generation","error":"corrections need the scope admin"}]})"
      );
  EXPECT_EQ(world.Run({"demo", "--remove"}), kNotAllowed);
  EXPECT_EQ(world.requests().size(), 2u);
  EXPECT_THAT(world.err(), HasSubstr("scope admin"));
  EXPECT_THAT(world.out(), IsEmpty());
}

TEST(DemoTest, EndsAtTheFirstAnswerThatIsNone) {
  ScriptedWorld world;
  world.Answer(200, kNoDay)
      .Answer(404, "{}")
      .Answer(200, kTaken)
      .Answer(507, R"({"detail":"full"})");
  EXPECT_EQ(world.Run({"demo"}), kFailed);
  EXPECT_EQ(world.requests().size(), 4u);
  EXPECT_THAT(world.err(), HasSubstr("full"));
}

}  // namespace
}  // namespace tidings::cli
