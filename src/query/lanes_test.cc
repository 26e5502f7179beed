#include "query/lanes.h"

#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "event/testing/batch_builder.h"

namespace tidings::query {
namespace {

using ::testing::ElementsAre;
using testing::EventOf;
using ::testing::IsEmpty;
using testing::ReportSpec;

/// Ten buckets of a second each, from the tenth second on.
Buckets TenSeconds() {
  Buckets buckets{.step_ms = 1000, .edges = {}};
  for (int64_t edge = 10'000; edge <= 20'000; edge += 1000) {
    buckets.edges.push_back(edge);
  }
  return buckets;
}

class LanesTest : public ::testing::Test {
 protected:
  Lanes LanesOf(const std::vector<FacetField>& group, const std::vector<ReportSpec>& events) {
    LanesBuilder builder(group, buckets_);
    for (const ReportSpec& event : events) {
      builder.Add(EventOf(event).view());
    }
    return std::move(builder).Finish();
  }

  const Buckets buckets_ = TenSeconds();
};

std::vector<std::string> Described(const Lanes& lanes) {
  std::vector<std::string> described;
  for (const Lane& lane : lanes.lanes) {
    std::vector<std::string_view> ids;
    for (const Event& event : lane.spans) {
      ids.push_back(event.view().id);
    }
    described.push_back(fmt::format(
        "{}: {} ({} errors) {}",
        fmt::join(lane.key, "/"),
        lane.events,
        lane.errors,
        fmt::join(ids, ",")
    ));
  }
  return described;
}

std::vector<std::string> DescribedCells(const Lane& lane) {
  std::vector<std::string> described;
  for (const auto& [bucket, cell] : lane.cells) {
    described.push_back(fmt::format(
        "{}: {} ({}) {}..{}", bucket, cell.events, cell.errors, cell.first_id, cell.last_id
    ));
  }
  return described;
}

TEST_F(LanesTest, AreThoseOfMostErrorsFirstThenOfMostEventsThenByKey) {
  const Lanes lanes = LanesOf(
      {FilterField::kService},
      {{.id = "1", .service = "quiet", .start = 1},
       {.id = "2", .service = "busy", .start = 2},
       {.id = "3", .service = "busy", .start = 1},
       {.id = "4", .service = "broken", .type = EventType::kError, .start = 1},
       {.id = "5", .service = "another", .start = 1}}
  );
  EXPECT_THAT(
      Described(lanes),
      ElementsAre(
          "broken: 1 (1 errors) 4",
          "busy: 2 (0 errors) 3,2",
          "another: 1 (0 errors) 5",
          "quiet: 1 (0 errors) 1"
      )
  );
  EXPECT_EQ(lanes.events, 5);
  EXPECT_EQ(lanes.errors, 1);
  EXPECT_FALSE(lanes.is_dense);
}

TEST_F(LanesTest, AreMadeOfSeveralFieldsAndParameters) {
  const Lanes lanes = LanesOf(
      {FilterField::kLayer, std::string("zone")},
      {{.id = "1", .layer = "K8S", .parameters = {{"zone", std::string("a")}}, .start = 1},
       {.id = "2", .layer = "K8S", .parameters = {{"zone", int64_t{7}}}, .start = 1},
       {.id = "3", .start = 1}}
  );
  EXPECT_THAT(
      Described(lanes),
      ElementsAre("GENERAL/: 1 (0 errors) 3", "K8S/7: 1 (0 errors) 2", "K8S/a: 1 (0 errors) 1")
  );
}

TEST_F(LanesTest, DoNotMixKeysThatReadTheSameInARow) {
  const Lanes lanes = LanesOf(
      {FilterField::kService, FilterField::kInstance},
      {{.id = "1", .service = "1:a", .instance = "b", .start = 1},
       {.id = "2", .service = "1", .instance = "a1:b", .start = 1}}
  );
  EXPECT_EQ(lanes.lanes.size(), 2);
}

TEST_F(LanesTest, CountWhatBeginsInABucketAndNameItsFirstAndLast) {
  const Lanes lanes = LanesOf(
      {FilterField::kService},
      {{.id = "c", .start = 11'999},
       {.id = "b", .type = EventType::kError, .start = 11'000, .end = 19'000},
       {.id = "a", .start = 11'000},
       {.id = "ends", .end = 15'000},
       {.id = "before", .start = 9'999},
       {.id = "behind", .start = 20'000}}
  );
  EXPECT_THAT(
      DescribedCells(lanes.lanes.front()),
      ElementsAre(
          "0: 1 (0) before..before",
          "1: 3 (1) a..c",
          "5: 1 (0) ends..ends",
          "9: 1 (0) behind..behind"
      )
  );
}

TEST_F(LanesTest, HoldNoEventsWhenTheseAreTooMany) {
  std::vector<ReportSpec> events;
  for (size_t i = 0; i < kMaxLaneSpans; ++i) {
    events.push_back({.id = fmt::format("{:05}", i), .service = i % 2 == 0 ? "a" : "b", .start = 1}
    );
  }
  EXPECT_EQ(LanesOf({FilterField::kService}, events).lanes[0].spans.size(), kMaxLaneSpans / 2);

  events.push_back({.id = "more", .service = "a", .start = 1});
  const Lanes lanes = LanesOf({FilterField::kService}, events);
  EXPECT_TRUE(lanes.is_dense);
  EXPECT_EQ(lanes.events, kMaxLaneSpans + 1);
  for (const Lane& lane : lanes.lanes) {
    EXPECT_THAT(lane.spans, IsEmpty());
    EXPECT_EQ(lane.cells.at(0).events, lane.events);
  }
}

TEST_F(LanesTest, StopTakingNewLanesAtABound) {
  std::vector<ReportSpec> events;
  for (size_t i = 0; i < kMaxLanes; ++i) {
    events.push_back({.id = "x", .service = fmt::format("{}", i), .start = 1});
  }
  events.push_back({.id = "x", .service = "7", .start = 1});
  EXPECT_FALSE(LanesOf({FilterField::kService}, events).is_cut);

  events.push_back({.id = "x", .service = "one more", .start = 1});
  const Lanes lanes = LanesOf({FilterField::kService}, events);
  EXPECT_TRUE(lanes.is_cut);
  EXPECT_EQ(lanes.lanes.size(), kMaxLanes);
  EXPECT_EQ(lanes.events, kMaxLanes + 1);
}

}  // namespace
}  // namespace tidings::query
