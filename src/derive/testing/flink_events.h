#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "derive/flink_fold.h"
#include "derive/flink_point.h"
#include "event/testing/batch_builder.h"

/// Flink's points as tests write them, as reports and as what is read of them.
namespace tidings::testing {

/// Makes the points of one job; each has an id that tells what it is: `RUNNING@100`.
class FlinkEvents {
 public:
  explicit FlinkEvents(std::string job_id = "job-1", std::string job_name = "orders")
      : job_id_(std::move(job_id)), job_name_(std::move(job_name)) {}

  ReportSpec Status(int64_t time_ms, std::string_view status) const;
  ReportSpec Subtasks(int64_t time_ms, bool all_running) const;
  ReportSpec Checkpoint(int64_t time_ms, bool completed, int64_t number = 0) const;
  ReportSpec Failure(int64_t time_ms, const derive::Labels& labels) const;

 private:
  ReportSpec Base(int64_t time_ms, std::string_view name, std::string_view what) const;

  std::string job_id_;
  std::string job_name_;
};

/// What is read of the report; it must be a point.
derive::FlinkPoint PointOf(const ReportSpec& report);
std::vector<derive::FlinkPoint> PointsOf(const std::vector<ReportSpec>& reports);

/// Points of one job that say anything about few instants: reordered, repeated, contradictory.
std::vector<ReportSpec> DrawEvents(std::mt19937_64& random, const FlinkEvents& job, size_t count);

/// What a derived event tells, on one line: `JobStatus RUNNING 5..7 points=2 first=a last=b`.
std::string DerivedLine(const EventView& event);
/// The same of intervals as they would be shown, oldest first.
std::vector<std::string> DerivedLines(
    std::string_view job_id,
    std::string_view job_name,
    const std::vector<derive::DerivedInterval>& intervals
);
/// What intervals the points must make: taken in order, all at once.
std::vector<std::string> ExpectedLines(
    std::string_view job_id, std::string_view job_name, std::vector<derive::FlinkPoint> points
);

}  // namespace tidings::testing
