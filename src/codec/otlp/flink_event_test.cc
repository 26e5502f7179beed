#include "codec/otlp/flink_event.h"

#include <gtest/gtest.h>

namespace tidings::otlp {
namespace {

using FlinkAttributes = std::vector<Parameter>;

constexpr std::string_view kScope = "org.apache.flink.runtime.checkpoint.CheckpointStatsTracker";

TEST(FlinkEventTest, IsKnownByItsNameInAScopeOfFlinksOwn) {
  EXPECT_EQ(FlinkEventOf(kScope, "CheckpointEvent"), FlinkEvent::kCheckpoint);
  EXPECT_EQ(FlinkEventOf(kScope, "JobStatusChangeEvent"), FlinkEvent::kJobStatus);
  EXPECT_EQ(FlinkEventOf(kScope, "JobFailureEvent"), FlinkEvent::kJobFailure);
  EXPECT_EQ(FlinkEventOf(kScope, "AllSubtasksStatusChangeEvent"), FlinkEvent::kSubtasks);
  EXPECT_EQ(FlinkEventOf(kScope, "CacheLoad"), FlinkEvent::kNone);
  EXPECT_EQ(FlinkEventOf("shop.Checkpointer", "CheckpointEvent"), FlinkEvent::kNone);
}

struct Told {
  FlinkEvent event;
  FlinkAttributes attributes;
  EventType type;
  std::string sentence;
};

class FlinkEventSentenceTest : public testing::TestWithParam<Told> {};

TEST_P(FlinkEventSentenceTest, SaysWhatHappenedAndWhetherItIsAnError) {
  EXPECT_EQ(TypeOf(GetParam().event, GetParam().attributes), GetParam().type);
  EXPECT_EQ(SentenceOf(GetParam().event, GetParam().attributes), GetParam().sentence);
}

Value T(std::string_view text) {
  return text;
}

INSTANTIATE_TEST_SUITE_P(
    Events,
    FlinkEventSentenceTest,
    testing::Values(
        Told{
            FlinkEvent::kCheckpoint,
            {{"checkpointId", int64_t{7}},
             {"checkpointStatus", T("COMPLETED")},
             {"checkpointType", T("Savepoint")},
             {"checkpointedSize", int64_t{1560}},
             {"fullSize", int64_t{1560}}},
            EventType::kNormal,
            "Savepoint 7 completed: 1560 bytes"},
        Told{
            FlinkEvent::kCheckpoint,
            {{"checkpointId", int64_t{7}},
             {"checkpointStatus", T("COMPLETED")},
             {"checkpointType", T("Checkpoint")},
             {"checkpointedSize", int64_t{15}},
             {"fullSize", int64_t{1560}}},
            EventType::kNormal,
            "Checkpoint 7 completed: 15 of 1560 bytes written"},
        Told{
            FlinkEvent::kCheckpoint,
            {{"checkpointId", int64_t{7}}, {"checkpointStatus", T("FAILED")}},
            EventType::kError,
            "Checkpoint 7 failed"},
        Told{FlinkEvent::kCheckpoint, {}, EventType::kNormal, "Checkpoint is "},
        Told{
            FlinkEvent::kJobStatus,
            {{"newJobStatus", T("RUNNING")}},
            EventType::kNormal,
            "The job is RUNNING"},
        Told{
            FlinkEvent::kJobStatus,
            {{"newJobStatus", T("RESTARTING")}},
            EventType::kError,
            "The job is RESTARTING"},
        Told{
            FlinkEvent::kJobStatus,
            {{"newJobStatus", T("FAILING")}},
            EventType::kError,
            "The job is FAILING"},
        Told{
            FlinkEvent::kJobStatus,
            {{"newJobStatus", T("FAILED")}},
            EventType::kError,
            "The job is FAILED"},
        Told{
            FlinkEvent::kJobStatus,
            {{"newJobStatus", T("CANCELED")}},
            EventType::kNormal,
            "The job is CANCELED"},
        Told{
            FlinkEvent::kJobFailure,
            {{"canRestart", T("true")},
             {"failureLabel.kind", T("USER")},
             {"failureLabel.team", T("orders")},
             {"isGlobalFailure", T("false")}},
            EventType::kError,
            "The job failed and can restart: kind=USER, team=orders"},
        Told{
            FlinkEvent::kJobFailure,
            {{"canRestart", false}, {"isGlobalFailure", true}},
            EventType::kError,
            "The job failed as a whole and cannot restart"},
        Told{FlinkEvent::kJobFailure, {}, EventType::kError, "The job failed"},
        Told{
            FlinkEvent::kSubtasks,
            {{"status", T("ALL_RUNNING_OR_FINISHED")}},
            EventType::kNormal,
            "All subtasks are running or finished"},
        Told{
            FlinkEvent::kSubtasks,
            {{"status", T("NOT_ALL_RUNNING_OR_FINISHED")}},
            EventType::kNormal,
            "Not all subtasks are running or finished"}
    )
);

}  // namespace
}  // namespace tidings::otlp
