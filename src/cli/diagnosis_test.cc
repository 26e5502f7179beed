#include "cli/diagnosis.h"

#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json_document.h"
#include "base/version.h"
#include "cli/testing/scripted_world.h"

namespace tidings::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Level = Finding::Level;
using testing::ScriptedWorld;

/// Keeps the document that an element is of.
class Status {
 public:
  explicit Status(const std::string& json) : document_(*JsonDocument::Parse(json, 16)) {}
  simdjson::dom::element root() const { return document_->root(); }

 private:
  std::shared_ptr<const JsonDocument> document_;
};

template <typename Judge>
Finding OneFinding(Judge judge) {
  Findings findings;
  judge(findings);
  EXPECT_THAT(findings, SizeIs(1)) << Describe(findings);
  return findings.empty() ? Finding{} : findings.front();
}

TEST(DiagnosisTest, ReadyDegradedNotReady) {
  const auto level_of = [](int status, const char* text) {
    return OneFinding([&](Findings& findings) { JudgeReadiness(status, text, findings); }).level;
  };
  EXPECT_EQ(level_of(200, "serving\nok: store\n"), Level::kGood);
  EXPECT_EQ(level_of(200, "serving\ndegraded: disk: full\n"), Level::kWarning);
  EXPECT_EQ(level_of(503, "starting\n"), Level::kBad);
}

TEST(DiagnosisTest, AListenerIsReachedOrNotOrNotTried) {
  const auto told = [](const ListenerTrial& trial) {
    return OneFinding([&](Findings& findings) { JudgeListener(trial, findings); });
  };
  EXPECT_EQ(told({.key = "grpc.address", .address = "127.0.0.1:1"}).level, Level::kGood);
  EXPECT_EQ(told({.key = "k", .address = "a", .failure = "refused"}).level, Level::kBad);
  EXPECT_THAT(
      told({.key = "k", .address = "127.0.0.1:1", .is_out_of_reach = true}).what,
      HasSubstr("own machine only")
  );
}

TEST(DiagnosisTest, ClocksMayDifferByASecondAndNotByAMinute) {
  const Status near(R"({"now":1001000})");
  const Status behind(R"({"now":940000})");
  const auto told = [](const Status& status) {
    return OneFinding([&](Findings& findings) {
      JudgeClock(status.root(), 1'000'000, 10, findings);
    });
  };
  EXPECT_EQ(told(near).level, Level::kGood);
  EXPECT_EQ(told(behind).what, "the server's clock is 1m behind this one");
}

TEST(DiagnosisTest, AnEventInTheFutureIsTold) {
  Findings findings;
  JudgeClock(Status(R"({"now":1000000,"newest":2000000})").root(), 1'000'000, 0, findings);
  ASSERT_THAT(findings, SizeIs(2));
  EXPECT_EQ(findings[1].what, "an event stands in the future: 1970-01-01T00:33:20.000Z");
}

TEST(DiagnosisTest, AStoreThatTakesNothingIsBadAndASlowOneIsToldSo) {
  const auto told = [](const char* json) {
    const Status status(json);
    return OneFinding([&](Findings& findings) { JudgeStore(status.root(), findings); });
  };
  EXPECT_EQ(told(R"({"data_directory":"/d","store":{"read_only_reason":""}})").level, Level::kGood);
  EXPECT_EQ(
      told(R"({"data_directory":"/d","store":{"read_only_reason":"disk full"}})").what,
      "the store in /d takes no reports: disk full"
  );
  EXPECT_EQ(
      told(R"({"store":{"read_only_reason":"","commit_p99_ms":250.4}})").what,
      "one report in a hundred takes 250 ms to become durable"
  );
}

TEST(DiagnosisTest, ADiskIsFullNearlyFullOrWillBe) {
  const auto told = [](int64_t free, int64_t per_day) {
    const Status status(fmt::format(
        R"({{"free_disk_bytes":{},"retention_ms":2592000000,"store":{{"bytes":0,"bytes_per_day":{}}}}})",
        free,
        per_day
    ));
    return OneFinding([&](Findings& findings) { JudgeDisk(status.root(), findings); });
  };
  constexpr int64_t kGiB = int64_t{1} << 30;
  EXPECT_EQ(told(100 * kGiB, kGiB).level, Level::kGood);
  EXPECT_EQ(
      told(20 * kGiB, kGiB).what,
      "at today's rate the events of 30d want 30.0 GiB, and 20.0 GiB are free"
  );
  EXPECT_EQ(told(kGiB / 2, 0).level, Level::kBad);
}

TEST(DiagnosisTest, OnlyWhatWasRefusedOfLateIsTold) {
  const std::string receiver = R"({"protocol":"rest","last_error":{"time":)";
  Findings findings;
  JudgeReceivers(
      Status(
          R"({"now":10000000,"receivers":[)" + receiver + R"(1,"message":"old"}},)" + receiver +
          R"(9990000,"message":"bad"}},{"protocol":"grpc","last_error":null}]})"
      )
          .root(),
      findings
  );
  ASSERT_THAT(findings, SizeIs(1));
  EXPECT_EQ(findings[0].what, "rest refused something 10s ago: bad");
}

TEST(DiagnosisTest, OpenFilesAreCountedByTheServersMetrics) {
  const auto level_of = [](int open, int most) {
    const std::string metrics = fmt::format(
        "# HELP process_max_fds Files.\nprocess_max_fds {}\nprocess_open_fds {}\n", most, open
    );
    return OneFinding([&](Findings& findings) { JudgeLimits(metrics, findings); }).level;
  };
  EXPECT_EQ(level_of(50, 1'000'000), Level::kGood);
  EXPECT_EQ(level_of(50, 1'024), Level::kWarning);
  EXPECT_EQ(level_of(1'000, 1'024), Level::kBad);
  Findings none;
  JudgeLimits("", none);
  EXPECT_THAT(none, IsEmpty());
}

TEST(DoctorTest, TellsAllThatItFoundAndFailsWhenSomethingIsBad) {
  ScriptedWorld world;
  world.Answer(200, "serving\n")
      .Answer(
          200,
          fmt::format(
              R"({{"version":"{}","now":1700000000000,"data_directory":"/d","listeners":[],"receivers":[],)"
              R"("store":{{"read_only_reason":"disk full"}},"free_disk_bytes":1}})",
              kVersion
          )
      )
      .Answer(200, "process_max_fds 100000\nprocess_open_fds 20\n");
  EXPECT_EQ(world.Run({"doctor"}), kFailed);
  EXPECT_EQ(
      world.out(),
      fmt::format(
          "ok    the server is ready\n"
          "ok    version {}, here and there\n"
          "bad   the store in /d takes no reports: disk full\n"
          "      to mend it: mend what it names; after an error of the disk start the server "
          "again\n"
          "bad   only 0.0 GiB are free on the server's disk\n"
          "      to mend it: free room, or keep events for less long (store.retention)\n"
          "ok    the clocks of server and this machine agree\n"
          "ok    the server may open 100000 files, 20 are open\n",
          kVersion
      )
  );
}

TEST(DoctorTest, SaysThatThereIsNoServer) {
  ScriptedWorld world;
  EXPECT_EQ(world.Run({"doctor"}), kUnreachable);
  EXPECT_THAT(world.err(), HasSubstr("Is it running"));
}

}  // namespace
}  // namespace tidings::cli
