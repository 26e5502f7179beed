#include "pipeline/mask.h"

#include <gtest/gtest.h>

namespace tidings {
namespace {

std::string Mask(std::string_view options) {
  return MaskJvmOptions(options, MaskingConfig{});
}

TEST(MaskTest, HidesTheValueOfOptionsWhoseNameEndsInASecretWord) {
  EXPECT_EQ(
      Mask("-Xmx1g -Ddb.password=hunter2 -Dfile.encoding=UTF-8"),
      "-Xmx1g -Ddb.password=*** -Dfile.encoding=UTF-8"
  );
  EXPECT_EQ(Mask("-DAPI_TOKEN=abc"), "-DAPI_TOKEN=***");
  EXPECT_EQ(Mask("-Dapi.key=abc"), "-Dapi.key=***");
}

TEST(MaskTest, KnowsANameThatIsNothingButASecretWord) {
  EXPECT_EQ(
      Mask("-Dpassword=hunter2 -DTOKEN=t -Dsecret=s -Dkey=k -Dpassword=é"),
      "-Dpassword=*** -DTOKEN=*** -Dsecret=*** -Dkey=*** -Dpassword=***"
  );
}

TEST(MaskTest, KnowsOptionsThatStandOnLinesOfTheirOwn) {
  EXPECT_EQ(Mask("-Dx=1\n-Da.password=s\t-Dy=2"), "-Dx=1\n-Da.password=***\t-Dy=2");
  EXPECT_EQ(Mask("-Dpassword=a-b -Dy=2"), "-Dpassword=*** -Dy=2");
}

TEST(MaskTest, KnowsWordsOfCamelCase) {
  EXPECT_EQ(Mask("-Djavax.net.ssl.keyStorePassword=x"), "-Djavax.net.ssl.keyStorePassword=***");
  EXPECT_EQ(Mask("-Djavax.net.ssl.keyStore=/etc/store"), "-Djavax.net.ssl.keyStore=/etc/store");
}

TEST(MaskTest, LeavesWordsThatOnlyLookAlike) {
  EXPECT_EQ(Mask("-Dmonkey=1 -Dtokens=2 -Dkeyboard=3"), "-Dmonkey=1 -Dtokens=2 -Dkeyboard=3");
}

TEST(MaskTest, HidesAValueWithSpacesWhole) {
  EXPECT_EQ(Mask("-Dpw.secret=two words -Xmx1g"), "-Dpw.secret=*** -Xmx1g");
  EXPECT_EQ(Mask("-Dpw.secret=a=b:c"), "-Dpw.secret=***");
}

TEST(MaskTest, TakesAnything) {
  EXPECT_EQ(Mask(""), "");
  EXPECT_EQ(Mask(" -"), " -");
  EXPECT_EQ(Mask("-password="), "-password=***");
}

TEST(MaskTest, TouchesNamedParametersOnly) {
  ReportBatch batch;
  batch.parameters = {
      {.key = "OPTS", .value = std::string_view("-Da.token=1")},
      {.key = "opts", .value = std::string_view("-Da.token=1")},
      {.key = "number", .value = int64_t{7}}};
  Report report{.parameter_count = 3};

  MaskSecrets(report, batch, MaskingConfig{});

  EXPECT_EQ(std::get<std::string_view>(batch.parameters[0].value), "-Da.token=***");
  EXPECT_EQ(std::get<std::string_view>(batch.parameters[1].value), "-Da.token=1");
}

}  // namespace
}  // namespace tidings
