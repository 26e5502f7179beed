#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "derive/flink_point.h"

/// From points to intervals, one millisecond after the other: the rules, without any memory of more
/// points than are needed.
namespace tidings::derive {

enum class IntervalKind : uint8_t {
  kJobStatus,
  kDowntime,
  /// A downtime by the statuses of the job: one of the job's only while it never tells of subtasks.
  kStatusDowntime,
  kCheckpointFailures,
};

/// What is known of an interval while it lasts.
struct Draft {
  int64_t start_ms = 0;
  std::string first_point;
  std::string last_point;
  /// Points of its own kind, those that begin and end it included.
  int64_t points = 0;
  int64_t restarts = 0;
  /// Failed checkpoints.
  int64_t failures = 0;
  /// Of the failures inside; of each label the latest.
  Labels labels;
  /// Of kJobStatus.
  std::string status;

  friend bool operator==(const Draft&, const Draft&) = default;
};

struct DerivedInterval {
  IntervalKind kind = IntervalKind::kJobStatus;
  Draft draft;
  /// Nothing while it lasts.
  std::optional<int64_t> end_ms;

  friend bool operator==(const DerivedInterval&, const DerivedInterval&) = default;
};

/// All that earlier points mean for later ones.
struct FoldState {
  std::string job_name;
  /// The present status, a terminal one too.
  std::optional<Draft> status;
  std::optional<Draft> downtime;
  std::optional<Draft> status_downtime;
  /// The failed checkpoints since the last that succeeded, be it only one.
  std::optional<Draft> failures;
  /// Whether the latest word on subtasks is that all run.
  std::optional<bool> all_running;
  /// Of the failures since the job last ran: what its next downtime comes from.
  Labels pending_labels;
  bool has_subtasks = false;

  friend bool operator==(const FoldState&, const FoldState&) = default;
};

/// Takes the points of one millisecond, the least that was not taken yet; sorted. Intervals that
/// they end are appended to `closed`.
void Fold(
    FoldState& state, std::span<const FlinkPoint> points, std::vector<DerivedInterval>& closed
);

/// The intervals that have not ended, and the terminal status that the job is in.
void AppendOpen(const FoldState& state, std::vector<DerivedInterval>& intervals);

}  // namespace tidings::derive
