#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/status.h"
#include "base/testing/golden.h"
#include "cli/testing/scripted_world.h"

namespace tidings::cli {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::ScriptedWorld;
using ::testing::SizeIs;

constexpr const char* kStored =
    R"({"accepted":1,"new":1,"rejected":[],"ids":["made"],"warnings":[]})";

std::string Page(const std::string& events, const std::string& cursor) {
  return fmt::format(
      R"({{"events":[{}],"next_cursor":{},"complete":true,"incomplete":[],"nearest":null}})",
      events,
      cursor
  );
}

// --- report

TEST(ReportTest, WithoutTimesIsAnInstantNow) {
  ScriptedWorld world;
  world.Answer(200, kStored);
  EXPECT_EQ(world.Run({"report", "--id", "x", "--name", "Deploy", "--service", "s"}), kOk);
  ASSERT_THAT(world.requests(), SizeIs(1));
  EXPECT_EQ(world.requests()[0].url, "http://127.0.0.1:12800/api/v1/events");
  EXPECT_EQ(
      world.requests()[0].body,
      R"({"id":"x","source":{"service":"s"},"name":"Deploy","start":1700000000000,"end":1700000000000})"
  );
  EXPECT_EQ(world.out(), "made\n");
}

TEST(ReportTest, StartAloneOpens) {
  ScriptedWorld world;
  world.Answer(200, kStored);
  EXPECT_EQ(world.Run({"report", "--id", "x", "--start", "--name", "Deploy"}), kOk);
  EXPECT_THAT(world.requests()[0].body, HasSubstr(R"("start":1700000000000})"));
}

TEST(ReportTest, TimesMayBeRelative) {
  ScriptedWorld world;
  world.Answer(200, kStored);
  EXPECT_EQ(world.Run({"report", "--id", "x", "--start", "-5m", "--end", "now"}), kOk);
  EXPECT_THAT(world.requests()[0].body, HasSubstr(R"("start":1699999700000,"end":1700000000000})"));
}

TEST(ReportTest, AParameterBehindAStartWithoutTimeStaysAParameter) {
  ScriptedWorld world;
  world.Answer(200, kStored);
  EXPECT_EQ(world.Run({"report", "--id", "x", "--start", "version=1.5"}), kOk);
  EXPECT_THAT(
      world.requests()[0].body, HasSubstr(R"("parameters":{"version":"1.5"},"start":1700000000000)")
  );
}

TEST(ReportTest, FlagsOfSwctlAreAliases) {
  ScriptedWorld world;
  world.Answer(200, kStored);
  EXPECT_EQ(
      world.Run(
          {"report",
           "--uuid",
           "u",
           "--service-name",
           "s",
           "--instance-name",
           "i",
           "--endpoint-name",
           "/e",
           "--layer",
           "k8s",
           "--name",
           "N",
           "--type",
           "Error",
           "--message",
           "m",
           "--start-time",
           "1700000000000",
           "--end-time",
           "1700000000001",
           "k=v",
           "l="}
      ),
      kOk
  );
  EXPECT_EQ(
      world.requests()[0].body,
      R"({"id":"u","source":{"service":"s","instance":"i","endpoint":"/e"},"layer":"k8s",)"
      R"("name":"N","type":"Error","message":"m","parameters":{"k":"v","l":""},)"
      R"("start":1700000000000,"end":1700000000001})"
  );
}

TEST(ReportTest, TriesAgainWithTheSameIdWhileThereIsNoServer) {
  ScriptedWorld world;
  world.NoAnswer().Answer(503, "{}").Answer(200, kStored);
  EXPECT_EQ(world.Run({"report", "--name", "Deploy"}), kOk);
  ASSERT_THAT(world.requests(), SizeIs(3));
  EXPECT_EQ(world.requests()[0].body, world.requests()[2].body);
  EXPECT_THAT(world.requests()[0].body, HasSubstr(R"({"id":")"));
  EXPECT_THAT(world.pauses(), ElementsAre(milliseconds(250), milliseconds(500)));
}

TEST(ReportTest, WaitsAsLongAsTheServerAsks) {
  ScriptedWorld world;
  world.Answer(503, "{}", {{"retry-after", "2"}}).Answer(200, kStored);
  EXPECT_EQ(world.Run({"report", "--name", "Deploy"}), kOk);
  EXPECT_THAT(world.pauses(), ElementsAre(milliseconds(2000)));
}

TEST(ReportTest, GivesUpWithExitCodeFiveAndNamesTheAddress) {
  ScriptedWorld world;
  EXPECT_EQ(world.Run({"report", "--name", "Deploy", "--address", "other:1"}), kUnreachable);
  EXPECT_THAT(world.requests(), SizeIs(4));
  EXPECT_THAT(world.err(), HasSubstr("http://other:1"));
}

TEST(ReportTest, TellsWhatIsRefusedAndWhatIsStored) {
  ScriptedWorld world;
  world.Input("{\"name\":\"a\"}\n{\"nmae\":\"b\"}\n");
  world.Answer(
      400,
      R"({"type":"partially-stored","detail":"1 of 2 reports is refused","accepted":1,"rejected_count":1,)"
      R"("rejected":[{"index":2,"line":2,"field":"nmae","error":"did you mean name?"}],)"
      R"("ids":["a1",null],"warnings":["seconds?"]})"
  );
  EXPECT_EQ(world.Run({"report", "-f", "-"}), kFailed);
  EXPECT_EQ(world.out(), "a1\n");
  EXPECT_EQ(
      world.err(),
      "tidings: line 2 is refused: nmae: did you mean name?\n"
      "tidings: warning: seconds?\n"
      "tidings: 1 stored, 1 refused\n"
  );
}

struct Body {
  const char* text;
  const char* content_type;
};
class ReportBodyTest : public ::testing::TestWithParam<Body> {};

TEST_P(ReportBodyTest, HasItsContentType) {
  ScriptedWorld world;
  world.Input(GetParam().text).Answer(200, kStored);
  EXPECT_EQ(world.Run({"report", "-f", "-"}), kOk);
  EXPECT_EQ(world.requests()[0].body, GetParam().text);
  EXPECT_EQ(world.requests()[0].headers.back().value, GetParam().content_type);
}

INSTANTIATE_TEST_SUITE_P(
    Bodies,
    ReportBodyTest,
    ::testing::Values(
        Body{R"({"name":"a"})", "application/json"},
        Body{"{\"name\":\"a\"}\n", "application/json"},
        Body{"{\n\"name\":\"a\"\n}\n", "application/json"},
        Body{"[{\"name\":\"a\"},\n{\"name\":\"b\"}]", "application/json"},
        Body{"{\"name\":\"a\"}\n{\"name\":\"b\"}\n", "application/x-ndjson"}
    )
);

TEST(ReportTest, ADashIsStandardInput) {
  ScriptedWorld world;
  world.Input(R"({"name":"a"})").Answer(200, kStored);
  EXPECT_EQ(world.Run({"report", "-"}), kOk);
  EXPECT_EQ(world.requests()[0].body, R"({"name":"a"})");
}

TEST(ReportTest, ThatWasTypedAndIsRefusedIsWrongUsageToldOnce) {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"report", "--id", "x", "--layer", "bogus"},
        std::vector<std::string>{"end", "x"}}) {
    ScriptedWorld world;
    world.Answer(
        400,
        R"({"type":"partially-stored","detail":"1 of 1 reports; the first: index 0 type: Normal?",)"
        R"("accepted":0,"rejected_count":1,"ids":[null],"warnings":[],)"
        R"("rejected":[{"index":0,"field":"type","error":"Normal or Error is expected"}]})"
    );
    EXPECT_EQ(world.Run(arguments), kUsage);
    EXPECT_EQ(world.err(), "tidings: the report is refused: type: Normal or Error is expected\n");
  }
}

TEST(EndTest, ReportsOnlyTheEnd) {
  ScriptedWorld world;
  world.Answer(200, kStored);
  EXPECT_EQ(world.Run({"end", "x", "-1m"}), kOk);
  EXPECT_EQ(world.requests()[0].body, R"({"id":"x","source":{},"end":1699999940000})");
}

// --- list, get, delete

TEST(ListTest, PassesEveryFilterOn) {
  ScriptedWorld world;
  world.Answer(200, Page("", "null"));
  EXPECT_EQ(
      world.Run({"list",   "--service",      "a b",  "--service", "-c",  "--type",
                 "Error",  "--from",         "-5m",  "--until",   "now", "-q",
                 "name:1", "--derived",      "true", "--order",   "asc", "--min-duration",
                 "1m",     "--max-duration", "2m",   "--limit",   "7"}),
      kOk
  );
  EXPECT_EQ(
      world.requests()[0].url,
      "http://127.0.0.1:12800/api/v1/events?service=a%20b&service=-c&type=Error&from=-5m&to=now"
      "&q=name%3A1&derived=true&min_duration=1m&max_duration=2m&order=asc&limit=7&render=true"
  );
}

TEST(ListTest, AllFollowsTheCursorsAndPrintsOneHeader) {
  ScriptedWorld world;
  world.Answer(200, Page(R"({"id":"a"})", R"("next page")"))
      .Answer(200, Page(R"({"id":"b"})", "null"));
  EXPECT_EQ(world.Run({"list", "--all", "-o", "ndjson"}), kOk);
  EXPECT_EQ(world.out(), "{\"id\":\"a\"}\n{\"id\":\"b\"}\n");
  ASSERT_THAT(world.requests(), SizeIs(2));
  EXPECT_THAT(world.requests()[1].url, HasSubstr("&cursor=next%20page"));
}

TEST(ListTest, StopsAtTheLimitAndSaysThatThereAreMore) {
  ScriptedWorld world;
  world.Answer(200, Page(R"({"id":"a"})", R"("next")"));
  EXPECT_EQ(world.Run({"list", "--limit", "2", "-o", "json"}), kOk);
  ASSERT_THAT(world.requests(), SizeIs(2));
  EXPECT_THAT(world.requests()[1].url, HasSubstr("limit=1&"));
  EXPECT_EQ(world.out(), "[\n{\"id\":\"a\"},\n{\"id\":\"a\"}\n]\n");
  EXPECT_THAT(world.err(), HasSubstr("more than 2"));
}

TEST(ListTest, OfNothingTellsWhereTheNearestLie) {
  ScriptedWorld world;
  world.Answer(
      200,
      R"({"events":[],"next_cursor":null,"incomplete":[{"reason":"deadline","detail":"10 s"}],)"
      R"("nearest":{"older":{"id":"o","start":1600000000000},"newer":null}})"
  );
  EXPECT_EQ(world.Run({"list"}), kOk);
  EXPECT_EQ(world.out(), "");
  EXPECT_EQ(
      world.err(),
      "tidings: nothing found in the last hour; --from says since when to look\n"
      "tidings: the nearest older one began 2020-09-13 12:26:40 (id o)\n"
      "tidings: --from 2020-09-13T12:26:40.000Z shows it\n"
      "tidings: the answer may lack events (deadline): 10 s\n"
  );
}

TEST(ListTest, PassesTheServersRefusalOn) {
  ScriptedWorld world;
  world.Answer(400, R"({"detail":"q is not built yet","field":"q","status":400})");
  EXPECT_EQ(world.Run({"list", "-q", "x"}), kUsage);
  EXPECT_EQ(world.err(), "tidings: q is not built yet (field q)\n");
}

struct Answered {
  int status;
  int code;
};
class GetExitCodeTest : public ::testing::TestWithParam<Answered> {};

TEST_P(GetExitCodeTest, FollowsTheStatus) {
  ScriptedWorld world;
  world.Answer(GetParam().status, R"({"detail":"why","id":"x"})");
  EXPECT_EQ(world.Run({"get", "a/b"}), GetParam().code);
  EXPECT_EQ(world.requests()[0].url, "http://127.0.0.1:12800/api/v1/event?id=a%2Fb&render=true");
}

INSTANTIATE_TEST_SUITE_P(
    Status,
    GetExitCodeTest,
    ::testing::Values(
        Answered{200, kOk},
        Answered{400, kFailed},
        Answered{401, kNotAllowed},
        Answered{403, kNotAllowed},
        Answered{404, kNotFound},
        Answered{410, kNotFound},
        Answered{500, kFailed}
    )
);

TEST(GetTest, AnswerThatIsNoJsonIsShownEscaped) {
  ScriptedWorld world;
  world.Answer(502, "<html>\x1b\r\n");
  EXPECT_EQ(world.Run({"get", "x"}), kFailed);
  EXPECT_EQ(world.err(), "tidings: http://127.0.0.1:12800 answered 502: <html>\\x1B\n");
}

TEST(GetTest, JsonIsOneObject) {
  ScriptedWorld world;
  world.Answer(200, R"({"id": "x", "parameters": {"big": 9007199254740993}})");
  EXPECT_EQ(world.Run({"get", "x", "-o", "json"}), kOk);
  EXPECT_EQ(world.out(), "{\"id\":\"x\",\"parameters\":{\"big\":9007199254740993}}\n");
}

TEST(DeleteTest, CallsDelete) {
  ScriptedWorld world;
  world.Answer(200, "{}");
  EXPECT_EQ(world.Run({"delete", "x"}), kOk);
  EXPECT_EQ(world.requests()[0].method, "DELETE");
  EXPECT_EQ(world.out(), "");
}

TEST(BenchTest, OfATokenThatIsRefusedIsNotAllowed) {
  for (const int status : {401, 403}) {
    ScriptedWorld world;
    world.Answer(status, R"({"detail":"why"})");
    EXPECT_EQ(world.Run({"bench"}), kNotAllowed);
    EXPECT_THAT(world.err(), HasSubstr("wants a token with the scope query"));
  }
}

TEST(HealthTest, IsTheReadinessOfTheServer) {
  ScriptedWorld world;
  world.Answer(503, "store: starting");
  EXPECT_EQ(world.Run({"health"}), kFailed);
  EXPECT_EQ(world.out(), "store: starting\n");
  EXPECT_EQ(world.requests()[0].url, "http://127.0.0.1:12800/readyz");
}

// --- serve, config

TEST(ServeTest, GetsTheConfigurationOfItsFlags) {
  ScriptedWorld world;
  EXPECT_EQ(
      world.Run(
          {"serve", "--data-dir", "/d", "--set", "http.address=off", "--set", "log.level=warn"}
      ),
      kOk
  );
  ASSERT_THAT(world.served(), SizeIs(1));
  EXPECT_EQ(world.served()[0].store.directory, "/d");
  EXPECT_EQ(world.served()[0].http.address, "off");
  EXPECT_EQ(world.served()[0].log.level, "warn");
}

TEST(ServeTest, DoesNotStartWithAMistake) {
  ScriptedWorld world;
  EXPECT_EQ(world.Run({"serve", "--config", "none.yaml"}), kFailed);
  EXPECT_THAT(world.served(), IsEmpty());
  EXPECT_THAT(world.err(), HasSubstr("none.yaml"));
}

TEST(ConfigTest, ShowTellsOriginsOnlyWhenAsked) {
  ScriptedWorld plain;
  EXPECT_EQ(plain.Run({"config", "show", "--set", "log.level=warn"}), kOk);
  EXPECT_THAT(plain.out(), Not(HasSubstr("#")));
  ScriptedWorld world;
  EXPECT_EQ(world.Run({"config", "show", "--origin", "--set", "log.level=warn"}), kOk);
  EXPECT_THAT(world.out(), HasSubstr("  level: warn  # --set log.level\n"));
}

// --- store

TEST(StoreCommandTest, TellsWhatACheckFoundAndFailsWhenSomethingIsDamaged) {
  ScriptedWorld world;
  world.StoreReports(StoreWorkReport{.text = "no damage\n"});
  EXPECT_EQ(world.Run({"store", "check", "--data-dir", "/data"}), kOk);
  EXPECT_EQ(world.out(), "no damage\n");
  ASSERT_EQ(world.store_works().size(), 1);
  EXPECT_EQ(world.store_works()[0].kind, StoreWork::Kind::kCheck);
  EXPECT_EQ(world.store_works()[0].config.directory, "/data");
  EXPECT_FALSE(world.store_works()[0].repair);
  world.StoreReports(StoreWorkReport{.text = "damaged: x\n", .is_sound = false});
  EXPECT_EQ(world.Run({"store", "check", "--repair"}), kFailed);
  EXPECT_TRUE(world.store_works()[1].repair);
}

TEST(StoreCommandTest, AsksTheRunningServerForWhatItCanDo) {
  ScriptedWorld world;
  world.StoreReports(Unavailable("/data: the data directory is in use by process 7"));
  world.Answer(200, R"({"data_directory":"/data"})");
  world.Answer(200, R"({"directory":"/data-backups/1","bytes":5})");
  EXPECT_EQ(world.Run({"store", "backup", "--data-dir", "/data"}), kOk);
  EXPECT_EQ(world.out(), "/data-backups/1\n");
  ASSERT_EQ(world.requests().size(), 2);
  EXPECT_THAT(world.requests()[1].url, HasSubstr("/api/v1/admin/backup"));
}

TEST(StoreCommandTest, AsksNoServerThatHasAnotherDirectory) {
  ScriptedWorld world;
  world.StoreReports(Unavailable("/data: the data directory is in use by process 7"));
  world.Answer(200, R"({"data_directory":"/other"})");
  EXPECT_EQ(world.Run({"store", "backup", "--data-dir", "/data"}), kFailed);
  EXPECT_EQ(world.requests().size(), 1);
  EXPECT_THAT(world.err(), HasSubstr("in use by process 7"));
  EXPECT_THAT(world.err(), HasSubstr("another data directory, /other"));
}

TEST(StoreCommandTest, NamesTheHolderWhenNoServerAnswers) {
  ScriptedWorld world;
  world.StoreReports(Unavailable("/data: the data directory is in use by process 7"));
  EXPECT_EQ(world.Run({"store", "backup", "--data-dir", "/data"}), kFailed);
  EXPECT_THAT(world.err(), HasSubstr("in use by process 7"));
  EXPECT_THAT(world.err(), HasSubstr("cannot reach the server"));
}

TEST(StoreCommandTest, AsksTheServerThatIsNamedWhereThereIsNoDirectory) {
  ScriptedWorld world;
  world.StoreReports(NotFound("tidings-data: is no data directory of Tidings"));
  world.Answer(200, R"({"blocks":1,"bytes":5})");
  EXPECT_EQ(world.Run({"store", "compact", "--address", "far:12800"}), kOk);
  ASSERT_EQ(world.requests().size(), 1);
  EXPECT_THAT(world.requests()[0].url, HasSubstr("far:12800/api/v1/admin/compact"));
}

TEST(EndCommandTest, TellsThatACorrectedEventStaysAsItIs) {
  ScriptedWorld world;
  world.Answer(200, R"({"accepted":1,"superseded":1,"ids":["a"]})");
  EXPECT_EQ(world.Run({"end", "a"}), kFailed);
  EXPECT_EQ(world.out(), "");
  EXPECT_THAT(world.err(), HasSubstr("corrected or withdrawn"));
}

TEST(StoreCommandTest, NamesWhoHoldsTheDirectoryWhenOnlyAStoppedStoreCanBeChecked) {
  ScriptedWorld world;
  world.StoreReports(Unavailable("/data: the data directory is in use by process 7"));
  EXPECT_EQ(world.Run({"store", "check"}), kFailed);
  EXPECT_THAT(world.err(), HasSubstr("in use by process 7"));
  EXPECT_TRUE(world.requests().empty());
}

TEST(StoreCommandTest, RestoresWhatItIsTold) {
  ScriptedWorld world;
  world.StoreReports(NotFound("/nowhere: is no backup"));
  EXPECT_EQ(world.Run({"store", "restore", "/nowhere", "--data-dir", "/data"}), kNotFound);
  EXPECT_EQ(world.store_works()[0].backup, "/nowhere");
}

// --- help, completion

class HelpTest : public ::testing::TestWithParam<std::string> {};

TEST_P(HelpTest, IsTheExpectedOne) {
  ScriptedWorld world;
  std::vector<std::string> arguments;
  std::string name = "tidings";
  if (!GetParam().empty()) {
    arguments.push_back(GetParam());
    name = GetParam();
  }
  arguments.emplace_back("--help");
  EXPECT_EQ(world.Run(arguments), kOk);
  tidings::testing::ExpectGolden("testdata/help/" + name + ".txt", world.out());
}

INSTANTIATE_TEST_SUITE_P(
    Commands,
    HelpTest,
    ::testing::Values(
        "",
        "serve",
        "report",
        "end",
        "list",
        "get",
        "tail",
        "before",
        "changes",
        "facets",
        "histogram",
        "export",
        "import",
        "demo",
        "delete",
        "status",
        "store",
        "doctor",
        "health",
        "bench",
        "config",
        "token",
        "completion",
        "help",
        "version"
    ),
    [](const auto& test) { return test.param.empty() ? std::string("tidings") : test.param; }
);

TEST(HelpCommandTest, IsTheHelpOfTheCommand) {
  const auto out_of = [](const std::vector<std::string>& arguments) {
    ScriptedWorld world;
    EXPECT_EQ(world.Run(arguments), kOk);
    return world.out();
  };
  EXPECT_EQ(out_of({"help"}), out_of({"--help"}));
  EXPECT_EQ(out_of({"help", "list"}), out_of({"list", "--help"}));
  EXPECT_EQ(out_of({"help", "config", "check"}), out_of({"config", "check", "--help"}));
}

TEST(VersionTest, IsAFlagToo) {
  ScriptedWorld flag;
  ScriptedWorld command;
  EXPECT_EQ(flag.Run({"--version"}), kOk);
  EXPECT_EQ(command.Run({"version"}), kOk);
  EXPECT_EQ(flag.out(), command.out());
}

class CompletionTest : public ::testing::TestWithParam<std::string> {};

TEST_P(CompletionTest, IsTheExpectedScript) {
  ScriptedWorld world;
  EXPECT_EQ(world.Run({"completion", GetParam()}), kOk);
  tidings::testing::ExpectGolden("testdata/completion." + GetParam(), world.out());
}

INSTANTIATE_TEST_SUITE_P(
    Shells,
    CompletionTest,
    ::testing::Values("bash", "zsh", "fish"),
    [](const auto& test) { return test.param; }
);

}  // namespace
}  // namespace tidings::cli
