// Points that are points of their job no longer, and derived events that others have changed.

#include <algorithm>
#include <functional>
#include <map>
#include <random>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "derive/flink_deriver.h"
#include "derive/testing/deriver_fixture.h"
#include "derive/testing/flink_events.h"

namespace tidings::derive {
namespace {

using std::chrono::milliseconds;
using testing::DrawEvents;
using testing::Engine;
using testing::ExpectedLines;
using testing::FlinkEvents;
using ::testing::IsEmpty;
using testing::kNow;
using testing::PointsOf;
using testing::ReportSpec;
using ::testing::SizeIs;

/// Of jobs that are sealed early.
class ChangedEventsTest : public testing::FlinkDeriverTest {
 protected:
  ChangedEventsTest() {
    options_.most_points = 16;
    options_.points_after_sealing = 8;
    Start();
  }
};

INSTANTIATE_TEST_SUITE_P(
    Engines,
    ChangedEventsTest,
    ::testing::Values(Engine::kMemory, Engine::kEmbedded),
    testing::NameOfEngine
);

/// What may become of a point that it is none of its job any more.
struct Leaving {
  std::string name;
  std::function<ReportSpec(ReportSpec point)> become;
};

std::vector<Leaving> WaysToLeave() {
  return {
      {"is withdrawn",
       [](const ReportSpec& point) {
         return ReportSpec{.id = point.id, .generation = 1, .withdrawn = true};
       }},
      {"is corrected to another name",
       [](ReportSpec point) {
         point.generation = 1;
         point.name = "Note";
         return point;
       }},
      {"is given another name by a later report",
       [](const ReportSpec& point) {
         return ReportSpec{.id = point.id, .name = "Note", .reported = kNow + 1'000'000};
       }},
      {"is corrected to another job",
       [](ReportSpec point) {
         point.generation = 1;
         point.parameters[0].second = std::string("job-2");
         return point;
       }},
      {"is given another job by a later report",
       [](const ReportSpec& point) {
         return ReportSpec{
             .id = point.id,
             .parameters = {{"job_id", std::string("job-2")}},
             .reported = kNow + 1'000'000};
       }},
      {"is corrected to tell no status", [](ReportSpec point) {
         point.generation = 1;
         point.parameters.pop_back();
         return point;
       }}};
}

TEST_P(ChangedEventsTest, APointThatLeavesItsJobLeavesItsIntervals) {
  for (const bool is_sealed : {false, true}) {
    for (const Leaving& leaving : WaysToLeave()) {
      SCOPED_TRACE(fmt::format("{}, {}", leaving.name, is_sealed ? "sealed" : "among the latest"));
      const std::string job_id = fmt::format("{} {}", leaving.name, is_sealed);
      const FlinkEvents job(job_id, "orders");
      std::vector<ReportSpec> events = {
          job.Status(kNow, "RUNNING"), job.Status(kNow + 20, "RUNNING")};
      for (int64_t i = 0; i < (is_sealed ? 60 : 4); ++i) {
        events.push_back(job.Checkpoint(kNow + 100 + i, true, i));
      }
      const ReportSpec point = job.Status(kNow + 10, "RESTARTING");
      Commit(events);
      Commit({point});
      Settle();
      clock_.Advance(milliseconds(10));
      EXPECT_THAT(LinesOf(job_id), SizeIs(4));
      Commit({leaving.become(point)});
      Settle();
      EXPECT_EQ(LinesOf(job_id), ExpectedLines(job_id, "orders", PointsOf(events)));
    }
  }
}

TEST_P(ChangedEventsTest, AJobThatNeverToldOfItsSubtasksAfterAllIsDownByItsStatuses) {
  std::vector<ReportSpec> events = {
      flink_.Status(kNow, "RUNNING"),
      flink_.Status(kNow + 10, "RESTARTING"),
      flink_.Status(kNow + 20, "RUNNING")};
  for (int64_t i = 0; i < 60; ++i) {
    events.push_back(flink_.Checkpoint(kNow + 100 + i, true, i));
  }
  const ReportSpec word = flink_.Subtasks(kNow + 1, true);
  Commit(events);
  Commit({word});
  Settle();
  EXPECT_THAT(Lines(), SizeIs(3));
  Commit({ReportSpec{.id = word.id, .generation = 1, .withdrawn = true}});
  Settle();
  EXPECT_EQ(Lines(), Expected(events));
  EXPECT_THAT(Lines(), SizeIs(4));
}

TEST_P(ChangedEventsTest, WhatOthersMakeOfADerivedEventIsPutRight) {
  const std::vector<std::pair<std::string, std::function<ReportSpec(const Event&)>>> changes = {
      {"a later report",
       [](const Event& event) {
         return ReportSpec{
             .id = std::string(event->id),
             .name = "Hijack",
             .message = "mine",
             .end = kNow + 50'000'000};
       }},
      {"a later report that keeps the name",
       [](const Event& event) {
         return ReportSpec{.id = std::string(event->id), .message = "mine", .end = kNow + 50'000};
       }},
      {"a later report that names another job",
       [](const Event& event) {
         return ReportSpec{
             .id = std::string(event->id),
             .parameters = {{"job_id", std::string("job-3")}},
             .end = kNow + 50'000};
       }},
      {"a withdrawal",
       [](const Event& event) {
         return ReportSpec{
             .id = std::string(event->id), .generation = event->generation + 1, .withdrawn = true};
       }},
      {"a correction", [](const Event& event) {
         return ReportSpec{
             .id = std::string(event->id),
             .name = "JobStatus",
             .start = event->start,
             .end = event->start + 1,
             .generation = event->generation + 1};
       }}};
  Commit({FlinkEvents("job-3", "orders").Status(kNow, "RUNNING")});
  for (const bool is_sealed : {false, true}) {
    for (const auto& [change, make] : changes) {
      SCOPED_TRACE(fmt::format("{}, {}", change, is_sealed ? "sealed" : "among the latest"));
      const std::string job_id = fmt::format("{} {}", change, is_sealed);
      const FlinkEvents job(job_id, "orders");
      std::vector<ReportSpec> events = {
          job.Status(kNow, "RUNNING"),
          job.Status(kNow + 10, "RESTARTING"),
          job.Status(kNow + 20, "RUNNING")};
      for (int64_t i = 0; i < (is_sealed ? 60 : 4); ++i) {
        events.push_back(job.Checkpoint(kNow + 100 + i, true, i));
      }
      Commit(events);
      Settle();
      const std::vector<std::string> expected = ExpectedLines(job_id, "orders", PointsOf(events));
      ASSERT_EQ(LinesOf(job_id), expected);
      std::vector<ReportSpec> reports;
      for (const Event& event : Derived()) {
        if (ParameterText(event.view(), "job_id") == job_id) {
          reports.push_back(make(event));
        }
      }
      clock_.Advance(milliseconds(10));
      Commit(reports);
      Settle();
      EXPECT_EQ(LinesOf(job_id), expected);
      const uint64_t last = store_->LastSequence();
      Settle();
      Settle();
      EXPECT_EQ(store_->LastSequence(), last) << "it does not answer itself";
    }
  }
}

TEST_P(ChangedEventsTest, AJobThatIsMadeAnewDoesNotAnswerItself) {
  std::vector<ReportSpec> events;
  for (int64_t i = 0; i < 60; ++i) {
    events.push_back(flink_.Status(kNow + i * 10, i % 2 == 0 ? "RUNNING" : "RESTARTING"));
  }
  Commit(events);
  Settle();
  events.push_back(flink_.Status(kNow + 15, "FAILING"));
  Commit({events.back()});
  Settle();
  EXPECT_EQ(Lines(), Expected(events));
  const uint64_t last = store_->LastSequence();
  Turn();
  ASSERT_TRUE(deriver_->Save().ok());
  const absl::StatusOr<DeriveState> state = ReadStateFile(options_.state_path);
  ASSERT_TRUE(state.ok()) << state.status();
  EXPECT_FALSE(state->jobs.at("job-1").is_stale);
  EXPECT_FALSE(state->jobs.at("job-1").waiting);
  EXPECT_EQ(store_->LastSequence(), last);
}

TEST_P(ChangedEventsTest, AJobWithoutAStatusIsKnownAsLongAsItHasDerivedEvents) {
  const std::vector<ReportSpec> events = {
      flink_.Checkpoint(kNow, false, 1),
      flink_.Checkpoint(kNow + 10, false, 2),
      flink_.Checkpoint(kNow + 20, true, 3)};
  Commit(events);
  Settle();
  EXPECT_THAT(Lines(), SizeIs(1));
  clock_.Advance(std::chrono::hours(3));
  Turn();
  Commit({ReportSpec{.id = events[0].id, .generation = 1, .withdrawn = true}});
  Settle();
  EXPECT_THAT(Lines(), IsEmpty());
}

TEST_P(ChangedEventsTest, OnlyThePointsThatAreLeftCount) {
  for (uint64_t seed = 0; seed < (GetParam() == Engine::kMemory ? 40 : 4); ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    std::mt19937_64 random(seed);
    const std::string job_id = fmt::format("job {}", seed);
    const FlinkEvents job(job_id, "orders");
    std::map<std::string, ReportSpec> left;
    for (const ReportSpec& event : DrawEvents(random, job, 10 + random() % 60)) {
      left.insert_or_assign(event.id, event);
    }
    std::vector<ReportSpec> reports;
    for (const auto& [id, event] : left) {
      reports.push_back(event);
    }
    std::shuffle(reports.begin(), reports.end(), random);
    const std::vector<Leaving> ways = WaysToLeave();
    for (const ReportSpec& report : reports) {
      Commit({report});
      clock_.Advance(milliseconds(1 + random() % 500));
      if (random() % 3 == 0) {
        Turn();
      }
      if (random() % 5 == 0) {
        const ReportSpec& leaver = reports[random() % reports.size()];
        // All but the last, which is for statuses only.
        Commit({ways[random() % (ways.size() - 1)].become(leaver)});
        left.erase(leaver.id);
      }
      if (random() % 20 == 0) {
        Start();
      }
    }
    Settle();
    Settle();
    std::vector<ReportSpec> rest;
    for (const auto& [id, event] : left) {
      rest.push_back(event);
    }
    EXPECT_EQ(LinesOf(job_id), ExpectedLines(job_id, "orders", PointsOf(rest)));
  }
}

}  // namespace
}  // namespace tidings::derive
