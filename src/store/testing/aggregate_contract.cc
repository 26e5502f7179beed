#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/testing/event_store_contract.h"

/// Facets and histograms, over rows that are fresh, compacted and joined.
namespace tidings::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

AggregateResult Aggregate(const EventStore& store, const AggregateQuery& query) {
  absl::StatusOr<AggregateResult> result = store.Aggregate(query);
  EXPECT_TRUE(result.ok()) << result.status();
  return result.ok() ? *std::move(result) : AggregateResult();
}

/// Three events and a withdrawal, batch by batch.
std::vector<std::vector<ReportSpec>> SomeBatches() {
  return {
      {{.id = "a", .service = "shop", .name = "Deploy", .start = 1'000, .end = 2'500},
       {.id = "b", .service = "shop", .name = "Scale", .type = EventType::kError, .start = 2'000},
       {.id = "c", .service = "cart", .layer = "K8S", .name = "Deploy", .start = 5'000}},
      {{.id = "d", .generation = 1, .withdrawn = true}},
      {{.id = "c", .end = 5'000}}};
}

TEST_P(EventStoreContract, CountsTheValuesOfFieldsFreshAndCompacted) {
  for (const std::vector<ReportSpec>& batch : SomeBatches()) {
    Commit(batch);
  }
  for (const bool is_compacted : {false, true}) {
    if (is_compacted) {
      Compact();
    }
    const AggregateResult result = Aggregate(
        store(),
        {.fields =
             {FilterField::kService,
              FilterField::kLayer,
              FilterField::kName,
              FilterField::kType,
              FilterField::kState}}
    );
    EXPECT_EQ(result.total, (TypeCounts{3, 1}));
    EXPECT_THAT(
        result.fields[0].values, ElementsAre(ValueCount{"shop", {2, 1}}, ValueCount{"cart", {1, 0}})
    );
    EXPECT_THAT(
        result.fields[1].values,
        ElementsAre(ValueCount{"GENERAL", {2, 1}}, ValueCount{"K8S", {1, 0}})
    );
    EXPECT_THAT(
        result.fields[2].values,
        ElementsAre(ValueCount{"Deploy", {2, 0}}, ValueCount{"Scale", {1, 1}})
    );
    EXPECT_THAT(
        result.fields[3].values,
        ElementsAre(ValueCount{"Normal", {2, 0}}, ValueCount{"Error", {1, 1}})
    );
    EXPECT_THAT(
        result.fields[4].values,
        ElementsAre(
            ValueCount{"closed", {1, 0}}, ValueCount{"instant", {1, 0}}, ValueCount{"open", {1, 1}}
        )
    );
    EXPECT_THAT(result.incomplete, IsEmpty());
  }
}

TEST_P(EventStoreContract, CountsOnlyWhatTheFilterMeans) {
  for (const std::vector<ReportSpec>& batch : SomeBatches()) {
    Commit(batch);
  }
  Compact();
  AggregateQuery query = {.fields = {FilterField::kName}};
  query.filter.where = OneOf(FilterField::kService, {"shop"});
  query.filter.window = {.from = 2'600, .to = 9'000};
  const AggregateResult result = Aggregate(store(), query);
  EXPECT_THAT(result.fields[0].values, ElementsAre(ValueCount{"Scale", {1, 1}}));
  query.filter.where = OneOf(FilterField::kService, {"nobody"});
  EXPECT_EQ(Aggregate(store(), query).total, TypeCounts());
}

TEST_P(EventStoreContract, CountsStartsEndsAndActiveEventsOfEachBucket) {
  for (const std::vector<ReportSpec>& batch : SomeBatches()) {
    Commit(batch);
  }
  for (const bool is_compacted : {false, true}) {
    if (is_compacted) {
      Compact();
    }
    const AggregateResult result = Aggregate(store(), {.edges = {1'000, 2'000, 3'000, 6'000}});
    const BucketCounts first = {.started = {1, 0}, .ended = {0, 0}, .active = {1, 0}};
    const BucketCounts second = {.started = {1, 1}, .ended = {1, 0}, .active = {2, 1}};
    const BucketCounts third = {.started = {1, 0}, .ended = {1, 0}, .active = {2, 1}};
    EXPECT_THAT(result.buckets, ElementsAre(first, second, third));
  }
}

TEST_P(EventStoreContract, CountsTheValuesOfParameters) {
  Commit(
      {{.id = "a", .parameters = {{"image", std::string("v1")}}, .start = 1},
       {.id = "b", .parameters = {{"image", std::string("v2")}, {"n", int64_t{7}}}, .start = 2},
       {.id = "c", .parameters = {{"image", std::string("v2")}}, .start = 3}}
  );
  Compact();
  const AggregateResult result = Aggregate(store(), {.parameters = {"image", "n", "other"}});
  EXPECT_THAT(
      result.parameters[0].values, ElementsAre(ValueCount{"v2", {2, 0}}, ValueCount{"v1", {1, 0}})
  );
  EXPECT_THAT(result.parameters[1].values, ElementsAre(ValueCount{"7", {1, 0}}));
  EXPECT_THAT(result.parameters[2].values, IsEmpty());
}

TEST_P(EventStoreContract, RefusesWhatMeansNothing) {
  EXPECT_EQ(
      store().Aggregate({.fields = {FilterField::kMessage}}).status().code(),
      absl::StatusCode::kInvalidArgument
  );
  EXPECT_EQ(
      store().Aggregate({.edges = {5, 5}}).status().code(), absl::StatusCode::kInvalidArgument
  );
}

}  // namespace
}  // namespace tidings::testing
