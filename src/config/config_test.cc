#include <filesystem>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/status.h"
#include "base/testing/golden.h"
#include "config/loader.h"
#include "config/reference.h"
#include "config/schema.h"
#include "config/value.h"
#include "config/yaml_source.h"

namespace tidings::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string Told(const std::vector<Mistake>& mistakes) {
  std::string told;
  for (const Mistake& mistake : mistakes) {
    told += mistake.ToString() + "\n";
  }
  return told;
}

std::vector<std::string> FilesIn(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".yaml") {
      names.push_back(entry.path().stem().string());
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

const Origin& OriginOf(const LoadedConfig& loaded, std::string_view path) {
  return loaded.origins.at(FindKey(path).value());
}

TEST(ConfigTest, IntervalsOfFlinksJobsAreMadeUnlessSwitchedOff) {
  EXPECT_TRUE(Load({}).config.derive.flink);
  const LoadedConfig off = Load({.flags = {{"--set", "derive.flink=false"}}});
  EXPECT_TRUE(off.ok()) << Told(off.mistakes);
  EXPECT_FALSE(off.config.derive.flink);
}

TEST(ConfigTest, ASwitchIsTrueOrFalse) {
  const LoadedConfig loaded = Load({.flags = {{"--set", "derive.flink=maybe"}}});
  EXPECT_THAT(Told(loaded.mistakes), HasSubstr("'maybe' is neither true nor false"));
}

class InvalidFileTest : public ::testing::TestWithParam<std::string> {};

TEST_P(InvalidFileTest, TellsEveryMistakeWithLineKeyAndWhatWasExpected) {
  const std::string base = "testdata/invalid/" + GetParam();
  const LoadedConfig loaded = Load({.file = base + ".yaml"});
  EXPECT_FALSE(loaded.ok());
  testing::ExpectGolden(base + ".expected", Told(loaded.mistakes));
}

INSTANTIATE_TEST_SUITE_P(
    Testdata,
    InvalidFileTest,
    ::testing::ValuesIn(FilesIn("testdata/invalid")),
    [](const auto& test) { return test.param; }
);

class ValidFileTest : public ::testing::TestWithParam<std::string> {};

TEST_P(ValidFileTest, LoadsToTheExpectedValues) {
  const std::string base = "testdata/valid/" + GetParam();
  const LoadedConfig loaded = Load({.file = base + ".yaml"});
  EXPECT_EQ(Told(loaded.mistakes), "");
  testing::ExpectGolden(base + ".expected", ShowConfig(loaded, /*with_origins=*/true));
}

INSTANTIATE_TEST_SUITE_P(
    Testdata,
    ValidFileTest,
    ::testing::ValuesIn(FilesIn("testdata/valid")),
    [](const auto& test) { return test.param; }
);

class KeyTest : public ::testing::TestWithParam<Key> {};

TEST_P(KeyTest, TakesItsOwnDefault) {
  Config config;
  const std::string shown = ShowValue(GetParam(), config);
  EXPECT_TRUE(SetValue(GetParam(), shown, config).ok());
  EXPECT_EQ(ShowValue(GetParam(), config), shown);
}

TEST_P(KeyTest, FillsAMemberOfItsOwn) {
  Config config;
  for (const Key& other : Keys()) {
    const bool is_same = other.slot(config) == GetParam().slot(config);
    EXPECT_EQ(is_same, other.path == GetParam().path) << other.path;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Schema,
    KeyTest,
    ::testing::ValuesIn(Keys().begin(), Keys().end()),
    [](const auto& test) {
      std::string name(test.param.path);
      std::replace(name.begin(), name.end(), '.', '_');
      return name;
    }
);

TEST(LoadTest, WithoutAnySourceGivesTheDefaults) {
  const LoadedConfig loaded = Load({});
  EXPECT_TRUE(loaded.ok());
  EXPECT_EQ(loaded.config.http.address, "127.0.0.1:12800");
  EXPECT_EQ(OriginOf(loaded, "http.address"), "default");
}

TEST(LoadTest, FlagBeatsEnvironmentBeatsFile) {
  const LoadedConfig loaded = Load({
      .file = "testdata/valid/sample.yaml",
      .environment =
          {{"TIDINGS__STORE__RETENTION", "8d"}, {"TIDINGS__STORE__OPEN_RETENTION", "9d"}},
      .flags = {{"--set", "store.retention=10d"}},
  });
  EXPECT_EQ(Told(loaded.mistakes), "");
  EXPECT_EQ(loaded.config.store.retention, std::chrono::hours(24 * 10));
  EXPECT_EQ(loaded.config.store.open_retention, std::chrono::hours(24 * 9));
  EXPECT_EQ(OriginOf(loaded, "store.retention"), "--set store.retention");
  EXPECT_EQ(OriginOf(loaded, "store.open_retention"), "TIDINGS__STORE__OPEN_RETENTION");
  EXPECT_EQ(OriginOf(loaded, "store.engine"), "testdata/valid/sample.yaml:4");
}

TEST(LoadTest, LastOfTwoEqualFlagsCounts) {
  const LoadedConfig loaded = Load({
      .flags = {{"--set", "log.level=warn"}, {"--set", "log.level=error"}},
  });
  EXPECT_EQ(loaded.config.log.level, "error");
}

TEST(LoadTest, MistakesOfAllSourcesAreToldAtOnceEachWithItsOrigin) {
  const LoadedConfig loaded = Load({
      .file = "testdata/invalid/unknown_key.yaml",
      .environment = {{"TIDINGS__LGO__LEVEL", "info"}, {"TIDINGS__LOG__FORMAT", "html"}},
      .flags =
          {{"--set", "log.levle=info"},
           {"--set", "log.level"},
           {"--set", "log=info"},
           {"--data-dir", "store.directory="}},
  });
  EXPECT_EQ(
      Told(loaded.mistakes),
      "testdata/invalid/unknown_key.yaml:2: log.levle: is not known; did you mean 'log.level'?\n"
      "TIDINGS__LGO__LEVEL: lgo.level: is not known; did you mean 'log.level'?\n"
      "TIDINGS__LOG__FORMAT: log.format: 'html' is none of auto, text, json\n"
      "--set log.levle: is not known; did you mean 'log.level'?\n"
      "--set log.level: has no value; expected section.key=value\n"
      "--set log: is a section; expected a key of it\n"
      "--data-dir: store.directory: '' is no directory; expected a path\n"
  );
}

TEST(LoadTest, IgnoresVariablesWithOneUnderscore) {
  const LoadedConfig loaded = Load({.environment = {{"TIDINGS_PORT", "tcp://10.0.0.1:80"}}});
  EXPECT_THAT(loaded.mistakes, IsEmpty());
}

TEST(LoadTest, NamesAMissingFile) {
  const LoadedConfig loaded = Load({.file = "testdata/none.yaml"});
  EXPECT_EQ(
      Told(loaded.mistakes),
      "testdata/none.yaml: the configuration file cannot be read: No such file or directory\n"
  );
}

TEST(LoadTest, RefusesADirectoryAsFile) {
  EXPECT_THAT(Told(Load({.file = "testdata"}).mistakes), HasSubstr("testdata: is a directory"));
}

TEST(LoadTest, SplitsListsOfFlagsAtCommas) {
  const LoadedConfig loaded = Load({.flags = {{"--set", "masking.words=pin,pass phrase"}}});
  EXPECT_THAT(loaded.config.masking.words, ElementsAre("pin", "pass phrase"));
}

TEST(LoadTest, ReadsDurationsByName) {
  const LoadedConfig loaded = Load({.flags = {{"--set", "store.layer_retention=k8s=7d,MESH=90d"}}});
  const std::map<std::string, std::chrono::milliseconds> expected = {
      {"K8S", std::chrono::hours(24 * 7)}, {"MESH", std::chrono::hours(24 * 90)}};
  EXPECT_EQ(loaded.config.store.layer_retention, expected);
  EXPECT_THAT(
      Told(Load({.flags = {{"--set", "store.layer_retention=K8S"}}}).mistakes),
      HasSubstr("'K8S' is no NAME=DURATION; expected as K8S=7d")
  );
  EXPECT_THAT(
      Told(Load({.flags = {{"--set", "store.layer_retention=K8S=1s"}}}).mistakes),
      HasSubstr("expected 1m to")
  );
  EXPECT_THAT(
      Told(Load({.flags = {{"--set", "store.layer_retention=K8S=7d,k8s=9d"}}}).mistakes),
      HasSubstr("'K8S' stands there twice")
  );
}

TEST(VariablesTest, ReplacesSetOnesAndDefaults) {
  const Environment environment{{"BASE", "/base"}, {"EMPTY", ""}, {"DOLLAR", "x$"}};
  const auto expand = [&](std::string_view text) {
    const absl::StatusOr<std::string> expanded = ExpandVariables(text, environment);
    return expanded.ok() ? *expanded : std::string(MessageOf(expanded.status()));
  };
  EXPECT_EQ(expand("${BASE}/x/${BASE}"), "/base/x//base");
  EXPECT_EQ(expand("${NONE:-9d}${EMPTY:-e}${EMPTY}"), "9de");
  EXPECT_EQ(expand("$BASE $${BASE} $"), "$BASE ${BASE} $");
  EXPECT_EQ(expand("${DOLLAR}${BASE}"), "x$/base");
  EXPECT_EQ(
      expand("${NONE}"),
      "the environment variable NONE is not set; set it, or write ${NONE:-default}"
  );
  EXPECT_EQ(expand("a${BASE"), "'${BASE' has no closing brace");
}

TEST(ReadYamlTest, TooDeepNestingIsAMistakeAndNoCrash) {
  const Settings read = ReadYaml(std::string(100'000, '['), "deep.yaml", {});
  EXPECT_THAT(Told(read.mistakes), HasSubstr("deep.yaml:1: is no YAML"));
}

TEST(ReadYamlTest, WhatIsLeftOverBehindADocumentIsASecondOne) {
  const Settings read = ReadYaml("--- !!x, b]\n: c\n", "left.yaml", {});
  EXPECT_THAT(Told(read.mistakes), HasSubstr("left.yaml:1: a second YAML document; expected one"));
}

TEST(ShowConfigTest, CanBeLoadedAgain) {
  const LoadedConfig first = Load({.file = "testdata/valid/lists.yaml"});
  const Settings again = ReadYaml(ShowConfig(first, /*with_origins=*/true), "shown.yaml", {});
  EXPECT_EQ(Told(again.mistakes), "");
  EXPECT_EQ(again.settings.size(), Keys().size());
}

TEST(ReferencePageTest, IsTheOneInTheDocumentation) {
  testing::ExpectGolden("../../docs/reference/configuration.md", ReferencePage());
}

}  // namespace
}  // namespace tidings::config
