#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <random>
#include <rapidcheck.h>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "event/interval.h"
#include "event/join.h"
#include "event/testing/expression_generator.h"
#include "event/testing/report_generator.h"
#include "store/event_counter.h"
#include "store/testing/event_store_contract.h"

/// Any sequence of commits, queries, reopenings and compactions gives what joining all reports in
/// memory gives (store.md, law 2).
namespace tidings::testing {
namespace {

constexpr size_t kWholeFeed = 10'000;
constexpr int kRounds = 12;
constexpr int kSteps = 70;
constexpr int64_t kFirstTimeMs = 1'699'999'999'990;

/// With what stands outside the law, which is exact when commits follow each other.
std::string DescribeRow(const EventView& event) {
  return fmt::format(
      "{} received {}..{}", Describe(event), event.received_first, event.received_last
  );
}

/// All reports of each id, joined: no snapshots, no rows, no files.
class Model {
 public:
  Outcome Join(const EventView& report) {
    const auto found = events_.find(std::string(report.id));
    if (found == events_.end()) {
      events_.emplace(report.id, Event(report));
      return Outcome::kNew;
    }
    Arena arena;
    const JoinResult joined = tidings::Join(found->second.view(), report, arena);
    found->second = Event(joined.event);
    return joined.outcome;
  }

  std::string Get(const std::string& id) const {
    const auto found = events_.find(id);
    return found == events_.end() ? "nothing" : DescribeRow(found->second.view());
  }

  AggregateResult Aggregate(const AggregateQuery& query) const {
    EventCounter counter(query, *query.now_ms);
    for (const auto& [id, event] : events_) {
      if (Matches(query.filter, event.view(), *query.now_ms)) {
        counter.Add(event.view());
      }
    }
    return counter.Finish();
  }

  /// All lanes, of at most `query.max_spans` events in all or dense.
  LanesPage Lanes(const LanesQuery& query) const {
    LanesPage page;
    std::map<std::vector<std::string>, std::map<std::pair<int64_t, std::string>, const Event*>>
        lanes;
    for (const auto& [id, event] : events_) {
      if (Matches(query.filter, event.view(), query.now_ms)) {
        std::vector<std::string> key;
        for (const FacetField& field : query.group) {
          key.push_back(ValueOf(event.view(), field));
        }
        lanes[key].emplace(std::pair(OrderTime(event.view()), id), &event);
        ++page.total.events;
      }
    }
    page.is_dense = page.total.events > query.max_spans;
    for (const auto& [key, events] : lanes) {
      Lane& lane = page.lanes.emplace_back(Lane{.key = key});
      for (const auto& [place, event] : events) {
        const TypeCounts one = {1, (*event)->type == EventType::kError ? 1U : 0U};
        lane.counts += one;
        if (!page.is_dense) {
          lane.spans.emplace_back(event->view());
          continue;
        }
        size_t bucket = 0;
        while (bucket + 2 < query.edges.size() && place.first >= query.edges[bucket + 1]) {
          ++bucket;
        }
        if (lane.cells.empty() || lane.cells.back().bucket != bucket) {
          lane.cells.push_back({.bucket = bucket, .first_id = place.second});
        }
        lane.cells.back().counts += one;
        lane.cells.back().last_id = place.second;
      }
    }
    std::stable_sort(page.lanes.begin(), page.lanes.end(), [](const Lane& a, const Lane& b) {
      return std::pair(b.counts.errors, b.counts.events) <
             std::pair(a.counts.errors, a.counts.events);
    });
    return page;
  }

  std::vector<std::string> Query(const EventQuery& query, int64_t now_ms) const {
    std::map<std::pair<int64_t, std::string>, std::string> ordered;
    for (const auto& [id, event] : events_) {
      if (Matches(query.filter, event.view(), now_ms)) {
        ordered.emplace(std::pair(OrderTime(event.view()), id), DescribeRow(event.view()));
      }
    }
    std::vector<std::string> rows;
    for (auto& [place, row] : ordered) {
      rows.push_back(std::move(row));
    }
    if (query.order == Order::kNewestFirst) {
      std::reverse(rows.begin(), rows.end());
    }
    return rows;
  }

 private:
  std::map<std::string, Event> events_;
};

/// One store and the model beside it, through a sequence of random steps that a seed fixes.
class Round {
 public:
  Round(const StoreFactory& factory, uint64_t seed)
      : under_test_(factory.make(clock_)), random_(seed), reports_(seed) {
    for (int i = 0; i < 12; ++i) {
      ids_.push_back(fmt::format("event-{}", i));
    }
  }

  void Step() {
    switch (Pick(15)) {
      case 0:
        return under_test_->Reopen();
      case 1:
        return under_test_->Compact();
      case 2:
        return clock_.Advance(std::chrono::milliseconds(Pick(5)));
      case 3:
      case 4:
        return CheckGet();
      case 5:
      case 6:
        return CheckQuery();
      case 7:
        return BeginChain();
      case 8:
        return ContinueChain();
      case 9:
        return CheckScan();
      case 10:
        return CheckAggregate();
      case 11:
        return CheckLanes();
      default:
        return CommitBatch();
    }
  }

 private:
  struct OpenChain {
    EventQuery query;
    /// What is still to come.
    std::vector<std::string> expected;
  };

  /// 0 .. bound - 1.
  int Pick(int bound) { return std::uniform_int_distribution<int>(0, bound - 1)(random_); }

  ReportSpec DrawReport() {
    constexpr int kSize = 30;
    return ValidReport({.ids = ids_, .first_time_ms = kFirstTimeMs})(reports_.split(), kSize)
        .value();
  }

  void CommitBatch() {
    BatchBuilder builder(clock_.NowMs());
    const int count = 1 + Pick(6);
    for (int i = 0; i < count; ++i) {
      builder.Add(DrawReport());
    }
    ReportBatch batch = builder.Build();
    std::vector<Outcome> expected;
    std::set<std::string> changed;
    for (const Report& report : batch.reports) {
      const Outcome outcome = model_.Join(ViewOf(report, batch));
      expected.push_back(outcome);
      if (outcome == Outcome::kNew || outcome == Outcome::kJoined) {
        changed.emplace(report.id);
      }
    }
    const uint64_t position = store().Stats().last_sequence;
    const absl::StatusOr<CommitResult> result = CommitAndWait(store(), std::move(batch));
    ASSERT_TRUE(result.ok()) << result.status();
    EXPECT_EQ(result->outcomes, expected);
    CheckFeed(position, changed);
  }

  void CheckFeed(uint64_t position, const std::set<std::string>& changed) {
    const absl::StatusOr<std::vector<FeedItem>> items = store().ReadFeed(position, kWholeFeed);
    ASSERT_TRUE(items.ok()) << items.status();
    std::set<std::string> told;
    for (const FeedItem& item : *items) {
      told.emplace(item.event->id);
      EXPECT_EQ(DescribeRow(item.event.view()), model_.Get(std::string(item.event->id)));
    }
    EXPECT_EQ(told, changed);
    EXPECT_EQ(items->size(), changed.size());
  }

  void CheckGet() {
    const std::string& id = ids_[static_cast<size_t>(Pick(static_cast<int>(ids_.size())))];
    const absl::StatusOr<std::optional<Event>> event = store().Get(id);
    ASSERT_TRUE(event.ok()) << event.status();
    EXPECT_EQ(*event ? DescribeRow((*event)->view()) : "nothing", model_.Get(id));
  }

  EventQuery DrawQuery() {
    EventQuery query;
    query.order = Pick(2) == 0 ? Order::kNewestFirst : Order::kOldestFirst;
    if (Pick(2) == 0) {
      query.filter.window.from = kFirstTimeMs + Pick(12);
      query.filter.window.to = query.filter.window.from + Pick(8);
    }
    if (Pick(4) > 0) {
      query.filter.where = DrawExpression(random_, {.ids = ids_, .first_time_ms = kFirstTimeMs});
    }
    return query;
  }

  void CheckQuery() {
    EventQuery query = DrawQuery();
    std::vector<std::string> expected = model_.Query(query, clock_.NowMs());
    query.offset = static_cast<size_t>(Pick(4));
    query.limit = 1 + static_cast<size_t>(Pick(12));
    query.wants_cursor = false;
    const size_t first = std::min(query.offset, expected.size());
    expected.erase(expected.begin(), expected.begin() + static_cast<ptrdiff_t>(first));
    expected.resize(std::min(query.limit, expected.size()));
    EXPECT_EQ(ReadPage(query).first, expected);
  }

  void CheckAggregate() {
    const int64_t first = kFirstTimeMs + Pick(10);
    const AggregateQuery query = {
        .filter = DrawQuery().filter,
        .fields = {FilterField::kService, FilterField::kName, FilterField::kState},
        .edges = {first, first + 3, first + 6, first + 20},
        .now_ms = clock_.NowMs()};
    const AggregateResult expected = model_.Aggregate(query);
    const absl::StatusOr<AggregateResult> result = store().Aggregate(query);
    ASSERT_TRUE(result.ok()) << result.status();
    EXPECT_EQ(result->total, expected.total);
    EXPECT_EQ(result->fields, expected.fields);
    EXPECT_EQ(result->buckets, expected.buckets);
  }

  /// The pages of a chain of lanes, put together, are what the model tells of the chain's
  /// beginning.
  void CheckLanes() {
    const std::vector<std::vector<FacetField>> groups = {
        {FilterField::kService},
        {FilterField::kLayer, FilterField::kName},
        {FilterField::kInstance, FilterField::kEndpoint, FilterField::kService},
        {FilterField::kName, std::string("k")},
        {}};
    const int64_t first = kFirstTimeMs + Pick(10);
    LanesQuery query = {
        .filter = DrawQuery().filter,
        .group = groups[static_cast<size_t>(Pick(static_cast<int>(groups.size())))],
        .edges = {first, first + 2, first + 3, first + 9},
        .limit = 1 + static_cast<size_t>(Pick(4)),
        .max_spans = static_cast<size_t>(Pick(8)),
        .now_ms = clock_.NowMs()};
    const LanesPage expected = model_.Lanes(query);
    std::vector<std::string> lanes;
    for (bool goes_on = true; goes_on;) {
      const absl::StatusOr<LanesPage> page = store().Lanes(query);
      ASSERT_TRUE(page.ok()) << page.status();
      EXPECT_EQ(page->total.events, expected.total.events);
      EXPECT_EQ(page->distinct, expected.lanes.size());
      for (std::string& lane : Described(*page)) {
        lanes.push_back(std::move(lane));
      }
      goes_on = page->next.has_value();
      query.cursor = page->next;
    }
    EXPECT_EQ(lanes, Described(expected));
  }

  /// A scan and the pages of a query find the same.
  void CheckScan() {
    const EventQuery query = DrawQuery();
    const std::vector<std::string> listed = model_.Query(query, clock_.NowMs());
    std::multiset<std::string> scanned;
    const absl::StatusOr<ScanEnd> end = store().Scan(
        {.filter = query.filter, .columns = ScanColumns::kWhole, .now_ms = clock_.NowMs()},
        [&scanned](const EventView& event) {
          scanned.insert(DescribeRow(event));
          return true;
        }
    );
    ASSERT_TRUE(end.ok()) << end.status();
    EXPECT_TRUE(end->incomplete.empty());
    EXPECT_EQ(scanned, std::multiset<std::string>(listed.begin(), listed.end()));
  }

  void BeginChain() {
    OpenChain chain = {.query = DrawQuery()};
    chain.query.limit = 1 + static_cast<size_t>(Pick(4));
    chain.expected = model_.Query(chain.query, clock_.NowMs());
    chains_.push_back(std::move(chain));
    ReadNext(chains_.size() - 1);
  }

  void ContinueChain() {
    if (!chains_.empty()) {
      ReadNext(static_cast<size_t>(Pick(static_cast<int>(chains_.size()))));
    }
  }

  void ReadNext(size_t index) {
    OpenChain& chain = chains_[index];
    auto [rows, next] = ReadPage(chain.query);
    const size_t count = std::min(chain.query.limit, chain.expected.size());
    const auto end = chain.expected.begin() + static_cast<ptrdiff_t>(count);
    EXPECT_EQ(rows, std::vector<std::string>(chain.expected.begin(), end));
    chain.expected.erase(chain.expected.begin(), end);
    EXPECT_EQ(next.has_value(), !chain.expected.empty());
    if (!next) {
      chains_.erase(chains_.begin() + static_cast<ptrdiff_t>(index));
      return;
    }
    chain.query.cursor = std::move(next);
  }

  std::pair<std::vector<std::string>, std::optional<Cursor>> ReadPage(const EventQuery& query) {
    const absl::StatusOr<EventPage> page = store().Query(query);
    EXPECT_TRUE(page.ok()) << page.status();
    std::vector<std::string> rows;
    if (!page.ok()) {
      return {rows, std::nullopt};
    }
    for (const Event& event : page->events) {
      rows.push_back(DescribeRow(event.view()));
    }
    return {rows, page->next};
  }

  EventStore& store() { return under_test_->store(); }

  ManualClock clock_{kFirstTimeMs + 5};
  std::unique_ptr<StoreUnderTest> under_test_;
  std::mt19937_64 random_;
  rc::Random reports_;
  std::vector<std::string> ids_;
  Model model_;
  std::vector<OpenChain> chains_;
};

/// Another sequence with --gtest_random_seed=SEED; a failure prints its seed.
TEST_P(EventStoreContract, EqualsTheJoinOfAllReportsInMemory) {
  const auto base = static_cast<uint64_t>(GTEST_FLAG_GET(random_seed));
  for (uint64_t number = 0; number < kRounds; ++number) {
    Round round(GetParam(), base * kRounds + number);
    for (int step = 0; step < kSteps; ++step) {
      SCOPED_TRACE(fmt::format("seed {}, round {}, step {}", base, number, step));
      round.Step();
      if (HasFailure()) {
        return;
      }
    }
  }
}

}  // namespace
}  // namespace tidings::testing
