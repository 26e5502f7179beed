#include "store/embedded/run_keeper.h"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/embedded/testing/store_fixture.h"

namespace tidings::embedded {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

/// Every compaction makes a run.
class RunKeeperTest : public testing::StoreTest {
 protected:
  RunKeeperTest() { options_.least_run_entries = 1; }

  static std::string IdOf(int i) { return fmt::format("event-{:04}", i); }

  void CommitClosed(int first, int count) {
    std::vector<ReportSpec> reports;
    for (int i = first; i < first + count; ++i) {
      reports.push_back({.id = IdOf(i), .name = "Deploy", .start = 1'000 + i, .end = 2'000 + i});
    }
    Commit(reports);
  }

  using ReportSpec = testing::ReportSpec;

  std::vector<std::string> RunFiles() const {
    std::vector<std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator(directory_.path() + "/runs")) {
      files.push_back(entry.path());
    }
    return files;
  }

  static void Flip(const std::string& file, size_t at) {
    std::fstream stream(file, std::ios::binary | std::ios::in | std::ios::out);
    stream.seekg(static_cast<std::streamoff>(at));
    const char byte = static_cast<char>(stream.get() ^ 1);
    stream.seekp(static_cast<std::streamoff>(at));
    stream.put(byte);
  }

  void ExpectEndsToFindTheirStarts(int count) {
    for (int i = 0; i < count; ++i) {
      ASSERT_THAT(Commit({{.id = IdOf(i), .end = 3'000 + i}}), ElementsAre(Outcome::kJoined));
    }
    EXPECT_THAT(AllIds(), SizeIs(count));
    EXPECT_EQ(store_->Stats().events, count);
  }
};

TEST_F(RunKeeperTest, LetsNoIdStayInMemoryThatStandsInARun) {
  Open();
  CommitClosed(0, 10);
  EXPECT_EQ(store_->Stats().recent_ids, 10);
  Compact();
  EXPECT_EQ(store_->Stats().recent_ids, 0);
  EXPECT_EQ(store_->Stats().id_runs, 1);
  EXPECT_EQ(Got(IdOf(3)), "event-0003 gen=0 Normal 1003..2003 name=\"Deploy\"@2003");
  EXPECT_EQ(Got("other"), "nothing");
  ExpectEndsToFindTheirStarts(10);
}

TEST_F(RunKeeperTest, KnowsTheIdsOfRunsAfterOpeningWithoutReadingThem) {
  Open();
  CommitClosed(0, 10);
  Compact();
  CommitClosed(10, 5);
  Open();
  EXPECT_EQ(store_->Stats().recent_ids, 5);
  ExpectEndsToFindTheirStarts(15);
}

TEST_F(RunKeeperTest, JoinsARowThatWasJoinedCompactedAndJoinedAgain) {
  Open();
  for (int round = 1; round <= 4; ++round) {
    const std::vector<Outcome> outcomes = Commit({{.id = "a", .start = 1, .end = 10 * round}});
    EXPECT_THAT(outcomes, ElementsAre(round == 1 ? Outcome::kNew : Outcome::kJoined));
    Compact();
  }
  EXPECT_EQ(Got("a"), "a gen=0 Normal 1..40");
  EXPECT_THAT(AllIds(), ElementsAre("a"));
  EXPECT_EQ(store_->Stats().events, 1);
}

TEST_F(RunKeeperTest, MergesRunsAndDropsTheirFiles) {
  Open();
  for (int i = 0; i < 20; ++i) {
    clock_.Advance(std::chrono::hours(25));
    CommitClosed(10 * i, 10);
    Compact();
  }
  EXPECT_LT(store_->Stats().id_runs, 8);
  EXPECT_THAT(RunFiles(), SizeIs(store_->Stats().id_runs));
  ExpectEndsToFindTheirStarts(200);
}

TEST_F(RunKeeperTest, MakesALostRunAnewAtOpening) {
  Open();
  CommitClosed(0, 10);
  Compact();
  store_.reset();
  for (const std::string& file : RunFiles()) {
    std::filesystem::remove(file);
  }
  Open();
  ExpectEndsToFindTheirStarts(10);
}

TEST_F(RunKeeperTest, MakesADamagedRunAnewWhenItIsFoundOut) {
  options_.first_reopen = std::chrono::milliseconds(1);
  Open();
  CommitClosed(0, 10);
  Compact();
  store_.reset();
  Flip(RunFiles().front(), 20);
  Open();
  EXPECT_EQ(store_->Get(IdOf(1)).status().code(), absl::StatusCode::kDataLoss);
  Compact();
  EXPECT_TRUE(store_->Get(IdOf(1)).ok());
  ExpectEndsToFindTheirStarts(10);
}

TEST_F(RunKeeperTest, TakesCommitsAgainAfterOneFoundADamagedRun) {
  options_.first_reopen = std::chrono::milliseconds(1);
  Open();
  CommitClosed(0, 10);
  Compact();
  store_.reset();
  Flip(RunFiles().front(), 20);
  Open();
  EXPECT_EQ(TryCommit({{.id = IdOf(0), .end = 3}}).status().code(), absl::StatusCode::kUnavailable);
  // Not until the store says nothing of a reason: it may be yet to say it.
  Await([this] { return TryCommit({{.id = IdOf(0), .end = 3}}).ok(); });
  ExpectEndsToFindTheirStarts(10);
}

TEST_F(RunKeeperTest, SweepsFilesThatNoRecordNames) {
  Open();
  CommitClosed(0, 10);
  Compact();
  store_.reset();
  std::ofstream(directory_.path() + "/runs/4711.run") << "x";
  Open();
  EXPECT_THAT(RunFiles(), SizeIs(1));
}

TEST_F(RunKeeperTest, LetsARunGoWithTheBlocksThatItCovers) {
  Open();
  CommitClosed(0, 10);
  Compact();
  clock_.Advance(std::chrono::hours(24 * 32));
  DropExpired();
  DropExpired();
  EXPECT_EQ(Got(IdOf(1)), "nothing");
  Compact();
  EXPECT_EQ(store_->Stats().id_runs, 0);
  // The keeper's thread may still look at the runs as they were.
  Await([this] { return RunFiles().empty(); });
  EXPECT_THAT(Commit({{.id = IdOf(1), .end = 9}}), ElementsAre(Outcome::kNew));
}

}  // namespace
}  // namespace tidings::embedded
