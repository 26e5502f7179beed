#include <algorithm>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/testing/scripted_world.h"

/// The commands that ask: before, changes, facets, histogram, export, tail, get by prefix.
namespace tidings::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::ScriptedWorld;
using ::testing::SizeIs;

constexpr const char* kProblem = R"({"status":404,"detail":"no event has the id '8f'"})";

TEST(BeforeTest, ShowsWhatIsRanked) {
  ScriptedWorld world;
  world.Answer(
      200,
      R"({"t":1,"ranked":[{"rank":1,"class":1,"why":"Upgrade of checkout ended 40 s before",)"
      R"("event":{"id":"u","start":1700000000000}}],"complete":true,"incomplete":[]})"
  );
  EXPECT_EQ(world.Run({"before", "5m", "--service", "checkout", "--window", "2h"}), kOk);
  EXPECT_THAT(world.requests()[0].url, EndsWith("/api/v1/before?service=checkout&t=5m&window=2h"));
  EXPECT_EQ(
      world.out(),
      "RANK  WHY                                    START                ID\n"
      "1     Upgrade of checkout ended 40 s before  2023-11-14 22:13:20  u\n"
  );
}

TEST(BeforeTest, SaysHowToLookFurtherWhenThereIsNothing) {
  ScriptedWorld world;
  world.Answer(200, R"({"t":1,"ranked":[],"complete":true,"incomplete":[]})");
  EXPECT_EQ(world.Run({"before"}), kOk);
  EXPECT_THAT(world.out(), IsEmpty());
  EXPECT_THAT(world.err(), HasSubstr("--window looks further back"));
}

TEST(ChangesTest, ShowsTheLastChangeOfEachService) {
  ScriptedWorld world;
  world.Answer(
      200,
      R"({"changes":[{"service":"shop","event":{"id":"d","name":"Deploy","start":1700000000000},)"
      R"("version":"1.5","ago":90000,"errors_since":2}],"complete":false,)"
      R"("incomplete":[{"reason":"deadline","detail":"took too long"}]})"
  );
  EXPECT_EQ(world.Run({"changes", "--all-levels"}), kOk);
  EXPECT_THAT(world.requests()[0].url, EndsWith("/api/v1/changes?level=all"));
  EXPECT_EQ(
      world.out(),
      "SERVICE  CHANGED              AGO    NAME    VERSION  ERRORS SINCE  ID\n"
      "shop     2023-11-14 22:13:20  1m30s  Deploy  1.5      2             d\n"
  );
  EXPECT_THAT(world.err(), HasSubstr("may lack events (deadline): took too long"));
}

TEST(ChangesTest, SaysThatFiltersLetNoneThrough) {
  constexpr const char* kNone = R"({"changes":[],"complete":true,"incomplete":[]})";
  ScriptedWorld world;
  world.Answer(200, kNone).Answer(200, kNone);
  EXPECT_EQ(world.Run({"changes", "--service", "none"}), kOk);
  EXPECT_THAT(world.err(), HasSubstr("that these filters let through"));
  EXPECT_EQ(world.Run({"changes"}), kOk);
  EXPECT_THAT(world.err(), HasSubstr("`query.change_names`"));
}

TEST(FacetsTest, ShowsValuesOfEachField) {
  ScriptedWorld world;
  world.Answer(
      200,
      R"({"facets":{"name":{"distinct":3,"values":[{"value":"Deploy","events":12,"errors":1},)"
      R"({"value":"","events":2,"errors":0}]}},"total":14,"complete":true,"incomplete":[]})"
  );
  EXPECT_EQ(world.Run({"facets", "name", "parameter.zone", "--top", "2"}), kOk);
  EXPECT_THAT(
      world.requests()[0].url, EndsWith("/api/v1/facets?fields=name%2Cparameter.zone&top=2")
  );
  EXPECT_EQ(
      world.out(),
      "NAME        EVENTS  ERRORS\n"
      "Deploy      12      1\n"
      "(none)      2       0\n"
      "and 1 more\n"
  );
}

TEST(HistogramTest, DrawsBars) {
  ScriptedWorld world;
  world.Answer(
      200,
      R"({"step":60000,"buckets":[)"
      R"({"t":1700000000000,"started":{"Normal":3,"Error":1},"ended":{},"active":{}},)"
      R"({"t":1700000060000,"started":{"Normal":0,"Error":0},"ended":{},"active":{}}],)"
      R"("complete":true,"incomplete":[]})"
  );
  EXPECT_EQ(world.Run({"histogram", "--step", "1m"}), kOk);
  EXPECT_THAT(world.requests()[0].url, EndsWith("/api/v1/histogram?step=1m&tz=UTC"));
  EXPECT_EQ(
      world.out(),
      "2023-11-14 22:13:20  █████████████████████████████████████▒▒▒▒▒▒▒▒▒▒▒▒ 4 (1 Error)\n"
      "2023-11-14 22:14:20  0\n"
  );
}

TEST(QueriesTest, GiveTheWholeAnswerAsJson) {
  constexpr const char* kAnswer = R"({"facets":{},"total":0,"complete":true,"incomplete":[]})";
  ScriptedWorld world;
  world.Answer(200, kAnswer);
  EXPECT_EQ(world.Run({"facets", "-o", "json"}), kOk);
  EXPECT_EQ(world.out(), std::string(kAnswer) + "\n");
}

TEST(ExportTest, WritesWhatComes) {
  ScriptedWorld world;
  world.Answer(200, "{\"id\":\"a\"}\n{\"id\":\"b\"}\n");
  EXPECT_EQ(world.Run({"export", "--service", "shop"}), kOk);
  EXPECT_THAT(world.requests()[0].url, EndsWith("/api/v1/export?service=shop&format=ndjson"));
  EXPECT_EQ(world.out(), "{\"id\":\"a\"}\n{\"id\":\"b\"}\n");
}

TEST(ExportTest, ShowsOnATerminalHowFarItIs) {
  ScriptedWorld world;
  world.TalkToTerminal()
      .Answer(200, R"({"facets":{},"total":4})")
      .Answer(200, "id,message\r\na,\"two\nlines\"\r\nb,\r\n");
  EXPECT_EQ(world.Run({"export", "--service", "shop", "--format", "csv"}), kOk);
  EXPECT_THAT(world.requests()[0].url, EndsWith("/api/v1/facets?service=shop&from=0&fields=type"));
  EXPECT_THAT(world.err(), HasSubstr("[============            ]  50%  2 events"));
  EXPECT_THAT(world.err(), EndsWith("\r\x1b[K"));
}

TEST(ExportTest, SaysThatItIsNotAllWhenTheConnectionBreaks) {
  ScriptedWorld world;
  world.NoAnswer();
  EXPECT_EQ(world.Run({"export"}), kUnreachable);
  EXPECT_THAT(world.err(), HasSubstr("what was written is not all"));
}

TEST(ExportTest, FailsWhenTheServerBreaksItOff) {
  ScriptedWorld world;
  world.BreakOff("{\"id\":\"a\"}\n");
  EXPECT_EQ(world.Run({"export"}), kFailed);
  EXPECT_EQ(world.out(), "{\"id\":\"a\"}\n");
  EXPECT_THAT(world.err(), HasSubstr("what was written is not all"));
}

TEST(TailTest, ShowsEachChangeAndResumesAfterALostConnection) {
  ScriptedWorld world;
  world.Answer(200, "id: 7\nevent: changed\ndata: {\"id\":\"a\"}\n\n");
  world.Answer(
      200, "event: lag\ndata: {\"missed\":3}\n\nid: 9\nevent: gone\ndata: {\"id\":\"a\"}\n\n"
  );
  EXPECT_EQ(world.Run({"tail", "-o", "ndjson", "--tries", "2", "-q", "state:open"}), kUnreachable);
  EXPECT_EQ(world.out(), "{\"id\":\"a\"}\n");
  EXPECT_EQ(world.err(), "tidings: 3 changes were missed\ntidings: a does not match any more\n");
  ASSERT_THAT(world.requests(), SizeIs(2));
  EXPECT_THAT(world.requests()[0].url, EndsWith("/api/v1/tail?q=state%3Aopen"));
  const auto& headers = world.requests()[1].headers;
  const bool resumes = std::any_of(headers.begin(), headers.end(), [](const net::Header& header) {
    return header.name == "last-event-id" && header.value == "7";
  });
  EXPECT_TRUE(resumes);
}

TEST(TailTest, WritesEachFormAsItComes) {
  struct Form {
    const char* name;
    const char* text;
  };
  for (const Form& form :
       {Form{"json", "{\"id\":\"a\"}\n{\"id\":\"b\"}\n"},
        Form{"ndjson", "{\"id\":\"a\"}\n{\"id\":\"b\"}\n"},
        Form{"yaml", "---\nid: \"a\"\n---\nid: \"b\"\n"}}) {
    ScriptedWorld world;
    world.Answer(
        200,
        "id: 7\nevent: changed\ndata: {\"id\":\"a\"}\n\n"
        "id: 8\nevent: changed\ndata: {\"id\":\"b\"}\n\n"
    );
    EXPECT_EQ(world.Run({"tail", "-o", form.name, "--tries", "1"}), kUnreachable);
    EXPECT_EQ(world.out(), form.text) << form.name;
  }
}

TEST(TailTest, ShowsTheLastOnesFirst) {
  ScriptedWorld world;
  world.Answer(200, R"({"events":[{"id":"new"},{"id":"old"}],"incomplete":[]})");
  world.Answer(200, ": here\nid: 7\n\n");
  EXPECT_EQ(world.Run({"tail", "-n", "2", "-o", "ndjson", "--tries", "1"}), kUnreachable);
  EXPECT_EQ(world.out(), "{\"id\":\"old\"}\n{\"id\":\"new\"}\n");
  EXPECT_THAT(world.requests()[0].url, EndsWith("/api/v1/events?from=0&limit=2"));
}

TEST(TailTest, SaysWhenThereIsNoServer) {
  ScriptedWorld world;
  EXPECT_EQ(world.Run({"tail"}), kUnreachable);
  EXPECT_THAT(world.err(), HasSubstr("cannot reach the server"));
}

TEST(GetTest, FindsTheOnlyIdThatBeginsSo) {
  ScriptedWorld world;
  world.Answer(404, kProblem).Answer(200, R"({"events":[{"id":"8f3c"}],"incomplete":[]})");
  EXPECT_EQ(world.Run({"get", "8f", "-o", "ndjson"}), kOk);
  EXPECT_EQ(world.out(), "{\"id\":\"8f3c\"}\n");
  EXPECT_THAT(world.requests()[1].url, EndsWith("/api/v1/events?id=8f%2A&from=0&limit=6"));
}

TEST(GetTest, TakesEveryCharacterOfABeginningAsItIs) {
  ScriptedWorld world;
  world.Answer(404, kProblem).Answer(200, R"({"events":[],"incomplete":[]})");
  EXPECT_EQ(world.Run({"get", "a\\-*"}), kNotFound);
  EXPECT_THAT(world.requests()[1].url, HasSubstr("/api/v1/events?id=a%5C%5C-%5C%2A%2A&from=0"));
}

TEST(GetTest, NamesTheIdsWhenSeveralBeginSo) {
  ScriptedWorld world;
  world.Answer(404, kProblem)
      .Answer(200, R"({"events":[{"id":"8f1"},{"id":"8f2"}],"incomplete":[]})");
  EXPECT_EQ(world.Run({"get", "8f"}), kFailed);
  EXPECT_EQ(world.err(), "tidings: several ids begin with '8f':\ntidings:   8f1\ntidings:   8f2\n");
}

TEST(GetTest, SaysThatThereIsNoneWhenNoIdBeginsSo) {
  ScriptedWorld world;
  world.Answer(404, kProblem).Answer(200, R"({"events":[],"incomplete":[]})");
  EXPECT_EQ(world.Run({"get", "8f"}), kNotFound);
  EXPECT_THAT(world.err(), HasSubstr("no event has the id '8f'"));
}

TEST(GetTest, TakesStarsAndDashesOfAnIdAsTheyAre) {
  ScriptedWorld world;
  world.Answer(404, kProblem).Answer(200, R"({"events":[],"incomplete":[]})");
  EXPECT_EQ(world.Run({"get", "--", "-a*"}), kNotFound);
  EXPECT_THAT(world.requests()[1].url, HasSubstr("id=%5C-a%5C%2A%2A&"));
}

}  // namespace
}  // namespace tidings::cli
