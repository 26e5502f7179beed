#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/testing/scripted_world.h"

namespace tidings::cli {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::ScriptedWorld;
using ::testing::SizeIs;

constexpr const char* kOneTaken =
    R"({"accepted":1,"new":1,"joined":0,"unchanged":0,"superseded":0,"rejected":[],"warnings":[]})";

TEST(ImportTest, SendsTheEventsOfNdjson) {
  ScriptedWorld world;
  world.Input("{\"id\":\"a\",\"start\":5,\"state\":\"open\"}\n\n").Answer(200, kOneTaken);
  EXPECT_EQ(world.Run({"import", "-"}), kOk);
  ASSERT_THAT(world.requests(), SizeIs(1));
  EXPECT_EQ(world.requests()[0].body, "{\"id\":\"a\",\"start\":5}\n");
  EXPECT_EQ(world.err(), "tidings: 1 reports: 1 new\n");
  EXPECT_THAT(world.out(), IsEmpty());
}

TEST(ImportTest, SendsTheEventsOfCsv) {
  ScriptedWorld world;
  world.Input("id,message,start\r\na,\"x\ny\",5\r\n").Answer(200, kOneTaken);
  EXPECT_EQ(world.Run({"import", "-"}), kOk);
  EXPECT_EQ(world.requests()[0].body, "{\"id\":\"a\",\"message\":\"x\\ny\",\"start\":\"5\"}\n");
}

TEST(ImportTest, SendsNothingOfAnEmptyFile) {
  ScriptedWorld world;
  EXPECT_EQ(world.Run({"import", "-"}), kOk);
  EXPECT_THAT(world.requests(), IsEmpty());
  EXPECT_EQ(world.err(), "tidings: 0 reports\n");
}

TEST(ImportTest, NamesTheLinesOfTheFileThatAreWrong) {
  ScriptedWorld world;
  world.Input("{\"id\":\"a\"}\nno\n\n{\"id\":\"b\",\"nmae\":\"x\"}\n")
      .Answer(
          400,
          R"({"accepted":1,"new":1,"rejected_count":1,)"
          R"("rejected":[{"line":2,"field":"nmae","error":"did you mean 'name'?"}]})"
      );
  EXPECT_EQ(world.Run({"import", "-", "--format", "ndjson"}), kFailed);
  EXPECT_THAT(world.err(), HasSubstr("tidings: line 2: "));
  EXPECT_THAT(world.err(), HasSubstr("tidings: line 4 is refused: nmae: did you mean 'name'?\n"));
  EXPECT_THAT(
      world.err(), EndsWith("tidings: 2 reports: 1 new, 1 refused; 1 lines are no events\n")
  );
}

TEST(ImportTest, TellsWhereItBrokeOffAndGoesOnThere) {
  ScriptedWorld world;
  world.Input("{\"id\":\"a\"}\n{\"id\":\"b\"}\n");
  EXPECT_EQ(world.Run({"import", "-", "--resume-after", "1"}), kUnreachable);
  EXPECT_THAT(world.err(), HasSubstr("up to line 1 is stored; --resume-after 1 goes on there"));
  ScriptedWorld nothing;
  nothing.Input("{\"id\":\"a\"}\n");
  EXPECT_EQ(nothing.Run({"import", "-"}), kUnreachable);
  EXPECT_THAT(nothing.err(), Not(HasSubstr("goes on there"))) << "nothing is stored";
  ScriptedWorld again;
  again.Input("{\"id\":\"a\"}\n{\"id\":\"b\"}\n").Answer(200, kOneTaken);
  EXPECT_EQ(again.Run({"import", "-", "--resume-after", "1"}), kOk);
  EXPECT_EQ(again.requests()[0].body, "{\"id\":\"b\"}\n");
}

TEST(ImportTest, RefusesALineThatIsNone) {
  ScriptedWorld world;
  EXPECT_EQ(world.Run({"import", "-", "--resume-after", "-1"}), kUsage);
  EXPECT_TRUE(world.requests().empty());
}

TEST(ImportTest, EndsBetweenTwoPiecesWhenItIsInterrupted) {
  std::string lines;
  for (int i = 0; i < 20'001; ++i) {
    lines += "{\"id\":\"a\"}\n";
  }
  ScriptedWorld world;
  world.Interrupt().Input(lines).Answer(200, kOneTaken);
  EXPECT_EQ(world.Run({"import", "-"}), kInterrupted);
  EXPECT_THAT(world.requests(), SizeIs(1));
  EXPECT_THAT(world.err(), HasSubstr("--resume-after 20000 goes on there"));
}

TEST(ImportTest, TakesOnlyFilesThatItKnows) {
  ScriptedWorld array;
  array.Input("[{\"id\":\"a\"}]");
  EXPECT_EQ(array.Run({"import", "-"}), kUsage);
  EXPECT_THAT(array.err(), HasSubstr("is a JSON array"));
  ScriptedWorld other;
  other.Input("what,is,this\n");
  EXPECT_EQ(other.Run({"import", "-"}), kUsage);
  EXPECT_THAT(other.err(), HasSubstr("line 1: 'what' is no column of events"));
  ScriptedWorld missing;
  EXPECT_EQ(missing.Run({"import", "/none"}), kUsage);
  EXPECT_THAT(missing.err(), HasSubstr("'/none' cannot be read: No such file"));
  ScriptedWorld directory;
  EXPECT_EQ(directory.Run({"import", "/"}), kUsage);
}

TEST(ImportTest, StoresWhatStandsBeforeABrokenRecordOfCsv) {
  ScriptedWorld world;
  world.Input("id\na\n\"b\n").Answer(200, kOneTaken);
  EXPECT_EQ(world.Run({"import", "-"}), kFailed);
  EXPECT_EQ(world.requests()[0].body, "{\"id\":\"a\"}\n");
  EXPECT_THAT(world.err(), EndsWith("tidings: line 3: a quote is never closed\n"));
}

}  // namespace
}  // namespace tidings::cli
