#include <chrono>
#include <limits>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/testing/event_store_contract.h"

/// Which events a query finds, in which order, and how it is cut into pages.
namespace tidings::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using std::chrono_literals::operator""ms;

Filter Where(FilterField field, const std::vector<std::string>& any_of) {
  return {.where = OneOf(field, any_of)};
}

Filter WhereNot(FilterField field, const std::vector<std::string>& none_of) {
  return {.where = NoneOf(field, none_of)};
}

Filter During(int64_t from, int64_t to) {
  return {.window = {.from = from, .to = to}};
}

std::vector<ReportSpec> ThreeEvents() {
  return {
      {.id = "a",
       .service = "shop",
       .instance = "shop-1",
       .endpoint = "/pay",
       .layer = "k8s",
       .name = "Deploy",
       .start = 10,
       .end = 20},
      {.id = "b",
       .service = "cart",
       .instance = "cart-1",
       .endpoint = "/add",
       .layer = "GENERAL",
       .name = "Restart",
       .type = EventType::kError,
       .start = 11},
      {.id = "c", .name = "Deploy", .end = 12}};
}

TEST_P(EventStoreContract, FindsByTheExactValueOfEachField) {
  Commit(ThreeEvents());
  EXPECT_THAT(IdsOf(Where(FilterField::kService, {"shop"})), ElementsAre("a"));
  EXPECT_THAT(IdsOf(Where(FilterField::kInstance, {"cart-1"})), ElementsAre("b"));
  EXPECT_THAT(IdsOf(Where(FilterField::kEndpoint, {"/pay"})), ElementsAre("a"));
  EXPECT_THAT(IdsOf(Where(FilterField::kLayer, {"K8S"})), ElementsAre("a"));
  EXPECT_THAT(IdsOf(Where(FilterField::kName, {"Deploy"})), ElementsAre("a", "c"));
  EXPECT_THAT(IdsOf(Where(FilterField::kType, {"Error"})), ElementsAre("b"));
  EXPECT_THAT(IdsOf(Where(FilterField::kState, {"open"})), ElementsAre("b"));
  EXPECT_THAT(IdsOf(Where(FilterField::kState, {"orphan_end"})), ElementsAre("c"));
  EXPECT_THAT(IdsOf(Where(FilterField::kId, {"b"})), ElementsAre("b"));
  EXPECT_THAT(IdsOf(Where(FilterField::kService, {"Shop"})), IsEmpty());
  EXPECT_THAT(IdsOf(Where(FilterField::kService, {"sho"})), IsEmpty());
}

TEST_P(EventStoreContract, FindsTheSameAfterCompactionAndReopening) {
  Commit(ThreeEvents());
  Compact();
  EXPECT_THAT(IdsOf(Where(FilterField::kName, {"Deploy"})), ElementsAre("a", "c"));
  Reopen();
  EXPECT_THAT(IdsOf(Where(FilterField::kName, {"Deploy"})), ElementsAre("a", "c"));
  EXPECT_THAT(IdsOf(Where(FilterField::kState, {"closed"})), ElementsAre("a"));
}

TEST_P(EventStoreContract, FindsAnyOfSeveralValues) {
  Commit(ThreeEvents());
  EXPECT_THAT(IdsOf(Where(FilterField::kService, {"shop", "cart"})), ElementsAre("a", "b"));
  EXPECT_THAT(IdsOf(Where(FilterField::kId, {"c", "x", "a"})), ElementsAre("a", "c"));
}

TEST_P(EventStoreContract, LeavesOutExcludedValues) {
  Commit(ThreeEvents());
  EXPECT_THAT(IdsOf(WhereNot(FilterField::kService, {"shop"})), ElementsAre("b", "c"));
  EXPECT_THAT(IdsOf(WhereNot(FilterField::kId, {"a", "b"})), ElementsAre("c"));
  EXPECT_THAT(IdsOf(WhereNot(FilterField::kState, {"open"})), ElementsAre("a", "c"));
}

TEST_P(EventStoreContract, DemandsAllConditions) {
  Commit(ThreeEvents());
  Filter filter = Where(FilterField::kName, {"Deploy"});
  filter.where.Require(NoneOf(FilterField::kState, {"orphan_end"}));
  EXPECT_THAT(IdsOf(filter), ElementsAre("a"));
  filter.where.Require(OneOf(FilterField::kService, {"cart"}));
  EXPECT_THAT(IdsOf(filter), IsEmpty());
}

TEST_P(EventStoreContract, FindsByDefaultValuesAndByEmptyOnes) {
  Commit(ThreeEvents());
  EXPECT_THAT(IdsOf(Where(FilterField::kLayer, {"GENERAL"})), ElementsAre("b", "c"));
  EXPECT_THAT(IdsOf(Where(FilterField::kType, {"Normal"})), ElementsAre("a", "c"));
  EXPECT_THAT(IdsOf(Where(FilterField::kService, {""})), ElementsAre("c"));
}

TEST_P(EventStoreContract, FindsByWhatTheJoinMadeOfAnEvent) {
  CommitOne({.id = "a", .service = "shop", .start = 10});
  CommitOne({.id = "a", .service = "cart", .end = 30});
  EXPECT_THAT(IdsOf(Where(FilterField::kService, {"shop"})), IsEmpty());
  EXPECT_THAT(IdsOf(Where(FilterField::kService, {"cart"})), ElementsAre("a"));
  EXPECT_THAT(IdsOf(Where(FilterField::kState, {"open"})), IsEmpty());
}

TEST_P(EventStoreContract, DoesNotFindWithdrawnEvents) {
  Commit(ThreeEvents());
  CommitOne({.id = "a", .generation = 1, .withdrawn = true});
  EXPECT_THAT(IdsOf({}), ElementsAre("b", "c"));
  EXPECT_THAT(IdsOf(Where(FilterField::kId, {"a"})), IsEmpty());
}

TEST_P(EventStoreContract, FindsEventsWhoseIntervalOverlapsTheWindow) {
  Commit(
      {{.id = "before", .start = 100, .end = 199},
       {.id = "touches-from", .start = 100, .end = 200},
       {.id = "inside", .start = 220, .end = 230},
       {.id = "spans", .start = 100, .end = 400},
       {.id = "last-ms", .start = 299, .end = 400},
       {.id = "at-to", .start = 300, .end = 400},
       {.id = "contradictory", .start = 250, .reported = 1},
       {.id = "orphan-in", .end = 250},
       {.id = "orphan-at-to", .end = 300}}
  );
  CommitOne({.id = "contradictory", .end = 150});
  EXPECT_THAT(
      IdsOf(During(200, 300)),
      ElementsAre("spans", "touches-from", "inside", "contradictory", "orphan-in", "last-ms")
  );
}

TEST_P(EventStoreContract, FindsWhatIsAtAnInstantByAWindowOfLengthZero) {
  Commit(
      {{.id = "ends", .start = 100, .end = 200},
       {.id = "starts", .start = 200, .end = 300},
       {.id = "instant", .start = 200, .end = 200},
       {.id = "before", .start = 100, .end = 199},
       {.id = "after", .start = 201, .end = 300}}
  );
  EXPECT_THAT(IdsOf(During(200, 200)), ElementsAre("ends", "instant", "starts"));
}

TEST_P(EventStoreContract, LetsOpenEventsLastUntilNow) {
  const int64_t now_ms = clock_.NowMs();
  Commit({{.id = "open", .start = 100}, {.id = "future", .start = now_ms + 500}});
  EXPECT_THAT(IdsOf(During(now_ms - 1, now_ms)), ElementsAre("open"));
  EXPECT_THAT(IdsOf(During(now_ms + 1, now_ms + 2)), IsEmpty());
  EXPECT_THAT(IdsOf(During(now_ms + 1, now_ms + 501)), ElementsAre("future"));
  clock_.Advance(50ms);
  EXPECT_THAT(IdsOf(During(now_ms + 1, now_ms + 2)), ElementsAre("open"));
}

TEST_P(EventStoreContract, FindsEventsWithoutTimesAtTheirReceipt) {
  const int64_t receipt_ms = clock_.NowMs();
  CommitOne({.id = "a", .name = "Deploy"});
  clock_.Advance(1000ms);
  EXPECT_THAT(IdsOf(During(receipt_ms, receipt_ms + 1)), ElementsAre("a"));
  EXPECT_THAT(IdsOf(During(receipt_ms + 1, receipt_ms + 2000)), IsEmpty());
  CommitOne({.id = "a", .start = 10, .end = 20});
  EXPECT_THAT(IdsOf(During(receipt_ms, receipt_ms + 1)), IsEmpty());
  EXPECT_THAT(IdsOf(During(10, 11)), ElementsAre("a"));
}

TEST_P(EventStoreContract, TakesWindowsThatAreOpenOnOneSide) {
  constexpr int64_t kLeast = std::numeric_limits<int64_t>::min();
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  Commit({{.id = "a", .start = 100, .end = 199}, {.id = "b", .start = 200, .end = 300}});
  EXPECT_THAT(IdsOf(During(kLeast, 200)), ElementsAre("a"));
  EXPECT_THAT(IdsOf(During(200, kMost)), ElementsAre("b"));
}

std::vector<ReportSpec> Tied() {
  return {
      {.id = "b", .start = 10, .end = 50},
      {.id = "a", .start = 10},
      {.id = "c", .end = 10},
      {.id = "early", .start = 9},
      {.id = "late", .start = 11, .end = 11}};
}

TEST_P(EventStoreContract, OrdersByStartElseEndThenId) {
  Commit(Tied());
  EXPECT_THAT(
      Ids(Page({.order = Order::kOldestFirst}).events), ElementsAre("early", "a", "b", "c", "late")
  );
}

TEST_P(EventStoreContract, OrdersNewestFirstAsTheExactReverse) {
  Commit(Tied());
  EXPECT_THAT(
      Ids(Page({.order = Order::kNewestFirst}).events), ElementsAre("late", "c", "b", "a", "early")
  );
}

TEST_P(EventStoreContract, GivesWholeEvents) {
  const ReportSpec report = {
      .id = "a",
      .service = "shop",
      .name = "Deploy",
      .message = "to 7",
      .parameters = {{"version", std::string("7")}},
      .start = 10,
      .count = 3,
      .derived = true};
  CommitOne(report);
  Compact();
  EXPECT_THAT(Descriptions(Page({}).events), ElementsAre(OnlyThis(report)));
}

TEST_P(EventStoreContract, EndsAPageAtTheLimitAndOffersTheNext) {
  Commit(Tied());
  EventQuery query = {.order = Order::kOldestFirst, .limit = 2};
  const EventPage first = Page(query);
  EXPECT_THAT(Ids(first.events), ElementsAre("early", "a"));
  ASSERT_TRUE(first.next);
  query.cursor = first.next;
  const EventPage second = Page(query);
  EXPECT_THAT(Ids(second.events), ElementsAre("b", "c"));
  ASSERT_TRUE(second.next);
  query.cursor = second.next;
  const EventPage third = Page(query);
  EXPECT_THAT(Ids(third.events), ElementsAre("late"));
  EXPECT_FALSE(third.next);
}

TEST_P(EventStoreContract, OffersNoFurtherPageWhenTheLastEventFillsThisOne) {
  Commit(Tied());
  EXPECT_FALSE(Page({.limit = 5}).next);
  EXPECT_TRUE(Page({.limit = 4}).next);
}

TEST_P(EventStoreContract, MakesNoCursorWhereNoneIsWanted) {
  Commit(Tied());
  const EventPage page = Page({.limit = 2, .wants_cursor = false});
  EXPECT_EQ(page.events.size(), 2);
  EXPECT_FALSE(page.next);
}

TEST_P(EventStoreContract, SkipsAsManyEventsAsTheOffsetSays) {
  Commit(Tied());
  const auto ids = [this](size_t offset, size_t limit) {
    return Ids(Page({.order = Order::kOldestFirst, .limit = limit, .offset = offset}).events);
  };
  EXPECT_THAT(ids(0, 2), ElementsAre("early", "a"));
  EXPECT_THAT(ids(2, 2), ElementsAre("b", "c"));
  EXPECT_THAT(ids(4, 2), ElementsAre("late"));
  EXPECT_THAT(ids(5, 2), IsEmpty());
  EXPECT_THAT(ids(1'000, 2), IsEmpty());
}

TEST_P(EventStoreContract, EndsAPageEarlyWhenItsEventsAreLarge) {
  std::vector<ReportSpec> reports;
  for (int i = 0; i < 4; ++i) {
    reports.push_back(
        {.id = fmt::format("{}", i), .message = std::string(10'000, 'm'), .start = 10 + i}
    );
  }
  Commit(reports);
  EventQuery query = {.order = Order::kOldestFirst, .page_bytes = 25'000};
  const EventPage first = Page(query);
  EXPECT_THAT(Ids(first.events), ElementsAre("0", "1"));
  ASSERT_TRUE(first.next);
  query.cursor = first.next;
  EXPECT_THAT(Ids(Page(query).events), ElementsAre("2", "3"));
}

TEST_P(EventStoreContract, GivesAtLeastOneEventHoweverSmallThePageMayBe) {
  Commit({{.id = "a", .start = 1}, {.id = "b", .start = 2}});
  const EventPage page = Page({.order = Order::kOldestFirst, .page_bytes = 1});
  EXPECT_THAT(Ids(page.events), ElementsAre("a"));
  EXPECT_TRUE(page.next);
}

TEST_P(EventStoreContract, FindsNothingInAnEmptyStore) {
  const EventPage page = Page({});
  EXPECT_THAT(page.events, IsEmpty());
  EXPECT_FALSE(page.next);
  EXPECT_EQ(page.now_ms, clock_.NowMs());
}

TEST_P(EventStoreContract, RefusesQueriesThatMeanNothing) {
  Commit(Tied());
  const EventPage page = Page({.limit = 1});
  const EventQuery senseless[] = {
      {.limit = 0},
      {.filter = During(200, 100)},
      {.limit = 1, .offset = 1, .cursor = page.next},
  };
  for (const EventQuery& query : senseless) {
    EXPECT_EQ(store().Query(query).status().code(), absl::StatusCode::kInvalidArgument);
  }
}

TEST_P(EventStoreContract, ScansHotColumnsUntilTheVisitorHasSeenEnough) {
  Commit(ThreeEvents());
  std::vector<std::string> names;
  const ScanQuery query = {.filter = WhereNot(FilterField::kId, {"b"}), .now_ms = clock_.NowMs()};
  const auto visit = [&names](const EventView& event) {
    names.emplace_back(event.text[TextField::kName]);
    return true;
  };
  ASSERT_TRUE(store().Scan(query, visit).ok());
  EXPECT_THAT(names, ElementsAre("Deploy", "Deploy"));
  int visits = 0;
  const auto stop = [&visits](const EventView&) {
    ++visits;
    return false;
  };
  ASSERT_TRUE(store().Scan(query, stop).ok());
  EXPECT_EQ(visits, 1);
}

TEST_P(EventStoreContract, TellsTheSequenceOfTheLastChange) {
  EXPECT_EQ(store().LastSequence(), 0);
  Commit(ThreeEvents());
  EXPECT_EQ(store().LastSequence(), store().Stats().last_sequence);
  const std::vector<FeedItem> items = *store().ReadFeed(0, 10);
  EXPECT_EQ(store().LastSequence(), items.back().sequence);
}

TEST_P(EventStoreContract, EndsWhatNobodyWaitsFor) {
  for (int batch = 0; batch < 3; ++batch) {
    std::vector<ReportSpec> reports;
    for (int i = 0; i < 10; ++i) {
      reports.push_back({.id = fmt::format("{}-{}", batch, i), .name = "Deploy", .start = 1'000 + i}
      );
    }
    Commit(reports);
  }
  for (const bool hangs_up : {false, true}) {
    std::stop_source client;
    const Patience patience{.abandoned = client.get_token()};
    int visited = 0;
    const absl::StatusOr<ScanEnd> scan =
        store().Scan({.now_ms = clock_.NowMs(), .patience = patience}, [&](const EventView&) {
          ++visited;
          if (hangs_up) {
            client.request_stop();
          }
          return true;
        });
    const absl::Status page = store().Query({.patience = patience}).status();
    const absl::Status figures = store().Aggregate({.patience = patience}).status();
    const absl::Status lanes =
        store()
            .Lanes({.group = {FilterField::kName}, .edges = {0, 1}, .patience = patience})
            .status();
    const auto code = hangs_up ? absl::StatusCode::kCancelled : absl::StatusCode::kOk;
    EXPECT_EQ(scan.status().code(), code);
    EXPECT_EQ(page.code(), code);
    EXPECT_EQ(figures.code(), code);
    EXPECT_EQ(lanes.code(), code);
    if (hangs_up) {
      EXPECT_LT(visited, 30);
    } else {
      EXPECT_EQ(visited, 30);
    }
  }
}

}  // namespace
}  // namespace tidings::testing
