#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/testing/event_store_contract.h"

/// Lanes: events side by side, over rows that are fresh, compacted and joined.
namespace tidings::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using std::chrono_literals::operator""min;

/// Ten buckets of a second each, from the tenth second on.
std::vector<int64_t> TenSeconds() {
  std::vector<int64_t> edges;
  for (int64_t edge = 10'000; edge <= 20'000; edge += 1000) {
    edges.push_back(edge);
  }
  return edges;
}

LanesQuery By(std::vector<FacetField> group) {
  return {.group = std::move(group), .edges = TenSeconds(), .now_ms = 1'700'000'000'000};
}

LanesPage LanesOf(const EventStore& store, const LanesQuery& query) {
  absl::StatusOr<LanesPage> page = store.Lanes(query);
  EXPECT_TRUE(page.ok()) << page.status();
  return page.ok() ? *std::move(page) : LanesPage();
}

TEST_P(EventStoreContract, RanksLanesByErrorsThenByEventsThenByKey) {
  Commit({{.id = "1", .service = "quiet", .start = 1}, {.id = "2", .service = "busy", .start = 2}});
  Commit(
      {{.id = "3", .service = "busy", .start = 1},
       {.id = "4", .service = "broken", .type = EventType::kError, .start = 1},
       {.id = "5", .service = "another", .start = 1}}
  );
  for (const bool is_compacted : {false, true}) {
    if (is_compacted) {
      Compact();
    }
    const LanesPage page = LanesOf(store(), By({FilterField::kService}));
    EXPECT_THAT(
        Described(page),
        ElementsAre(
            "broken: 1 (1 errors) 4",
            "busy: 2 (0 errors) 3 2",
            "another: 1 (0 errors) 5",
            "quiet: 1 (0 errors) 1"
        )
    );
    EXPECT_EQ(page.total, (TypeCounts{5, 1}));
    EXPECT_FALSE(page.is_dense);
    EXPECT_FALSE(page.next);
  }
}

TEST_P(EventStoreContract, MakesLanesOfSeveralFieldsAndParameters) {
  Commit(
      {{.id = "1", .layer = "K8S", .parameters = {{"zone", std::string("a")}}, .start = 1},
       {.id = "2", .layer = "K8S", .parameters = {{"zone", int64_t{7}}}, .start = 1},
       {.id = "3", .start = 1}}
  );
  EXPECT_THAT(
      Described(LanesOf(store(), By({FilterField::kLayer, std::string("zone")}))),
      ElementsAre("GENERAL/: 1 (0 errors) 3", "K8S/7: 1 (0 errors) 2", "K8S/a: 1 (0 errors) 1")
  );
}

TEST_P(EventStoreContract, KeepsLanesApartWhoseKeysReadTheSameInARow) {
  Commit(
      {{.id = "1", .service = "1:a", .instance = "b", .start = 1},
       {.id = "2", .service = "1", .instance = "a1:b", .start = 1}}
  );
  const LanesQuery query = By({FilterField::kService, FilterField::kInstance});
  EXPECT_EQ(LanesOf(store(), query).distinct, 2);
}

TEST_P(EventStoreContract, CountsWhatBeginsInABucketAndNamesItsFirstAndLast) {
  Commit({{.id = "c", .start = 11'999}, {.id = "d", .start = 11'999}, {.id = "a", .start = 11'000}}
  );
  Commit(
      {{.id = "b", .type = EventType::kError, .start = 11'000, .end = 19'000},
       {.id = "ends", .end = 15'000},
       {.id = "before", .start = 9'999},
       {.id = "behind", .start = 20'000}}
  );
  LanesQuery query = By({FilterField::kService});
  query.max_spans = 6;
  for (const bool is_compacted : {false, true}) {
    if (is_compacted) {
      Compact();
    }
    EXPECT_THAT(
        Described(LanesOf(store(), query)),
        ElementsAre(": 7 (1 errors) [0: 1 (0) before..before] [1: 4 (1) a..d] "
                    "[5: 1 (0) ends..ends] [9: 1 (0) behind..behind]")
    );
  }
}

TEST_P(EventStoreContract, HoldsTheEventsOfLanesWhileTheseAreFew) {
  std::vector<ReportSpec> reports;
  for (size_t i = 0; i < kMaxLaneSpans; ++i) {
    reports.push_back({.id = fmt::format("{:05}", i), .service = i % 2 == 0 ? "a" : "b", .start = 1}
    );
  }
  Commit(reports);
  const LanesQuery query = By({FilterField::kService});
  EXPECT_THAT(LanesOf(store(), query).lanes.front().spans, SizeIs(kMaxLaneSpans / 2));

  CommitOne({.id = "more", .service = "a", .start = 1});
  const LanesPage page = LanesOf(store(), query);
  EXPECT_TRUE(page.is_dense);
  EXPECT_EQ(page.total.events, kMaxLaneSpans + 1);
  for (const Lane& lane : page.lanes) {
    EXPECT_THAT(lane.spans, IsEmpty());
    EXPECT_EQ(lane.cells.front().counts, lane.counts);
  }
}

TEST_P(EventStoreContract, LeavesOutLanesAndCellsAboveABoundAndTells) {
  Commit(
      {{.id = "1", .service = "a", .start = 10'000},
       {.id = "2", .service = "b", .start = 10'000},
       {.id = "3", .service = "a", .start = 11'000}}
  );
  LanesQuery query = By({FilterField::kService});
  query.max_lanes = 2;
  query.max_cells = 3;
  EXPECT_THAT(LanesOf(store(), query).incomplete, IsEmpty());

  CommitOne({.id = "4", .service = "c", .start = 1});
  CommitOne({.id = "5", .service = "b", .start = 12'000});
  const LanesPage page = LanesOf(store(), query);
  EXPECT_EQ(page.distinct, 2);
  EXPECT_EQ(page.total.events, 3);
  ASSERT_THAT(page.incomplete, SizeIs(1));
  EXPECT_EQ(page.incomplete[0].reason, Incompleteness::Reason::kMemory);
}

TEST_P(EventStoreContract, KeepsTheSnapshotOfAChainOfLanes) {
  for (int lane = 0; lane < 4; ++lane) {
    for (int event = lane; event < 5; ++event) {
      CommitOne(
          {.id = fmt::format("{}-{}", lane, event), .service = fmt::format("s{}", lane), .start = 1}
      );
    }
  }
  LanesQuery query = By({FilterField::kService});
  query.limit = 3;
  query.cursor = LanesOf(store(), query).next;
  ASSERT_TRUE(query.cursor);
  for (int change = 1; change < 4; ++change) {
    CommitOne({.id = "3-3", .service = "s3", .type = EventType::kError, .end = change});
    CommitOne({.id = fmt::format("new-{}", change), .service = "s3", .start = 1});
    Compact();
    Reopen();
    clock_.Advance(4min);
    const LanesPage last = LanesOf(store(), query);
    EXPECT_THAT(Described(last), ElementsAre("s3: 2 (0 errors) 3-3 3-4"));
    EXPECT_EQ(last.distinct, 4);
    EXPECT_FALSE(last.next);
  }
  clock_.Advance(4min);
  EXPECT_EQ(store().Lanes(query).status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_P(EventStoreContract, RefusesLanesThatMeanNothing) {
  LanesQuery reversed = By({FilterField::kService});
  reversed.filter.window = {.from = 2, .to = 1};
  LanesQuery without_time = By({FilterField::kService});
  without_time.edges = {5};
  const LanesQuery too_many =
      By({FilterField::kService, FilterField::kName, FilterField::kLayer, FilterField::kInstance});
  for (const LanesQuery& query : {reversed, without_time, too_many, By({FilterField::kType})}) {
    EXPECT_EQ(store().Lanes(query).status().code(), absl::StatusCode::kInvalidArgument);
  }
}

}  // namespace
}  // namespace tidings::testing
