#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/testing/scripted_world.h"

/// What is wrong with a command line is told before any server is asked.
namespace tidings::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::ScriptedWorld;

struct BadUsage {
  std::vector<std::string> arguments;
  const char* told;
};
class BadUsageTest : public ::testing::TestWithParam<BadUsage> {};

TEST_P(BadUsageTest, IsExitCodeTwoAndTellsTheCure) {
  ScriptedWorld world;
  world.Answer(200, "{}");
  EXPECT_EQ(world.Run(GetParam().arguments), kUsage);
  EXPECT_THAT(world.err(), HasSubstr(GetParam().told));
  EXPECT_THAT(world.out(), IsEmpty());
  EXPECT_THAT(world.requests(), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    Usage,
    BadUsageTest,
    ::testing::Values(
        BadUsage{{}, "Usage: tidings"},
        BadUsage{{"lsit"}, "did you mean 'list'?"},
        BadUsage{{"xyz"}, "'xyz' is no command; there are serve, report"},
        BadUsage{{"list", "--limti", "3"}, "did you mean '--limit'?"},
        BadUsage{{"list", "--limit", "x"}, "expected a whole number from 1"},
        BadUsage{{"list", "--limit", "0"}, "expected a whole number from 1"},
        BadUsage{{"list", "-o", "tabel"}, "table"},
        BadUsage{{"config"}, "check, show"},
        BadUsage{{"config", "chekc"}, "did you mean 'check'?"},
        BadUsage{{"get"}, "id is required"},
        BadUsage{{"get", ""}, "id: it is empty, expected the id of an event"},
        BadUsage{{"end", ""}, "id: it is empty"},
        BadUsage{{"delete", ""}, "id: it is empty"},
        BadUsage{{"get", "a", "b"}, "'b' is more than it takes"},
        BadUsage{{"report"}, "nothing to report"},
        BadUsage{{"report", "--name", "x", "novalue"}, "expected key=value"},
        BadUsage{{"report", "--name", "x", "--start", "2023-11-14"}, "has no offset"},
        BadUsage{{"report", "--name", "\xff"}, "is not UTF-8"},
        BadUsage{{"report", "-f", "-", "--name", "x"}, "-f and - take whole reports"},
        BadUsage{{"report", "-f", "-"}, "is empty"},
        BadUsage{{"report", "-f", "testdata"}, "is a directory"},
        BadUsage{{"report", "-f", "none.json"}, "No such file"},
        BadUsage{{"end", "x", "soon"}, "is no time"},
        BadUsage{{"list", "--address", "ftp://x"}, "is no address of a server"},
        BadUsage{{"list", "--token-file", "none"}, "token file none: cannot be read: No such file"},
        BadUsage{{"list", "--token-file", "/"}, "token file /: cannot be read: Is a directory"},
        BadUsage{
            {"list", "--address", "bogus:99999"},
            "'bogus:99999' is no address of a server: its port is '99999'"},
        BadUsage{{"list", "--address", "https://a@[::1]:http/x"}, "its port is 'http'"},
        BadUsage{{"list", "--address", "https://x", "--ca-file", "none"}, "'none' cannot be read"},
        BadUsage{{"list", "--address", "https://x", "--cert-file", "none"}, "(--cert-file names"},
        BadUsage{{"list", "--address", "https://x", "--key-file", "none"}, "is for no certificate"},
        BadUsage{
            {"--limit", "3", "list"},
            "'--limit' stands before the command; expected behind it: tidings list --limit"},
        BadUsage{{"--address", "x", "serve"}, "tidings serve: '--address' is no flag of it"},
        BadUsage{{"help", "lsit"}, "did you mean 'list'?"},
        BadUsage{{"completion", "csh"}, "bash"},
        BadUsage{{"list", "--from", "garbage"}, "--from: 'garbage' is no time"},
        BadUsage{{"list", "--until", "1700000000"}, "--to: '1700000000': seconds? ms are wanted"},
        BadUsage{{"list", "--min-duration", "5"}, "--min-duration: '5'"},
        BadUsage{{"list", "--derived", "yes"}, "--derived: 'yes', expected true or false"},
        BadUsage{{"list", "--type", "bogus"}, "--type: 'bogus'"},
        BadUsage{{"list", "--state", "-bogus"}, "--state: 'bogus'"},
        BadUsage{{"list", "--limit", "0"}, "--limit: '0' is none; expected a whole number from 1"},
        BadUsage{{"list", "-q", "servce:a"}, "--query: character 1: "},
        BadUsage{{"list", "-q", "\xff"}, "is not UTF-8"},
        BadUsage{{"export", "--to", "soon"}, "--to: 'soon' is no time"},
        BadUsage{{"tail", "-n", "5", "--since", "soon"}, "--since: 'soon' is no time"},
        BadUsage{{"histogram", "--step", "x"}, "--step: 'x'"},
        BadUsage{{"histogram", "--buckets", "many"}, "--buckets: 'many' is none"},
        BadUsage{{"facets", "servce"}, "'servce' is no field; did you mean 'service'?"},
        BadUsage{{"facets", "name", "--top", "-1"}, "--top: '-1' is none"},
        BadUsage{{"before", "soon"}, "time: 'soon' is no time"},
        BadUsage{{"before", "--window", "1y"}, "--window: '1y'"},
        BadUsage{{"changes", "--from", "soon"}, "--from: 'soon' is no time"},
        BadUsage{{"report", "--name", "x", "--type", "bogus"}, "--type: 'bogus'"},
        BadUsage{{"bench", "--address", "https://x"}, "bench loads plain connections only"},
        BadUsage{{"bench", "--grpc-address", "nowhere"}, "'nowhere' is no address"}
    )
);

}  // namespace
}  // namespace tidings::cli
