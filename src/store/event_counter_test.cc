#include "store/event_counter.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "event/join.h"
#include "event/testing/batch_builder.h"

namespace tidings {
namespace {

using ::testing::ElementsAre;
using testing::EventOf;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr int64_t kNow = 1'000;

BucketCounts Counts(uint64_t started, uint64_t ended, uint64_t active) {
  return {.started = {started, 0}, .ended = {ended, 0}, .active = {active, 0}};
}

TEST(EventCounterTest, CountsStartsEndsAndWhatIsActiveInEachBucket) {
  const AggregateQuery query = {.edges = {0, 10, 20, 30}};
  EventCounter counter(query, kNow);
  counter.Add(EventOf({.id = "a", .start = 5, .end = 25}).view());
  counter.Add(EventOf({.id = "b", .start = 10, .end = 10}).view());
  counter.Add(EventOf({.id = "c", .end = 29}).view());
  EXPECT_THAT(
      counter.Finish().buckets, ElementsAre(Counts(1, 0, 1), Counts(1, 1, 2), Counts(0, 2, 2))
  );
}

TEST(EventCounterTest, CountsWhatReachesOverTheEdgesAsActive) {
  const AggregateQuery query = {.edges = {100, 110, 120}};
  EventCounter counter(query, kNow);
  counter.Add(EventOf({.id = "before", .start = 5, .end = 99}).view());
  counter.Add(EventOf({.id = "through", .start = 5, .end = 500}).view());
  counter.Add(EventOf({.id = "open", .start = 115}).view());
  counter.Add(EventOf({.id = "behind", .start = 120, .end = 121}).view());
  EXPECT_THAT(counter.Finish().buckets, ElementsAre(Counts(0, 0, 1), Counts(1, 0, 2)));
}

TEST(EventCounterTest, CountsAContradictoryEventWhereItSaysItStartsAndEnds) {
  const AggregateQuery query = {.edges = {0, 10, 20}};
  EventCounter counter(query, kNow);
  const Event start = EventOf({.id = "a", .start = 15});
  const Event earlier_end = EventOf({.id = "a", .end = 5});
  Arena arena;
  counter.Add(Join(start.view(), earlier_end.view(), arena).event);
  EXPECT_THAT(counter.Finish().buckets, ElementsAre(Counts(0, 1, 1), Counts(1, 0, 1)));
}

TEST(EventCounterTest, TakesBucketsOfDifferentLengths) {
  const AggregateQuery query = {.edges = {0, 10, 100}};
  EventCounter counter(query, kNow);
  for (const int64_t time : {1, 9, 10, 99, 100}) {
    counter.Add(EventOf({.id = "a", .start = time, .end = time}).view());
  }
  EXPECT_THAT(counter.Finish().buckets, ElementsAre(Counts(2, 2, 2), Counts(2, 2, 2)));
}

TEST(EventCounterTest, FindsTheBucketOfEveryInstantWhateverTheStep) {
  for (const int64_t step : {1, 3, 7, 1'000, 86'400'000}) {
    AggregateQuery query;
    for (int64_t i = 0; i <= 50; ++i) {
      query.edges.push_back(1'700'000'000'000 + i * step);
    }
    for (int64_t i = 0; i < 50; ++i) {
      EventCounter counter(query, kNow);
      const int64_t first = query.edges[static_cast<size_t>(i)];
      counter.Add(EventOf({.id = "a", .start = first, .end = first + step - 1}).view());
      EXPECT_EQ(counter.Finish().buckets[static_cast<size_t>(i)], Counts(1, 1, 1));
    }
  }
}

TEST(EventCounterTest, TakesAFirstAndALastBucketThatAreCutOff) {
  const AggregateQuery query = {.edges = {7, 10, 20, 30, 31}};
  EventCounter counter(query, kNow);
  for (const int64_t time : {6, 7, 9, 10, 19, 20, 29, 30, 31}) {
    counter.Add(EventOf({.id = "a", .start = time, .end = time}).view());
  }
  EXPECT_THAT(
      counter.Finish().buckets,
      ElementsAre(Counts(2, 2, 2), Counts(2, 2, 2), Counts(2, 2, 2), Counts(1, 1, 1))
  );
}

TEST(EventCounterTest, OrdersValuesByEventsThenByText) {
  const AggregateQuery query = {.fields = {FilterField::kName, FilterField::kLayer}};
  EventCounter counter(query, kNow);
  for (const char* const name : {"b", "a", "c", "c"}) {
    counter.Add(EventOf({.id = "x", .name = name, .type = EventType::kError, .start = 1}).view());
  }
  const AggregateResult result = counter.Finish();
  EXPECT_THAT(
      result.fields[0].values,
      ElementsAre(ValueCount{"c", {2, 2}}, ValueCount{"a", {1, 1}}, ValueCount{"b", {1, 1}})
  );
  EXPECT_THAT(result.fields[1].values, ElementsAre(ValueCount{"GENERAL", {4, 4}}));
  EXPECT_EQ(result.total, (TypeCounts{4, 4}));
}

TEST(EventCounterTest, GivesTheFirstValuesAndTellsHowManyThereAre) {
  const AggregateQuery query = {.fields = {FilterField::kName}, .top = 1};
  EventCounter counter(query, kNow);
  for (const char* const name : {"b", "a", "c", "c"}) {
    counter.Add(EventOf({.id = "x", .name = name, .start = 1}).view());
  }
  const AggregateResult result = counter.Finish();
  EXPECT_EQ(result.fields[0].distinct, 3U);
  EXPECT_THAT(result.fields[0].values, ElementsAre(ValueCount{"c", {2, 0}}));
}

TEST(EventCounterTest, GivesOnlyValuesWithThePrefix) {
  const AggregateQuery query = {.fields = {FilterField::kName}, .prefix = "De"};
  EventCounter counter(query, kNow);
  for (const char* const name : {"Deploy", "Scale"}) {
    counter.Add(EventOf({.id = "x", .name = name, .start = 1}).view());
  }
  const AggregateResult result = counter.Finish();
  EXPECT_EQ(result.fields[0].distinct, 1U);
  EXPECT_THAT(result.fields[0].values, ElementsAre(ValueCount{"Deploy", {1, 0}}));
  EXPECT_EQ(result.total.events, 2U);
}

TEST(EventCounterTest, CountsParametersByTheirTextWhereTheyAre) {
  const AggregateQuery query = {.parameters = {"attempt"}};
  EventCounter counter(query, kNow);
  counter.Add(EventOf({.id = "a", .parameters = {{"attempt", int64_t{2}}}, .start = 1}).view());
  counter.Add(EventOf({.id = "b", .parameters = {{"attempt", std::string("2")}}}).view());
  counter.Add(EventOf({.id = "c", .parameters = {{"other", true}}}).view());
  EXPECT_THAT(counter.Finish().parameters[0].values, ElementsAre(ValueCount{"2", {2, 0}}));
}

TEST(EventCounterTest, LeavesOutValuesAboveItsMemoryAndTellsSo) {
  const AggregateQuery query = {.fields = {FilterField::kName}, .max_bytes = 150};
  EventCounter counter(query, kNow);
  for (const char* const name : {"a", "b", "c", "a"}) {
    counter.Add(EventOf({.id = "x", .name = name, .start = 1}).view());
  }
  const AggregateResult result = counter.Finish();
  EXPECT_THAT(
      result.fields[0].values, ElementsAre(ValueCount{"a", {2, 0}}, ValueCount{"b", {1, 0}})
  );
  EXPECT_EQ(result.total.events, 4);
  ASSERT_THAT(result.incomplete, SizeIs(1));
  EXPECT_EQ(result.incomplete[0].reason, Incompleteness::Reason::kMemory);
}

TEST(EventCounterTest, RefusesQueriesThatMeanNothing) {
  EXPECT_TRUE(CheckAggregateQuery({}).ok());
  EXPECT_TRUE(CheckAggregateQuery({.edges = {1, 2}}).ok());
  EXPECT_FALSE(CheckAggregateQuery({.edges = {1}}).ok());
  EXPECT_FALSE(CheckAggregateQuery({.edges = {1, 1}}).ok());
  EXPECT_FALSE(CheckAggregateQuery({.fields = {FilterField::kId}}).ok());
}

}  // namespace
}  // namespace tidings
