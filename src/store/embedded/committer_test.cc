#include "store/embedded/committer.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/embedded/testing/faulty_env.h"
#include "store/embedded/testing/store_fixture.h"

namespace tidings::embedded {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class CommitterTest : public testing::StoreTest {
 protected:
  CommitterTest() {
    options_.env = &env_;
    options_.first_reopen = std::chrono::milliseconds(1);
  }
  ~CommitterTest() override {
    env_.HoldSyncs(false);
    env_.FailSyncs(false);
    store_.reset();
  }

  bool IsWritable() { return store_->Stats().read_only_reason.empty(); }

  testing::FaultyEnv env_;
};

TEST_F(CommitterTest, AcknowledgesNothingBeforeItsSyncNotEvenARepeat) {
  Open();
  env_.HoldSyncs(true);
  const auto first = Begin({{.id = "a", .start = 1}});
  env_.AwaitHeldSync();
  const auto repeat = Begin({{.id = "a", .start = 1}});
  EXPECT_FALSE(first->is_done.try_wait());
  EXPECT_FALSE(repeat->is_done.try_wait());
  EXPECT_EQ(Got("a"), "nothing");
  EXPECT_THAT(AllIds(), IsEmpty());
  env_.HoldSyncs(false);
  repeat->is_done.wait();
  ASSERT_TRUE(first->result.ok() && repeat->result.ok());
  EXPECT_THAT(first->result->outcomes, ElementsAre(Outcome::kNew));
  EXPECT_THAT(repeat->result->outcomes, ElementsAre(Outcome::kUnchanged));
}

TEST_F(CommitterTest, FailsTheRepeatTogetherWithItsFirstCopy) {
  Open();
  env_.HoldSyncs(true);
  const auto first = Begin({{.id = "a", .start = 1}});
  env_.AwaitHeldSync();
  const auto repeat = Begin({{.id = "a", .start = 1}});
  env_.FailSyncs(true);
  env_.HoldSyncs(false);
  first->is_done.wait();
  repeat->is_done.wait();
  EXPECT_EQ(first->result.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(repeat->result.status().code(), absl::StatusCode::kUnavailable);
}

TEST_F(CommitterTest, IsReadOnlyAfterAFailedSyncAndSaysWhy) {
  options_.first_reopen = std::chrono::minutes(10);  // To see it as it is before.
  Open();
  Commit({{.id = "a", .start = 1}});
  env_.FailSyncs(true);
  const absl::StatusOr<CommitResult> result = TryCommit({{.id = "b", .start = 2}});
  EXPECT_EQ(result.status().code(), absl::StatusCode::kUnavailable);
  // Who was refused may ask at once.
  EXPECT_THAT(store_->Stats().read_only_reason, HasSubstr("sync failed"));
  EXPECT_EQ(TryCommit({{.id = "c", .start = 3}}).status().code(), absl::StatusCode::kUnavailable);
}

TEST_F(CommitterTest, OpensTheDatabaseAgainInProcessAndLosesNothing) {
  Open();
  Commit({{.id = "a", .name = "Deploy", .start = 1}});
  env_.FailSyncs(true);
  EXPECT_FALSE(TryCommit({{.id = "b", .start = 2}}).ok());
  Await([this] { return !IsWritable(); });
  env_.FailSyncs(false);
  Await([this] { return IsWritable(); });
  EXPECT_EQ(Got("a"), "a gen=0 Normal 1..0 name=\"Deploy\"@1");
  // What was not acknowledged may be there whole; then reporting it again changes nothing.
  Commit({{.id = "b", .start = 2}});
  Commit({{.id = "a", .end = 9}});
  EXPECT_THAT(AllIds(), ElementsAre("a", "b"));
  Open();
  EXPECT_THAT(AllIds(), ElementsAre("a", "b"));
  EXPECT_EQ(Got("a"), "a gen=0 Normal 1..9 name=\"Deploy\"@1");
  EXPECT_EQ(store_->Stats().events, 2);
}

TEST_F(CommitterTest, GivesNoSequenceOfAFailedGroupAgain) {
  Open();
  Commit({{.id = "a", .start = 1}});
  const uint64_t before = store_->Stats().last_sequence;
  env_.FailSyncs(true);
  EXPECT_FALSE(TryCommit({{.id = "b", .start = 2}, {.id = "c", .start = 3}}).ok());
  env_.FailSyncs(false);
  Await([this] { return IsWritable() && TryCommit({{.id = "d", .start = 4}}).ok(); });
  const absl::StatusOr<std::vector<FeedItem>> items = store_->ReadFeed(before, 100);
  ASSERT_TRUE(items.ok()) << items.status();
  ASSERT_FALSE(items->empty());
  EXPECT_EQ(items->back().event->id, "d");
  EXPECT_GT(items->back().sequence, before + 2);
}

TEST_F(CommitterTest, RefusesWhatFindsTheQueueFull) {
  options_.max_waiting_bytes = 1;
  Open();
  env_.HoldSyncs(true);
  const auto committing = Begin({{.id = "a", .start = 1}});
  env_.AwaitHeldSync();
  const auto waiting = Begin({{.id = "b", .start = 1}});
  const auto refused = Begin({{.id = "c", .start = 1}});
  EXPECT_TRUE(refused->is_done.try_wait());
  EXPECT_EQ(refused->result.status().code(), absl::StatusCode::kUnavailable);
  env_.HoldSyncs(false);
  waiting->is_done.wait();
  EXPECT_TRUE(waiting->result.ok());
  EXPECT_TRUE(committing->result.ok());
}

TEST_F(CommitterTest, CompletesWhatWaitsWhenItStops) {
  Open();
  env_.HoldSyncs(true);
  const auto first = Begin({{.id = "a", .start = 1}});
  env_.AwaitHeldSync();
  const auto second = Begin({{.id = "b", .start = 1}});
  env_.HoldSyncs(false);
  store_->Stop();
  EXPECT_TRUE(first->result.ok());
  EXPECT_TRUE(second->result.ok());
}

TEST_F(CommitterTest, RefusesWhatTheMemoryOfIdsCannotTakeUntilCompactionHasMadeRoom) {
  options_.max_recent_ids = 2;
  options_.least_run_entries = 1;
  Open();
  Commit({{.id = "a", .start = 1}, {.id = "b", .start = 2}});
  EXPECT_EQ(TryCommit({{.id = "c", .start = 3}}).status().code(), absl::StatusCode::kUnavailable);
  Compact();
  EXPECT_THAT(Commit({{.id = "a", .end = 9}}), ElementsAre(Outcome::kJoined));
  EXPECT_THAT(Commit({{.id = "c", .start = 3}}), ElementsAre(Outcome::kNew));
  EXPECT_THAT(AllIds(), ElementsAre("a", "b", "c"));
}

}  // namespace
}  // namespace tidings::embedded
