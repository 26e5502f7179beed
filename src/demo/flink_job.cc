#include "demo/flink_job.h"

#include <initializer_list>
#include <utility>

#include <fmt/format.h>

#include "base/hash.h"

namespace tidings::demo {
namespace {

constexpr std::string_view kJobName = "order-stats";
constexpr int64_t kCheckpointEveryMs = 10 * kSecondMs;

using Attributes = std::initializer_list<std::pair<std::string, Report::Value>>;

/// A span of the day in which the job makes no checkpoint.
struct Pause {
  int64_t from_ms;
  int64_t to_ms;
};

class FlinkJob {
 public:
  explicit FlinkJob(Day& day) : day_(day), id_(Xxh3(day.Id(kJobName)).ToHex()) {}

  void Deploy(std::string_view version, int64_t at_ms) {
    day_.AddStartAndEnd(
        {.id = day_.Id(fmt::format("{}-deploy-{}", kJobName, version)),
         .service = std::string(kJobName),
         .name = "Deploy",
         .message = "Deploy job {version}",
         .parameters = {{"version", std::string(version)}, {"by", "ci"}},
         .start_ms = at_ms,
         .end_ms = at_ms + 70 * kSecondMs}
    );
    Status("CREATED", at_ms + 41 * kSecondMs);
    Status("RUNNING", at_ms + 42 * kSecondMs);
    Subtasks(true, at_ms + 66 * kSecondMs);
  }

  void Status(std::string_view status, int64_t at_ms) {
    Report report = Point(
        "JobStatusChangeEvent",
        "org.apache.flink.runtime.jobmaster.JobMaster",
        at_ms,
        {{"newJobStatus", std::string(status)}}
    );
    report.message = fmt::format("The job is {}", status);
    report.is_error = status == "RESTARTING";
    day_.Add(std::move(report));
  }

  void Subtasks(bool all_run, int64_t at_ms) {
    Report report = Point(
        "AllSubtasksStatusChangeEvent",
        "org.apache.flink.runtime.scheduler.metrics.AllSubTasksRunningOrFinishedStateTimeMetrics",
        at_ms,
        {{"status", all_run ? "ALL_RUNNING_OR_FINISHED" : "NOT_ALL_RUNNING_OR_FINISHED"}}
    );
    report.message =
        fmt::format("{} subtasks are running or finished", all_run ? "All" : "Not all");
    day_.Add(std::move(report));
  }

  void Fail(int64_t at_ms) {
    Report report = Point(
        "JobFailureEvent",
        "org.apache.flink.runtime.scheduler.adaptive.JobFailureMetricReporter",
        at_ms,
        {{"canRestart", "true"},
         {"isGlobalFailure", "false"},
         {"failureLabel.kind", "SYSTEM"},
         {"failureLabel.team", "data"}}
    );
    report.message = "The job failed and can restart: kind=SYSTEM, team=data";
    report.is_error = true;
    day_.Add(std::move(report));
    Status("RESTARTING", at_ms + 7);
  }

  void Checkpoint(int64_t at_ms, bool fails) {
    const int64_t id = ++checkpoints_;
    const int64_t full_size = 48'000'000 + day_.Below(4'000'000);
    const int64_t size = fails ? 530 : full_size;
    Report report = Point(
        "CheckpointEvent",
        "org.apache.flink.runtime.checkpoint.CheckpointStatsTracker",
        at_ms,
        {{"checkpointId", id},
         {"checkpointStatus", fails ? "FAILED" : "COMPLETED"},
         {"checkpointType", "Checkpoint"},
         {"checkpointedSize", size},
         {"fullSize", size},
         {"isUnaligned", "false"},
         {"metadataSize", fails ? int64_t{-1} : int64_t{5'320}}}
    );
    report.message = fails ? fmt::format("Checkpoint {} failed", id)
                           : fmt::format("Checkpoint {} completed: {} bytes", id, size);
    report.is_error = fails;
    day_.Add(std::move(report));
  }

 private:
  Report Point(
      std::string_view name, std::string_view scope, int64_t at_ms, Attributes attributes
  ) {
    Report report{
        .service = std::string(kJobName),
        .instance = "flink-jobmanager-0",
        .layer = "FLINK",
        .name = std::string(name),
        .parameters =
            {{"host", "flink-jobmanager-0"},
             {"job_id", id_},
             {"job_name", std::string(kJobName)},
             {"resource.service.name", "unknown_service:java"},
             {"scope", std::string(scope)},
             {"severity", "INFO"}},
        .start_ms = at_ms,
        .end_ms = at_ms,
        .reported_ms = at_ms + 1 + day_.Below(20)};
    report.parameters.insert(report.parameters.end(), attributes.begin(), attributes.end());
    return report;
  }

  Day& day_;
  const std::string id_;
  int64_t checkpoints_ = 0;
};

}  // namespace

void AddFlinkJob(Day& day) {
  FlinkJob job(day);
  const int64_t deploy_ms = day.At(8, 30);
  const Pause down{.from_ms = day.At(5, 12, 31), .to_ms = day.At(5, 15)};
  const int64_t failing_since_ms = day.At(5, 12);
  job.Deploy("2.1.0", deploy_ms);
  for (int64_t at = deploy_ms + 75 * kSecondMs; at < day.end_ms(); at += kCheckpointEveryMs) {
    if (at < down.from_ms || at >= down.to_ms) {
      job.Checkpoint(at + day.Below(300), at >= failing_since_ms && at < down.from_ms);
    }
  }
  // The broker that it reads from goes away; the first restart comes too early.
  job.Fail(down.from_ms);
  job.Subtasks(false, down.from_ms + 11);
  job.Status("RUNNING", day.At(5, 12, 41));
  job.Fail(day.At(5, 12, 58));
  job.Status("RUNNING", day.At(5, 14, 48));
  job.Subtasks(true, day.At(5, 14, 55));
}

}  // namespace tidings::demo
