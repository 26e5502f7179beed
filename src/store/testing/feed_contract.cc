#include <chrono>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/testing/event_store_contract.h"

/// The feed of changes, the services, and the figures.
namespace tidings::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

std::vector<FeedItem> Feed(const EventStore& store, uint64_t after, size_t limit = 1'000) {
  absl::StatusOr<std::vector<FeedItem>> items = store.ReadFeed(after, limit);
  EXPECT_TRUE(items.ok()) << items.status();
  return items.ok() ? *std::move(items) : std::vector<FeedItem>();
}

std::vector<std::string> FeedIds(const EventStore& store, uint64_t after, size_t limit = 1'000) {
  std::vector<std::string> ids;
  uint64_t last = after;
  for (const FeedItem& item : Feed(store, after, limit)) {
    EXPECT_GT(item.sequence, last);
    last = item.sequence;
    ids.emplace_back(item.event->id);
  }
  return ids;
}

TEST_P(EventStoreContract, FeedsChangesInTheOrderOfTheirCommits) {
  CommitOne({.id = "b", .start = 1});
  CommitOne({.id = "a", .start = 2});
  CommitOne({.id = "c", .start = 3});
  EXPECT_THAT(FeedIds(store(), 0), ElementsAre("b", "a", "c"));
}

TEST_P(EventStoreContract, FeedsEachEventOnceInItsLatestState) {
  CommitOne({.id = "a", .start = 1});
  CommitOne({.id = "b", .start = 2});
  CommitOne({.id = "a", .end = 3});
  const std::vector<FeedItem> items = Feed(store(), 0);
  ASSERT_EQ(items.size(), 2);
  EXPECT_EQ(items[0].event->id, "b");
  EXPECT_EQ(Describe(items[1].event.view()), "a gen=0 Normal 1..3");
}

TEST_P(EventStoreContract, FeedsOnlyTheNamesThatAreAskedForAndWhatIsWithdrawn) {
  CommitOne({.id = "a", .name = "Deploy", .start = 1});
  CommitOne({.id = "b", .name = "Restart", .start = 2});
  CommitOne({.id = "c", .start = 3});
  CommitOne({.id = "d", .name = "Crash", .start = 4});
  CommitOne({.id = "d", .generation = 1, .withdrawn = true});
  CommitOne({.id = "e", .name = "Stop", .start = 5});
  const std::string_view names[] = {"Restart", "Deploy"};

  const absl::StatusOr<NamedFeed> all = store().ReadFeedOf(names, 0, 100);
  ASSERT_TRUE(all.ok()) << all.status();
  std::vector<std::string> ids;
  for (const FeedItem& item : all->items) {
    ids.emplace_back(item.event->id);
  }
  EXPECT_THAT(ids, ElementsAre("a", "b", "d"));
  EXPECT_EQ(all->read_to, store().LastSequence());
  const absl::StatusOr<NamedFeed> rest = store().ReadFeedOf(names, all->read_to, 100);
  ASSERT_TRUE(rest.ok()) << rest.status();
  EXPECT_THAT(rest->items, IsEmpty());
}

TEST_P(EventStoreContract, FeedsWhatHadAnotherNameToThoseWhoAskForNames) {
  CommitOne({.id = "a", .name = "Deploy", .start = 1});
  CommitOne({.id = "b", .name = "Deploy", .start = 2});
  CommitOne({.id = "c", .name = "Deploy", .start = 3});
  CommitOne({.id = "d", .name = "Stop", .start = 4});
  const uint64_t position = store().LastSequence();
  CommitOne({.id = "a", .name = "Note", .start = 5});
  CommitOne({.id = "b", .name = "Note", .start = 2, .generation = 1});
  CommitOne({.id = "c", .generation = 1, .withdrawn = true});
  CommitOne({.id = "c", .name = "Note", .start = 3, .generation = 2});
  CommitOne({.id = "d", .name = "Stop", .end = 9});
  const std::string_view names[] = {"Deploy"};
  for (const bool is_compacted : {false, true}) {
    if (is_compacted) {
      Compact();
      Reopen();
    }
    const absl::StatusOr<NamedFeed> feed = store().ReadFeedOf(names, position, 100);
    ASSERT_TRUE(feed.ok()) << feed.status();
    std::vector<std::string> ids;
    for (const FeedItem& item : feed->items) {
      ids.emplace_back(item.event->id);
    }
    EXPECT_THAT(ids, ElementsAre("a", "b", "c"));
  }
}

TEST_P(EventStoreContract, FeedsEveryEventOfANameWhateverTheSizeOfThePieces) {
  for (int i = 0; i < 20; ++i) {
    CommitOne({.id = std::to_string(i), .name = i % 3 == 0 ? "Deploy" : "Stop", .start = 1 + i});
  }
  Compact();
  const std::string_view names[] = {"Deploy"};
  for (const size_t limit : {1, 2, 5}) {
    std::vector<std::string> ids;
    for (uint64_t position = 0; position < store().LastSequence();) {
      const absl::StatusOr<NamedFeed> piece = store().ReadFeedOf(names, position, limit);
      ASSERT_TRUE(piece.ok()) << piece.status();
      ASSERT_GT(piece->read_to, position);
      for (const FeedItem& item : piece->items) {
        ids.emplace_back(item.event->id);
      }
      position = piece->read_to;
    }
    EXPECT_THAT(ids, ElementsAre("0", "3", "6", "9", "12", "15", "18"));
  }
}

TEST_P(EventStoreContract, FeedsOnlyWhatChangedAfterThePosition) {
  CommitOne({.id = "a", .start = 1});
  const uint64_t position = store().Stats().last_sequence;
  EXPECT_THAT(FeedIds(store(), position), IsEmpty());
  CommitOne({.id = "b", .start = 2});
  Compact();
  Reopen();
  EXPECT_THAT(FeedIds(store(), position), ElementsAre("b"));
}

TEST_P(EventStoreContract, FeedsNothingForReportsThatChangedNothing) {
  CommitOne({.id = "a", .name = "x", .start = 1});
  CommitOne({.id = "b", .start = 5, .generation = 1});
  const uint64_t position = store().Stats().last_sequence;
  CommitOne({.id = "a", .name = "x", .start = 1});
  CommitOne({.id = "b", .start = 1});
  EXPECT_THAT(FeedIds(store(), position), IsEmpty());
  EXPECT_EQ(store().Stats().last_sequence, position);
}

TEST_P(EventStoreContract, FeedsNoMoreThanTheLimit) {
  Commit({{.id = "a", .start = 1}, {.id = "b", .start = 2}, {.id = "c", .start = 3}});
  const std::vector<FeedItem> first = Feed(store(), 0, 2);
  ASSERT_EQ(first.size(), 2);
  EXPECT_EQ(FeedIds(store(), first.back().sequence, 2).size(), 1);
  EXPECT_THAT(FeedIds(store(), 0, 0), IsEmpty());
}

TEST_P(EventStoreContract, FeedsWithdrawals) {
  CommitOne({.id = "a", .start = 1});
  const uint64_t position = store().Stats().last_sequence;
  CommitOne({.id = "a", .generation = 1, .withdrawn = true});
  const std::vector<FeedItem> items = Feed(store(), position);
  ASSERT_EQ(items.size(), 1);
  EXPECT_TRUE(items[0].event->withdrawn);
}

TEST_P(EventStoreContract, FeedsTheSameAfterCompactionAndReopening) {
  CommitOne({.id = "b", .start = 1});
  CommitOne({.id = "a", .start = 2});
  CommitOne({.id = "b", .end = 3});
  CommitOne({.id = "c", .generation = 1, .withdrawn = true});
  const std::vector<std::string> before = FeedIds(store(), 0);
  Compact();
  EXPECT_EQ(FeedIds(store(), 0), before);
  Reopen();
  EXPECT_EQ(FeedIds(store(), 0), before);
}

TEST_P(EventStoreContract, GivesNewSequencesAfterReopening) {
  CommitOne({.id = "a", .start = 1});
  const uint64_t position = store().Stats().last_sequence;
  Reopen();
  CommitOne({.id = "b", .start = 2});
  EXPECT_GT(store().Stats().last_sequence, position);
  EXPECT_THAT(FeedIds(store(), position), ElementsAre("b"));
}

MATCHER_P2(IsService, service, layers, "") {
  return arg.service == service && arg.layers == std::vector<std::string>(layers);
}

std::vector<ServiceLayers> ServicesOf(const EventStore& store, std::string_view service) {
  absl::StatusOr<std::vector<ServiceLayers>> services = store.Services(service);
  EXPECT_TRUE(services.ok()) << services.status();
  return services.ok() ? *std::move(services) : std::vector<ServiceLayers>();
}

using Layers = std::vector<std::string>;

TEST_P(EventStoreContract, NamesTheLayersOfAServiceInOrder) {
  Commit(
      {{.id = "a", .service = "shop", .layer = "MESH", .start = 1},
       {.id = "b", .service = "shop", .start = 1},
       {.id = "c", .service = "shop", .layer = "MESH", .start = 1},
       {.id = "d", .service = "cart", .layer = "K8S", .start = 1}}
  );
  Compact();
  Reopen();
  EXPECT_THAT(
      ServicesOf(store(), "shop"), ElementsAre(IsService("shop", Layers{"GENERAL", "MESH"}))
  );
  EXPECT_THAT(ServicesOf(store(), "sho"), IsEmpty());
}

TEST_P(EventStoreContract, NamesAllServicesButTheEmptyOneInOrder) {
  Commit(
      {{.id = "a", .service = "shop", .layer = "MESH", .start = 1},
       {.id = "b", .start = 1},
       {.id = "d", .service = "cart", .layer = "K8S", .start = 1}}
  );
  EXPECT_THAT(
      ServicesOf(store(), ""),
      ElementsAre(IsService("cart", Layers{"K8S"}), IsService("shop", Layers{"MESH"}))
  );
}

TEST_P(EventStoreContract, ForgetsTheServiceOfAWithdrawnOrCorrectedEvent) {
  Commit({{.id = "a", .service = "shop", .start = 1}, {.id = "b", .service = "cart", .start = 1}});
  CommitOne({.id = "a", .generation = 1, .withdrawn = true});
  CommitOne({.id = "b", .service = "basket", .start = 1, .end = 2, .generation = 1});
  EXPECT_THAT(ServicesOf(store(), ""), ElementsAre(IsService("basket", Layers{"GENERAL"})));
}

TEST_P(EventStoreContract, CountsEventsAndTellsTheirBounds) {
  EXPECT_EQ(store().Stats().events, 0);
  EXPECT_FALSE(store().Stats().oldest_ms);
  Commit(
      {{.id = "a", .start = 10, .end = 99},
       {.id = "b", .start = 20},
       {.id = "c", .end = 30},
       {.id = "d", .start = 40}}
  );
  CommitOne({.id = "d", .generation = 1, .withdrawn = true});
  Compact();
  Reopen();
  const StoreStats stats = store().Stats();
  EXPECT_EQ(stats.events, 3);
  EXPECT_EQ(stats.open_events, 1);
  EXPECT_EQ(stats.oldest_ms, 10);
  EXPECT_EQ(stats.newest_ms, 30);
  EXPECT_EQ(stats.read_only_reason, "");
}

TEST_P(EventStoreContract, CountsAnEventThatEndedAsOpenNoMore) {
  CommitOne({.id = "a", .start = 10});
  EXPECT_EQ(store().Stats().open_events, 1);
  CommitOne({.id = "a", .end = 20});
  EXPECT_EQ(store().Stats().open_events, 0);
  EXPECT_EQ(store().Stats().events, 1);
}

}  // namespace
}  // namespace tidings::testing
