#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/testing/event_store_contract.h"

/// A chain of pages is one snapshot, whatever happens between the pages (store.md, law 3).
namespace tidings::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""min;

constexpr int kEvents = 60;

std::string IdOf(int i) {
  return fmt::format("event-{:03}", i);
}

/// Open, closed, inferred, and orphan ends, in turn.
ReportSpec EventNumber(int i) {
  ReportSpec report = {.id = IdOf(i), .service = "shop", .name = "Deploy"};
  if (i % 4 == 0 || i % 4 == 1) {
    report.start = 1'000 + i;
  }
  if (i % 4 == 1 || i % 4 == 3) {
    report.end = 1'500 + i;
  }
  return report;
}

/// Something new about event `i`, of another kind from page to page.
ReportSpec ChangeOf(int i, int page) {
  switch ((i + page) % 6) {
    case 0:
      return {.id = IdOf(i), .end = 9'000 + page};
    case 1:
      return {.id = IdOf(i), .start = 900 - page};
    case 2:
      return {.id = IdOf(i), .service = "cart", .name = "Renamed", .reported = 20'000 + page};
    case 3:
      return {.id = IdOf(i), .name = "Fixed", .start = 5, .end = 6, .generation = page + 1};
    case 4:
      return {.id = IdOf(i), .generation = page + 1, .withdrawn = true};
    default:
      return {.id = IdOf(i), .start = 3'000, .end = 3'000, .count = page};
  }
}

std::vector<ReportSpec> Events() {
  std::vector<ReportSpec> reports;
  for (int i = 0; i < kEvents; ++i) {
    reports.push_back(EventNumber(i));
  }
  return reports;
}

/// Everything changes, and other events arrive among the old ones.
std::vector<ReportSpec> ChangesOfEverything(int page) {
  std::vector<ReportSpec> reports;
  for (int i = 0; i < kEvents; ++i) {
    reports.push_back(ChangeOf(i, page));
    reports.push_back({.id = fmt::format("new-{}-{}", page, i), .service = "shop", .start = 990 + i}
    );
  }
  return reports;
}

TEST_P(EventStoreContract, KeepsAChainInItsSnapshotWhileEverythingChanges) {
  Commit(Events());
  ExpectSnapshot({.order = Order::kOldestFirst, .limit = 7}, [this](int page) {
    Commit(ChangesOfEverything(page));
    clock_.Advance(20ms);
  });
}

TEST_P(EventStoreContract, KeepsAChainInItsSnapshotInTheOtherOrderToo) {
  Commit(Events());
  ExpectSnapshot({.order = Order::kNewestFirst, .limit = 7}, [this](int page) {
    Commit(ChangesOfEverything(page));
  });
}

TEST_P(EventStoreContract, KeepsAChainInItsSnapshotOverReopeningAndCompaction) {
  Commit(Events());
  ExpectSnapshot({.order = Order::kNewestFirst, .limit = 11}, [this](int page) {
    Commit(ChangesOfEverything(page));
    Compact();
    Reopen();
  });
}

TEST_P(EventStoreContract, AppliesTheFiltersOfAChainToWhatTheEventsWereThen) {
  Commit(Events());
  EventQuery query = {.order = Order::kOldestFirst, .limit = 5};
  query.filter.where.Require(OneOf(FilterField::kService, {"shop"}));
  query.filter.where.Require(OneOf(FilterField::kState, {"open", "closed"}));
  query.filter.window = {.from = 1'010, .to = 1'050};
  ExpectSnapshot(query, [this](int page) { Commit(ChangesOfEverything(page)); });
}

TEST_P(EventStoreContract, KeepsSeveralChainsInTheirOwnSnapshots) {
  Commit(Events());
  ExpectSnapshot({.order = Order::kOldestFirst, .limit = 20}, [this](int page) {
    Commit(ChangesOfEverything(page));
    ExpectSnapshot({.order = Order::kNewestFirst, .limit = 50}, [this, page](int inner) {
      Commit(ChangesOfEverything(10 * page + inner));
      Compact();
    });
  });
}

TEST_P(EventStoreContract, ScansASnapshotForAsLongAsItIsHeld) {
  Commit(Events());
  const auto scan = [this](const std::optional<Cursor>& cursor) {
    std::vector<std::string> events;
    const absl::Status status =
        store()
            .Scan(
                {.columns = ScanColumns::kWhole, .now_ms = clock_.NowMs(), .cursor = cursor},
                [&events](const EventView& event) {
                  events.push_back(Describe(event));
                  return true;
                }
            )
            .status();
    std::sort(events.begin(), events.end());
    return std::pair(status.code(), std::move(events));
  };
  const auto before = scan(std::nullopt);
  std::optional<HeldSnapshot> held = store().Hold();
  std::optional<HeldSnapshot> again = store().Hold();
  for (int change = 1; change < 4; ++change) {
    Commit(ChangesOfEverything(change));
    Compact();
    EXPECT_EQ(scan(held->cursor), before);
    again.reset();
  }
  EXPECT_NE(scan(std::nullopt), before);
  const Cursor cursor = held->cursor;
  held.reset();
  EXPECT_EQ(scan(cursor).first, absl::StatusCode::kFailedPrecondition);
}

TEST_P(EventStoreContract, FreezesNowForAChain) {
  const int64_t now_ms = clock_.NowMs();
  Commit({{.id = "a", .start = 1}, {.id = "b", .start = 2}, {.id = "c", .start = now_ms + 30}});
  EventQuery query = {.order = Order::kOldestFirst, .limit = 1};
  query.filter.window = {.from = now_ms, .to = now_ms + 10};
  const EventPage first = Page(query);
  ASSERT_TRUE(first.next);
  clock_.Advance(1'000ms);
  query.cursor = first.next;
  const EventPage second = Page(query);
  EXPECT_THAT(Ids(second.events), ElementsAre("b"));
  EXPECT_EQ(second.now_ms, now_ms);
}

TEST_P(EventStoreContract, GivesTheSamePageForTheSameCursor) {
  Commit(Events());
  EventQuery query = {.limit = 7};
  query.cursor = Page(query).next;
  const std::vector<std::string> once = Descriptions(Page(query).events);
  Commit(ChangesOfEverything(1));
  EXPECT_EQ(Descriptions(Page(query).events), once);
}

TEST_P(EventStoreContract, RefusesACursorFifteenMinutesAfterItsFirstPage) {
  Commit(Events());
  EventQuery query = {.limit = 7};
  query.cursor = Page(query).next;
  clock_.Advance(14min);
  query.cursor = Page(query).next;
  ASSERT_TRUE(query.cursor);
  EXPECT_TRUE(store().Query(query).ok());
  clock_.Advance(1min + 1ms);
  const absl::Status status = store().Query(query).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(status.ToString(), HasSubstr("older than 15 minutes"));
}

TEST_P(EventStoreContract, KeepsAChainInItsSnapshotUntilItsLastMinute) {
  Commit(Events());
  ExpectSnapshot({.limit = 7}, [this](int page) {
    Commit(ChangesOfEverything(page));
    Compact();
    clock_.Advance(1min);
  });
}

TEST_P(EventStoreContract, RefusesACursorWhoseSnapshotItDoesNotKeep) {
  Commit(Events());
  EventQuery query = {.limit = 7};
  query.cursor = Page(query).next;
  ASSERT_TRUE(query.cursor);
  query.cursor->sequence += 1'000'000;
  const absl::Status status = store().Query(query).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition) << status;
}

TEST_P(EventStoreContract, RefusesAnOldCursorAfterReopening) {
  Commit(Events());
  EventQuery query = {.limit = 7};
  query.cursor = Page(query).next;
  clock_.Advance(16min);
  Reopen();
  const absl::Status status = store().Query(query).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(status.ToString(), HasSubstr("older than 15 minutes"));
}

}  // namespace
}  // namespace tidings::testing
