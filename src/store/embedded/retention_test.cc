#include "store/embedded/retention.h"

#include <chrono>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/embedded/testing/store_fixture.h"

namespace tidings::embedded {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;
using std::chrono_literals::operator""h;
using std::chrono_literals::operator""min;

constexpr auto kDay = std::chrono::hours(24);

/// Retention is 30 days, of open events 365.
class RetentionTest : public testing::StoreTest {};

TEST_F(RetentionTest, KeepsWhatIsYoungerThanTheRetention) {
  Open();
  Commit({{.id = "a", .start = 1, .end = 2}});
  clock_.Advance(30 * kDay);
  DropExpired();
  EXPECT_THAT(AllIds(), ElementsAre("a"));
}

TEST_F(RetentionTest, DropsWhatIsOlderAndKnowsNothingOfItAfterwards) {
  Open();
  Commit({{.id = "a", .start = 1, .end = 2}, {.id = "b", .start = 3, .end = 4}});
  clock_.Advance(32 * kDay);
  DropExpired();
  EXPECT_THAT(AllIds(), IsEmpty());
  EXPECT_EQ(Got("a"), "nothing");
  EXPECT_EQ(store_->Stats().events, 0);
  EXPECT_THAT(Commit({{.id = "a", .end = 2}}), ElementsAre(Outcome::kNew));
  EXPECT_EQ(Got("a"), "a gen=0 Normal 0..2");
}

TEST_F(RetentionTest, DropsBlocksThatWereCompactedToo) {
  Open();
  Commit({{.id = "a", .start = 1, .end = 2}});
  Compact();
  clock_.Advance(32 * kDay);
  DropExpired();
  DropExpired();
  EXPECT_THAT(AllIds(), IsEmpty());
  EXPECT_EQ(store_->Stats().blocks, 0);
}

TEST_F(RetentionTest, CountsFromTheLastCommitThatChangedTheEvent) {
  Open();
  Commit({{.id = "a", .start = 1}});
  clock_.Advance(20 * kDay);
  Commit({{.id = "a", .end = 2}});
  clock_.Advance(20 * kDay);
  DropExpired();
  EXPECT_EQ(Got("a"), "a gen=0 Normal 1..2");
  clock_.Advance(12 * kDay);
  DropExpired();
  EXPECT_EQ(Got("a"), "nothing");
}

TEST_F(RetentionTest, KeepsOpenEventsLongerAlsoWhereTheyStandAmongOthers) {
  Open();
  Commit({{.id = "open", .start = 1}, {.id = "closed", .start = 1, .end = 2}});
  clock_.Advance(32 * kDay);
  DropExpired();
  EXPECT_THAT(AllIds(), ElementsAre("open"));
  EXPECT_EQ(store_->Stats().open_events, 1);
  clock_.Advance(400 * kDay);
  DropExpired();
  EXPECT_THAT(AllIds(), IsEmpty());
  EXPECT_EQ(store_->Stats().open_events, 0);
  EXPECT_EQ(store_->Stats().expired_events, 2);
  EXPECT_EQ(store_->Stats().expired_open_events, 1);
}

TEST_F(RetentionTest, KeepsEventsOfALayerForItsOwnTime) {
  config_.layer_retention = {{"K8S", 7 * kDay}, {"GENERAL", 60 * kDay}};
  Open();
  Commit(
      {{.id = "pod", .layer = "K8S", .start = 1, .end = 2},
       {.id = "open pod", .layer = "K8S", .start = 1},
       {.id = "mesh", .layer = "MESH", .start = 1, .end = 2},
       {.id = "none", .start = 1, .end = 2}}
  );
  for (const bool is_compacted : {false, true}) {
    if (is_compacted) {
      Compact();
    }
    clock_.Advance(4 * kDay);
    DropExpired();
    EXPECT_THAT(AllIds(), SizeIs(is_compacted ? 3 : 4));
  }
  EXPECT_EQ(Got("pod"), "nothing");
  clock_.Advance(24 * kDay);
  DropExpired();
  EXPECT_THAT(AllIds(), UnorderedElementsAre("open pod", "none"));
  clock_.Advance(30 * kDay);
  DropExpired();
  EXPECT_THAT(AllIds(), ElementsAre("open pod"));
}

TEST_F(RetentionTest, TakesBlocksApartThatWereMadeBeforeALayerHadItsOwnTime) {
  Open();
  Commit(
      {{.id = "pod", .layer = "K8S", .start = 1, .end = 2},
       {.id = "mesh", .layer = "MESH", .start = 1, .end = 2}}
  );
  Compact();
  config_.layer_retention = {{"K8S", 7 * kDay}};
  Open();
  clock_.Advance(9 * kDay);
  DropExpired();
  EXPECT_THAT(AllIds(), ElementsAre("mesh"));
  EXPECT_EQ(store_->Stats().expired_events, 1);
}

TEST_F(RetentionTest, LetsNothingRiseWhereAnEventMovedToALayerThatIsKeptShorter) {
  config_.layer_retention = {{"K8S", 2 * kDay}};
  Open();
  Commit({{.id = "a", .layer = "MESH", .name = "Old", .start = 1, .end = 2}});
  Commit({{.id = "a", .layer = "K8S", .name = "New", .start = 1, .end = 3}});
  clock_.Advance(4 * kDay);
  DropExpired();
  EXPECT_EQ(Got("a"), "nothing");
  EXPECT_THAT(AllIds(), IsEmpty());
  Open();
  EXPECT_EQ(Got("a"), "nothing");
  EXPECT_THAT(AllIds(), IsEmpty());
}

TEST_F(RetentionTest, LetsAnOpenEventEndLateAndThenLeave) {
  Open();
  Commit({{.id = "a", .start = 1}});
  clock_.Advance(100 * kDay);
  DropExpired();
  EXPECT_THAT(Commit({{.id = "a", .end = 9}}), ElementsAre(Outcome::kJoined));
  clock_.Advance(32 * kDay);
  DropExpired();
  EXPECT_EQ(Got("a"), "nothing");
}

/// The newer row was committed on an earlier day than the older one: it leaves first.
TEST_F(RetentionTest, LetsNothingRiseFromTheDeadWhenTheClockWentBack) {
  Open();
  clock_.Advance(10 * kDay);
  Commit({{.id = "a", .name = "old", .start = 1, .end = 2}});
  clock_.Advance(-10 * kDay);
  Commit({{.id = "a", .name = "new", .start = 1, .end = 3}});
  clock_.Advance(35 * kDay);
  DropExpired();
  for (const bool reopened : {false, true}) {
    if (reopened) {
      Open();
    }
    EXPECT_EQ(Got("a"), "nothing");
    EXPECT_THAT(AllIds(), IsEmpty());
    Compact();
    EXPECT_THAT(AllIds(), IsEmpty());
  }
}

TEST_F(RetentionTest, HidesFirstAndDeletesWhenNoCursorCanSeeIt) {
  Open();
  for (const char* const id : {"a", "b", "c"}) {
    Commit({{.id = id, .start = 1, .end = 2}});
  }
  clock_.Advance(32 * kDay);
  EventQuery query = {.order = Order::kOldestFirst, .limit = 1};
  query.cursor = Page(query).next;
  DropExpired();
  DropExpired();
  EXPECT_THAT(AllIds(), IsEmpty());
  query.limit = 10;
  EXPECT_THAT(testing::Ids(Page(query).events), ElementsAre("b", "c"));
  EXPECT_EQ(store_->Stats().blocks, 3);
  clock_.Advance(17min);
  DropExpired();
  EXPECT_EQ(store_->Stats().blocks, 0);
}

TEST_F(RetentionTest, ForgetsDroppedEventsOverReopening) {
  Open();
  Commit({{.id = "a", .start = 1, .end = 2}});
  clock_.Advance(32 * kDay);
  DropExpired();
  const uint64_t sequence = store_->Stats().last_sequence;
  Open();
  EXPECT_EQ(Got("a"), "nothing");
  EXPECT_EQ(store_->Stats().events, 0);
  EXPECT_GE(store_->Stats().last_sequence, sequence);
}

TEST_F(RetentionTest, GivesNoSequenceTwiceWhenEverythingIsGone) {
  Open();
  Commit({{.id = "a", .start = 1, .end = 2}});
  clock_.Advance(32 * kDay);
  DropExpired();
  DropExpired();
  const StoreStats before = store_->Stats();
  EXPECT_EQ(before.blocks, 0);
  Open();
  EXPECT_EQ(store_->Stats().last_sequence, before.last_sequence);
  Commit({{.id = "b", .start = 1}});
  EXPECT_GT(store_->Stats().last_sequence, before.last_sequence);
}

}  // namespace
}  // namespace tidings::embedded
