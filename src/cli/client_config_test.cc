#include "cli/client_config.h"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "cli/testing/scripted_world.h"

namespace tidings::cli {
namespace {

using testing::ScriptedWorld;

struct Place {
  const char* text;
  const char* url;
};
class AddressTest : public ::testing::TestWithParam<Place> {};

TEST_P(AddressTest, LeadsToTheServer) {
  ScriptedWorld world;
  world.Answer(200, "ok").Set("TIDINGS_ADDRESS", GetParam().text);
  EXPECT_EQ(world.Run({"health"}), kOk);
  EXPECT_EQ(world.requests()[0].url, GetParam().url);
}

INSTANTIATE_TEST_SUITE_P(
    Places,
    AddressTest,
    ::testing::Values(
        Place{"host", "http://host:12800/readyz"},
        Place{"host:1", "http://host:1/readyz"},
        Place{":1", "http://127.0.0.1:1/readyz"},
        Place{"[::1]", "http://[::1]:12800/readyz"},
        Place{"[::1]:1", "http://[::1]:1/readyz"},
        Place{"https://host/base/", "https://host/base/readyz"}
    )
);

TEST(ConnectionTest, FlagBeatsEnvironmentBeatsFile) {
  ScriptedWorld world;
  world.Answer(200, "ok").Set("XDG_CONFIG_HOME", "testdata/xdg");
  EXPECT_EQ(world.Run({"health"}), kOk);
  world.Set("TIDINGS_ADDRESS", "environment:1").Set("TIDINGS_TOKEN", "from-environment");
  EXPECT_EQ(world.Run({"health"}), kOk);
  EXPECT_EQ(world.Run({"health", "--address", "flag:1", "--token-file", "testdata/token"}), kOk);
  EXPECT_EQ(world.requests()[0].url, "http://file:1/readyz");
  EXPECT_EQ(world.requests()[1].url, "http://environment:1/readyz");
  EXPECT_EQ(world.requests()[1].headers.back().value, "Bearer from-environment");
  EXPECT_EQ(world.requests()[2].url, "http://flag:1/readyz");
  EXPECT_EQ(world.requests()[2].headers.back().value, "Bearer from-file");
}

TEST(ConnectionTest, FlagsMayStandBeforeTheCommandAndThoseBehindItGoFirst) {
  ScriptedWorld world;
  world.Answer(200, "ok").Set("TIDINGS_ADDRESS", "environment:1");
  EXPECT_EQ(world.Run({"--address", "before:1", "health"}), kOk);
  EXPECT_EQ(world.Run({"--address", "before:1", "health", "--address", "behind:1"}), kOk);
  EXPECT_EQ(world.requests()[0].url, "http://before:1/readyz");
  EXPECT_EQ(world.requests()[1].url, "http://behind:1/readyz");
}

struct Authorities {
  std::vector<std::pair<std::string, std::string>> variables;
  std::string file;
  std::string directory;
};
class AuthoritiesTest : public ::testing::TestWithParam<Authorities> {};

TEST_P(AuthoritiesTest, AreThoseThatCurlWouldTakeUnlessOursAreNamed) {
  ScriptedWorld world;
  world.Answer(200, "ok");
  for (const auto& [name, value] : GetParam().variables) {
    world.Set(name, value);
  }
  EXPECT_EQ(world.Run({"health", "--address", "https://host"}), kOk) << world.err();
  EXPECT_EQ(world.tls().ca_file, GetParam().file);
  EXPECT_EQ(world.tls().ca_directory, GetParam().directory);
}

INSTANTIATE_TEST_SUITE_P(
    Variables,
    AuthoritiesTest,
    ::testing::Values(
        Authorities{{}, "", ""},
        Authorities{{{"SSL_CERT_FILE", "testdata/token"}}, "testdata/token", ""},
        Authorities{{{"SSL_CERT_DIR", "testdata"}}, "", "testdata"},
        Authorities{
            {{"SSL_CERT_FILE", "none"},
             {"SSL_CERT_DIR", "testdata"},
             {"CURL_CA_BUNDLE", "testdata/token"}},
            "testdata/token",
            ""},
        Authorities{
            {{"CURL_CA_BUNDLE", "none"}, {"TIDINGS_CA_FILE", "testdata/token"}},
            "testdata/token",
            ""}
    )
);

TEST(ConnectionTest, CertificateAndKeyComeFromFlagsEnvironmentAndFile) {
  ScriptedWorld world;
  world.Answer(200, "ok").Set("XDG_CONFIG_HOME", "testdata/xdg_tls");
  EXPECT_EQ(world.Run({"health"}), kOk) << world.err();
  EXPECT_EQ(world.tls().ca_file, "testdata/token");
  EXPECT_EQ(world.tls().certificate_file, "testdata/status.json");
  EXPECT_EQ(world.tls().key_file, "testdata/events.json");
  world.Set("TIDINGS_CERT_FILE", "testdata/completion.bash");
  world.Set("TIDINGS_KEY_FILE", "testdata/completion.fish");
  EXPECT_EQ(world.Run({"health", "--key-file", "testdata/completion.zsh"}), kOk) << world.err();
  EXPECT_EQ(world.tls().certificate_file, "testdata/completion.bash");
  EXPECT_EQ(world.tls().key_file, "testdata/completion.zsh");
}

TEST(ConnectionTest, WithoutTlsNoFileOfItIsAsked) {
  ScriptedWorld world;
  world.Answer(200, "ok").Set("TIDINGS_CA_FILE", "none");
  EXPECT_EQ(world.Run({"health"}), kOk);
}

TEST(ConnectionTest, MistakeInTheClientFileNamesFileAndLine) {
  ScriptedWorld world;
  world.Set("XDG_CONFIG_HOME", "testdata/xdg_bad");
  EXPECT_EQ(world.Run({"health"}), kUsage);
  EXPECT_EQ(
      world.err(),
      "tidings: testdata/xdg_bad/tidings/client.yaml:2: 'adress' is not known; did you mean "
      "'address'?\n"
  );
}

}  // namespace
}  // namespace tidings::cli
