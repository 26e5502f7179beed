// The rules of intervals, and that the order of points does not count.

#include "derive/flink_job.h"

#include <algorithm>
#include <iterator>
#include <random>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "derive/derive_state.h"
#include "derive/testing/flink_events.h"

namespace tidings::derive {
namespace {

using testing::DerivedLines;
using testing::DrawEvents;
using ::testing::ElementsAre;
using testing::ExpectedLines;
using testing::FlinkEvents;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::PointOf;
using testing::PointsOf;
using testing::ReportSpec;
using ::testing::StartsWith;

/// The intervals that points make, as `kind status start..end`, oldest first.
std::vector<std::string> IntervalsOf(const std::vector<ReportSpec>& events) {
  std::vector<std::string> lines = ExpectedLines("job-1", "orders", PointsOf(events));
  for (std::string& line : lines) {
    line.erase(line.find(" restarts="));
  }
  return lines;
}

/// Only those of one kind, whole.
std::vector<std::string> OfKind(std::string_view kind, const std::vector<ReportSpec>& events) {
  std::vector<std::string> lines = ExpectedLines("job-1", "orders", PointsOf(events));
  std::erase_if(lines, [kind](const std::string& line) { return !line.starts_with(kind); });
  return lines;
}

class FlinkJobTest : public ::testing::Test {
 protected:
  FlinkEvents flink_;
};

TEST_F(FlinkJobTest, AStatusLastsFromItsPointToTheNext) {
  EXPECT_THAT(
      IntervalsOf({flink_.Status(100, "CREATED"), flink_.Status(150, "RUNNING")}),
      ElementsAre("JobStatus CREATED 100..150", "JobStatus RUNNING 150..")
  );
}

TEST_F(FlinkJobTest, ATerminalStatusIsAnInstantThatEndsTheOneBefore) {
  EXPECT_THAT(
      IntervalsOf({flink_.Status(100, "RUNNING"), flink_.Status(200, "FINISHED")}),
      ElementsAre("JobStatus RUNNING 100..200", "JobStatus FINISHED 200..200")
  );
}

TEST_F(FlinkJobTest, AJobMayGoOnAfterATerminalStatus) {
  EXPECT_THAT(
      IntervalsOf(
          {flink_.Status(100, "RUNNING"),
           flink_.Status(200, "SUSPENDED"),
           flink_.Status(300, "RUNNING")}
      ),
      ElementsAre(
          "JobStatus RUNNING 100..200", "JobStatus SUSPENDED 200..200", "JobStatus RUNNING 300.."
      )
  );
}

TEST_F(FlinkJobTest, FailingFailedAndRestartingAreErrors) {
  EXPECT_THAT(
      OfKind(
          "JobStatus",
          {flink_.Status(100, "RUNNING"),
           flink_.Status(200, "RESTARTING"),
           flink_.Status(300, "RUNNING"),
           flink_.Status(400, "FAILING"),
           flink_.Status(500, "FAILED")}
      ),
      ElementsAre(
          StartsWith("JobStatus RUNNING 100..200 restarts=0"),
          StartsWith("JobStatus RESTARTING 200..300 Error restarts=1"),
          StartsWith("JobStatus RUNNING 300..400 restarts=0"),
          StartsWith("JobStatus FAILING 400..500 Error restarts=0"),
          StartsWith("JobStatus FAILED 500..500 Error restarts=0")
      )
  );
}

TEST_F(FlinkJobTest, AStatusThatIsToldAgainGoesOn) {
  EXPECT_THAT(
      OfKind("JobStatus", {flink_.Status(100, "RUNNING"), flink_.Status(200, "RUNNING")}),
      ElementsAre("JobStatus RUNNING 100.. restarts=0 points=2 first_point=job-1/RUNNING@100 "
                  "last_point=job-1/RUNNING@200")
  );
}

TEST_F(FlinkJobTest, AStatusThatFlinkHasNotHadYetIsAStatus) {
  EXPECT_THAT(
      IntervalsOf({flink_.Status(100, "RUNNING"), flink_.Status(200, "HIBERNATING")}),
      ElementsAre("JobStatus RUNNING 100..200", "JobStatus HIBERNATING 200..")
  );
}

TEST_F(FlinkJobTest, PointsOfOneMillisecondStandInTheOrderThatTheStatusBeforeAllows) {
  const std::vector<ReportSpec> restarted = {
      flink_.Status(100, "RUNNING"),
      flink_.Status(200, "RUNNING"),
      flink_.Status(200, "RESTARTING")};
  EXPECT_THAT(
      OfKind("JobStatus", restarted),
      ElementsAre(
          StartsWith("JobStatus RUNNING 100..200"),
          StartsWith("JobStatus RESTARTING 200..200"),
          StartsWith("JobStatus RUNNING 200..")
      )
  );
  const std::vector<ReportSpec> failed = {
      flink_.Status(100, "RESTARTING"),
      flink_.Status(200, "FAILED"),
      flink_.Status(200, "RUNNING"),
      flink_.Status(200, "FAILING")};
  EXPECT_THAT(
      OfKind("JobStatus", failed),
      ElementsAre(
          StartsWith("JobStatus RESTARTING 100..200"),
          StartsWith("JobStatus FAILED 200..200"),
          StartsWith("JobStatus FAILING 200..200"),
          StartsWith("JobStatus RUNNING 200..200")
      )
  );
}

TEST_F(FlinkJobTest, PointsOfOneMillisecondStandByRankWhereNothingIsKnownBefore) {
  EXPECT_THAT(
      IntervalsOf({flink_.Status(100, "RESTARTING"), flink_.Status(100, "RUNNING")}),
      ElementsAre(
          "Downtime 100.. Error", "JobStatus RESTARTING 100.. Error", "JobStatus RUNNING 100..100"
      )
  );
}

TEST_F(FlinkJobTest, OfAStatusTwiceInOneMillisecondTheLaterIsShown) {
  EXPECT_THAT(
      OfKind(
          "JobStatus",
          {flink_.Status(100, "CREATED"),
           flink_.Status(200, "RUNNING"),
           flink_.Status(200, "RESTARTING"),
           [this] {
             ReportSpec again = flink_.Status(200, "RUNNING");
             again.id += "again";
             return again;
           }()}
      ),
      ElementsAre(
          StartsWith("JobStatus CREATED 100..200"),
          StartsWith("JobStatus RESTARTING 200..200"),
          StartsWith("JobStatus RUNNING 200..")
      )
  );
}

TEST_F(FlinkJobTest, ADowntimeLastsUntilAllSubtasksRunAndTellsOfItsFailures) {
  const std::vector<ReportSpec> events = {
      flink_.Status(100, "RUNNING"),
      flink_.Subtasks(110, true),
      flink_.Subtasks(200, false),
      flink_.Failure(203, {{"kind", "USER"}, {"team", "orders"}}),
      flink_.Status(205, "RESTARTING"),
      flink_.Status(300, "RUNNING"),
      flink_.Failure(350, {{"kind", "SYSTEM"}}),
      flink_.Status(351, "RESTARTING"),
      flink_.Status(400, "RUNNING"),
      flink_.Subtasks(420, true)};
  EXPECT_THAT(
      OfKind("Downtime", events),
      ElementsAre("Downtime 200..420 Error restarts=2 points=2 first_point=job-1/down@200 "
                  "last_point=job-1/up@420 kind=SYSTEM team=orders")
  );
}

TEST_F(FlinkJobTest, AFailureJustBeforeTheDowntimeIsItsCause) {
  EXPECT_THAT(
      OfKind(
          "Downtime",
          {flink_.Subtasks(100, true),
           flink_.Failure(199, {{"kind", "USER"}}),
           flink_.Subtasks(200, false)}
      ),
      ElementsAre(HasSubstr(" kind=USER"))
  );
}

TEST_F(FlinkJobTest, ACancelIsNoDowntimeAndCutsNoneOff) {
  const std::vector<ReportSpec> cancelled = {
      flink_.Subtasks(100, true),
      flink_.Status(200, "CANCELLING"),
      flink_.Subtasks(201, false),
      flink_.Status(300, "CANCELED")};
  EXPECT_THAT(OfKind("Downtime", cancelled), IsEmpty());
  const std::vector<ReportSpec> while_down = {
      flink_.Subtasks(100, true), flink_.Subtasks(200, false), flink_.Status(300, "CANCELLING")};
  EXPECT_THAT(OfKind("Downtime", while_down), IsEmpty());
  const std::vector<ReportSpec> finished = {
      flink_.Subtasks(100, true), flink_.Subtasks(200, false), flink_.Status(300, "FINISHED")};
  EXPECT_THAT(OfKind("Downtime", finished), IsEmpty());
}

TEST_F(FlinkJobTest, ADowntimeThatFailedCutsOffEndsThere) {
  EXPECT_THAT(
      OfKind(
          "Downtime",
          {flink_.Subtasks(100, true), flink_.Subtasks(200, false), flink_.Status(300, "FAILED")}
      ),
      ElementsAre(StartsWith("Downtime 200..300 Error"))
  );
}

TEST_F(FlinkJobTest, ADowntimeThatNothingEndsStaysOpen) {
  EXPECT_THAT(
      OfKind("Downtime", {flink_.Subtasks(100, true), flink_.Subtasks(200, false)}),
      ElementsAre(StartsWith("Downtime 200.. Error"))
  );
}

TEST_F(FlinkJobTest, AJobThatNeverTellsOfSubtasksIsDownByItsStatus) {
  const std::vector<ReportSpec> batch_job = {
      flink_.Status(100, "RUNNING"),
      flink_.Failure(199, {{"kind", "USER"}}),
      flink_.Status(200, "FAILING"),
      flink_.Status(210, "RESTARTING"),
      flink_.Status(250, "CREATED"),
      flink_.Status(300, "RUNNING"),
      flink_.Status(900, "FINISHED")};
  EXPECT_THAT(
      OfKind("Downtime", batch_job),
      ElementsAre("Downtime 200..300 Error restarts=1 points=3 first_point=job-1/FAILING@200 "
                  "last_point=job-1/RUNNING@300 kind=USER")
  );
  std::vector<ReportSpec> streaming = batch_job;
  streaming.push_back(flink_.Subtasks(110, true));
  EXPECT_THAT(OfKind("Downtime", streaming), IsEmpty());
}

TEST_F(FlinkJobTest, FailedCheckpointsInARowAreOneIntervalUntilTheNextSuccess) {
  EXPECT_THAT(
      IntervalsOf(
          {flink_.Checkpoint(100, false, 1),
           flink_.Checkpoint(200, true, 2),
           flink_.Checkpoint(300, false, 3),
           flink_.Checkpoint(400, false, 4),
           flink_.Checkpoint(500, false, 5),
           flink_.Checkpoint(600, true, 6),
           flink_.Checkpoint(700, false, 7)}
      ),
      ElementsAre("CheckpointFailures 300..600 Error count=3")
  );
}

TEST_F(FlinkJobTest, CheckpointsOfOneMillisecondStandByTheirNumber) {
  EXPECT_THAT(
      IntervalsOf(
          {flink_.Checkpoint(100, false, 1),
           flink_.Checkpoint(200, true, 2),
           flink_.Checkpoint(200, false, 3)}
      ),
      IsEmpty()
  );
}

TEST_F(FlinkJobTest, ATerminalStatusEndsFailedCheckpointsAndWhatComesAfterIsNone) {
  EXPECT_THAT(
      OfKind(
          "CheckpointFailures",
          {flink_.Checkpoint(100, false, 1),
           flink_.Checkpoint(200, false, 2),
           flink_.Status(300, "CANCELED"),
           flink_.Checkpoint(301, false, 3),
           flink_.Checkpoint(302, false, 4)}
      ),
      ElementsAre(StartsWith("CheckpointFailures 100..300 Error count=2"))
  );
}

TEST_F(FlinkJobTest, OrderAndRepeatsOfPointsDoNotCount) {
  for (uint64_t seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    std::mt19937_64 random(seed);
    const std::vector<FlinkPoint> points = PointsOf(DrawEvents(random, flink_, 1 + seed % 40));
    const std::vector<std::string> expected = ExpectedLines("job-1", "orders", points);
    std::vector<FlinkPoint> shuffled = points;
    std::copy_n(points.begin(), points.size() / 2, std::back_inserter(shuffled));
    std::shuffle(shuffled.begin(), shuffled.end(), random);
    FlinkJob job;
    for (const FlinkPoint& point : shuffled) {
      job.Add(point);
    }
    EXPECT_EQ(DerivedLines("job-1", "orders", job.Intervals()), expected);
  }
}

TEST_F(FlinkJobTest, SealingChangesNoInterval) {
  for (uint64_t seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    std::mt19937_64 random(seed);
    std::vector<FlinkPoint> points = PointsOf(DrawEvents(random, flink_, 1 + seed % 60));
    std::sort(points.begin(), points.end());
    FlinkJob job;
    job.ExpectSubtasks();
    FlinkJob whole = job;
    std::vector<DerivedInterval> intervals;
    for (const FlinkPoint& point : points) {
      whole.Add(point);
      if (job.Add(point) == FlinkJob::Added::kNew && random() % 4 == 0) {
        // Points of the latest millisecond may still get company.
        const std::vector<DerivedInterval> sealed = job.Seal(1 + random() % 5).intervals;
        intervals.insert(intervals.end(), sealed.begin(), sealed.end());
      }
    }
    const auto rest = job.Intervals();
    intervals.insert(intervals.end(), rest.begin(), rest.end());
    EXPECT_EQ(
        DerivedLines("job-1", "orders", intervals),
        DerivedLines("job-1", "orders", whole.Intervals())
    );
  }
}

TEST_F(FlinkJobTest, EightStatusesOfOneMillisecondLeaveNothingOpen) {
  std::vector<ReportSpec> events = {flink_.Status(100, "RUNNING")};
  for (int i = 0; i < 4; ++i) {
    for (const char* status : {"RESTARTING", "RUNNING"}) {
      events.push_back(flink_.Status(200, status));
      events.back().id += fmt::format("#{}", i);
    }
  }
  EXPECT_THAT(
      IntervalsOf(events),
      ElementsAre(
          "JobStatus RUNNING 100..200",
          "Downtime 200..200 Error",
          "JobStatus RESTARTING 200..200 Error",
          "JobStatus RUNNING 200.."
      )
  );
}

TEST_F(FlinkJobTest, ARestartWithinOneMillisecondCountsAsOne) {
  const std::vector<ReportSpec> events = {
      flink_.Status(100, "RUNNING"),
      flink_.Subtasks(100, true),
      flink_.Subtasks(200, false),
      flink_.Status(200, "RESTARTING"),
      flink_.Status(200, "RUNNING"),
      flink_.Subtasks(200, true)};
  EXPECT_THAT(
      OfKind("Downtime", events), ElementsAre(StartsWith("Downtime 200..200 Error restarts=1"))
  );
}

TEST_F(FlinkJobTest, AJobThatFailsAgainInTheMillisecondInWhichAllRanIsDownTwice) {
  const std::vector<ReportSpec> events = {
      flink_.Status(100, "RESTARTING"),
      flink_.Subtasks(100, false),
      flink_.Status(200, "RUNNING"),
      flink_.Subtasks(200, true),
      flink_.Status(200, "RESTARTING"),
      [this] {
        ReportSpec down = flink_.Subtasks(200, false);
        down.id += "#2";
        return down;
      }()};
  EXPECT_THAT(
      OfKind("Downtime", events),
      ElementsAre(
          StartsWith("Downtime 100..200 Error restarts=1"),
          StartsWith("Downtime 200.. Error restarts=1")
      )
  );
}

TEST_F(FlinkJobTest, WhatIsSealedTellsOfThePointsThatMeanSomething) {
  FlinkJob job;
  job.Add(PointOf(flink_.Status(100, "RUNNING")));
  job.Add(PointOf(flink_.Checkpoint(200, true, 1)));
  job.Add(PointOf(flink_.Checkpoint(300, false, 2)));
  job.Add(PointOf(flink_.Checkpoint(400, true, 3)));
  job.Add(PointOf(flink_.Checkpoint(500, true, 4)));
  EXPECT_THAT(
      job.Seal(0).point_ids,
      ElementsAre("job-1/RUNNING@100", "job-1/failed@300", "job-1/completed@400")
  );
}

TEST_F(FlinkJobTest, APointAmongSealedOnesIsLate) {
  FlinkJob job;
  for (int64_t time_ms = 100; time_ms < 110; ++time_ms) {
    job.Add(PointOf(flink_.Checkpoint(time_ms, true, time_ms)));
  }
  job.Seal(3);
  EXPECT_EQ(job.Add(PointOf(flink_.Status(106, "RUNNING"))), FlinkJob::Added::kLate);
  EXPECT_EQ(job.Add(PointOf(flink_.Status(107, "RUNNING"))), FlinkJob::Added::kNew);
}

TEST_F(FlinkJobTest, TheFirstWordOnSubtasksIsLateWhenDowntimesByStatusAreSealed) {
  FlinkJob job;
  job.Add(PointOf(flink_.Status(100, "RESTARTING")));
  job.Add(PointOf(flink_.Status(200, "RUNNING")));
  job.Seal(0);
  EXPECT_EQ(job.Add(PointOf(flink_.Subtasks(300, true))), FlinkJob::Added::kLate);
  job.ExpectSubtasks();
  EXPECT_EQ(job.Add(PointOf(flink_.Subtasks(300, true))), FlinkJob::Added::kNew);
}

TEST_F(FlinkJobTest, AJobOfTenThousandCheckpointsIsAsSmallAsOneOfAHundred) {
  const auto size_after = [this](int64_t checkpoints, bool completed) {
    DeriveState state;
    FlinkJob& job = state.jobs["job-1"].job;
    for (int64_t i = 0; i < checkpoints; ++i) {
      job.Add(PointOf(flink_.Checkpoint(1'000'000 + i, completed, 1'000'000 + i)));
      if (job.points().size() > 32) {
        job.Seal(16);
      }
    }
    return EncodeState(state).size();
  };
  for (const bool completed : {true, false}) {
    EXPECT_LT(size_after(10'000, completed), size_after(100, completed) + 2'000);
  }
}

}  // namespace
}  // namespace tidings::derive
