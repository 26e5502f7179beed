#include "derive/flink_point.h"

#include <gtest/gtest.h>

#include "derive/testing/flink_events.h"

namespace tidings::derive {
namespace {

using testing::EventOf;
using testing::FlinkEvents;
using testing::ReportSpec;

std::optional<JobPoint> Read(const ReportSpec& report) {
  const Event event = EventOf(report);
  return ReadPoint(event.view());
}

void Replace(ReportSpec& report, std::string_view key, const testing::OwnedValue& value) {
  for (auto& [name, old] : report.parameters) {
    if (name == key) {
      old = value;
    }
  }
}

TEST(FlinkPointTest, ReadsTheStateThatFlinkTells) {
  const FlinkEvents flink;
  EXPECT_EQ(Read(flink.Status(5, "RUNNING"))->point.status, "RUNNING");
  EXPECT_TRUE(Read(flink.Subtasks(5, true))->point.is_good);
  EXPECT_FALSE(Read(flink.Subtasks(5, false))->point.is_good);
  EXPECT_EQ(Read(flink.Checkpoint(5, false, 7))->point.checkpoint, 7);
  EXPECT_EQ(Read(flink.Failure(5, {{"kind", "USER"}}))->point.labels, (Labels{{"kind", "USER"}}));
}

TEST(FlinkPointTest, KnowsItsJobItsTimeAndItsEvent) {
  const auto read = Read(FlinkEvents("j", "shop").Status(5, "RUNNING"));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->job_id, "j");
  EXPECT_EQ(read->point.job_name, "shop");
  EXPECT_EQ(read->point.time_ms, 5);
  EXPECT_EQ(read->point.id, "j/RUNNING@5");
}

TEST(FlinkPointTest, TheServiceStandsForAJobWithoutName) {
  ReportSpec report = FlinkEvents("j", "shop").Status(5, "RUNNING");
  Replace(report, "job_name", std::string());
  EXPECT_EQ(Read(report)->point.job_name, "shop");
}

TEST(FlinkPointTest, WhatIsNotFlinksOwnIsNoPoint) {
  ReportSpec users = FlinkEvents().Status(5, "RUNNING");
  Replace(users, "scope", std::string("com.example.Job"));
  EXPECT_FALSE(Read(users));
  ReportSpec derived = FlinkEvents().Status(5, "RUNNING");
  derived.derived = true;
  EXPECT_FALSE(Read(derived));
  ReportSpec other = FlinkEvents().Status(5, "RUNNING");
  other.name = "Deploy";
  EXPECT_FALSE(Read(other));
}

TEST(FlinkPointTest, WhatWasReportedWithoutAScopeIsAPoint) {
  ReportSpec report = FlinkEvents().Status(5, "RUNNING");
  Replace(report, "scope", std::string());
  EXPECT_TRUE(Read(report));
}

TEST(FlinkPointTest, WithoutAJobOrAStateItIsNoPoint) {
  ReportSpec nobodys = FlinkEvents().Status(5, "RUNNING");
  Replace(nobodys, "job_id", std::string());
  EXPECT_FALSE(Read(nobodys));
  ReportSpec under_way = FlinkEvents().Checkpoint(5, true);
  Replace(under_way, "checkpointStatus", std::string("IN_PROGRESS"));
  EXPECT_FALSE(Read(under_way));
  ReportSpec silent = FlinkEvents().Status(5, "RUNNING");
  Replace(silent, "newJobStatus", std::string());
  EXPECT_FALSE(Read(silent));
}

}  // namespace
}  // namespace tidings::derive
