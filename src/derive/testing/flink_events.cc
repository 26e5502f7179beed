#include "derive/testing/flink_events.h"

#include <algorithm>
#include <iterator>
#include <optional>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "derive/flink_job.h"
#include "derive/interval_report.h"

namespace tidings::testing {

ReportSpec FlinkEvents::Base(int64_t time_ms, std::string_view name, std::string_view what) const {
  ReportSpec report;
  report.id = fmt::format("{}/{}@{}", job_id_, what, time_ms);
  report.service = job_name_;
  report.layer = "FLINK";
  report.name = name;
  report.start = report.end = time_ms;
  report.parameters = {
      {"job_id", job_id_},
      {"job_name", job_name_},
      {"scope", std::string("org.apache.flink.runtime.jobmaster.JobMaster")}};
  return report;
}

ReportSpec FlinkEvents::Status(int64_t time_ms, std::string_view status) const {
  ReportSpec report = Base(time_ms, "JobStatusChangeEvent", status);
  report.parameters.emplace_back("newJobStatus", std::string(status));
  return report;
}

ReportSpec FlinkEvents::Subtasks(int64_t time_ms, bool all_running) const {
  ReportSpec report = Base(time_ms, "AllSubtasksStatusChangeEvent", all_running ? "up" : "down");
  report.parameters.emplace_back(
      "status", std::string(all_running ? "ALL_RUNNING_OR_FINISHED" : "NOT_ALL_RUNNING_OR_FINISHED")
  );
  return report;
}

ReportSpec FlinkEvents::Checkpoint(int64_t time_ms, bool completed, int64_t number) const {
  ReportSpec report = Base(time_ms, "CheckpointEvent", completed ? "completed" : "failed");
  report.parameters.emplace_back(
      "checkpointStatus", std::string(completed ? "COMPLETED" : "FAILED")
  );
  report.parameters.emplace_back("checkpointId", number);
  return report;
}

ReportSpec FlinkEvents::Failure(int64_t time_ms, const derive::Labels& labels) const {
  ReportSpec report = Base(time_ms, "JobFailureEvent", "failure");
  for (const auto& [key, value] : labels) {
    report.parameters.emplace_back(fmt::format("failureLabel.{}", key), value);
  }
  return report;
}

derive::FlinkPoint PointOf(const ReportSpec& report) {
  const Event event = EventOf(report);
  const std::optional<derive::JobPoint> read = derive::ReadPoint(event.view());
  EXPECT_TRUE(read) << report.id;
  return read ? read->point : derive::FlinkPoint();
}

std::vector<derive::FlinkPoint> PointsOf(const std::vector<ReportSpec>& reports) {
  std::vector<derive::FlinkPoint> points;
  for (const ReportSpec& report : reports) {
    points.push_back(PointOf(report));
  }
  return points;
}

std::vector<ReportSpec> DrawEvents(std::mt19937_64& random, const FlinkEvents& job, size_t count) {
  constexpr std::string_view kStatuses[] = {
      "CREATED",
      "RUNNING",
      "RUNNING",
      "FAILING",
      "RESTARTING",
      "RESTARTING",
      "CANCELLING",
      "CANCELED",
      "FAILED",
      "FINISHED",
      "SUSPENDED",
      "SOMETHING_NEW"};
  const auto below = [&random](size_t bound) { return random() % bound; };
  std::vector<ReportSpec> events;
  while (events.size() < count) {
    const auto time_ms = static_cast<int64_t>(1'000 + below(2 * count));
    switch (below(5)) {
      case 0:
      case 1:
        events.push_back(job.Status(time_ms, kStatuses[below(std::size(kStatuses))]));
        break;
      case 2:
        events.push_back(job.Subtasks(time_ms, below(2) == 0));
        break;
      case 3:
        events.push_back(job.Checkpoint(time_ms, below(3) == 0, time_ms % 7));
        break;
      default:
        // The same id has the same labels.
        events.push_back(
            job.Failure(time_ms, {{time_ms % 2 == 0 ? "kind" : "team", fmt::format("{}", time_ms)}})
        );
    }
  }
  return events;
}

std::string DerivedLine(const EventView& event) {
  std::string line(event.text[TextField::kName]);
  if (const std::string status = derive::ParameterText(event, "status"); !status.empty()) {
    line += " " + status;
  }
  line += event.end == 0 ? fmt::format(" {}..", event.start)
                         : fmt::format(" {}..{}", event.start, event.end);
  if (event.type == EventType::kError) {
    line += " Error";
  }
  if (event.count != 0) {
    line += fmt::format(" count={}", event.count);
  }
  for (const char* key : {"restarts", "points", "first_point", "last_point"}) {
    line += fmt::format(" {}={}", key, derive::ParameterText(event, key));
  }
  for (const auto& [key, value] : derive::ReadLabels(event)) {
    line += fmt::format(" {}={}", key, value);
  }
  return line;
}

std::vector<std::string> DerivedLines(
    std::string_view job_id,
    std::string_view job_name,
    const std::vector<derive::DerivedInterval>& intervals
) {
  ReportBatch batch;
  for (const derive::DerivedInterval& interval : intervals) {
    derive::AppendReport({.id = job_id, .name = job_name}, interval, 0, batch);
  }
  std::vector<std::pair<int64_t, std::string>> events;
  for (const Report& report : batch.reports) {
    const EventView event = ViewOf(report, batch);
    events.emplace_back(event.start, DerivedLine(event));
  }
  std::sort(events.begin(), events.end());
  std::vector<std::string> lines;
  for (auto& [start_ms, line] : events) {
    lines.push_back(std::move(line));
  }
  return lines;
}

std::vector<std::string> ExpectedLines(
    std::string_view job_id, std::string_view job_name, std::vector<derive::FlinkPoint> points
) {
  std::sort(points.begin(), points.end());
  derive::FlinkJob job;
  for (const derive::FlinkPoint& point : points) {
    job.Add(point);
  }
  return DerivedLines(job_id, job_name, job.Intervals());
}

}  // namespace tidings::testing
