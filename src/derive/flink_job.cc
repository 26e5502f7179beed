#include "derive/flink_job.h"

#include <algorithm>
#include <span>
#include <utility>

#include <absl/container/flat_hash_set.h>

#include "derive/interval_report.h"

namespace tidings::derive {
namespace {

using Kind = FlinkPoint::Kind;

/// Those that the job has, each id once: of two that begin in one millisecond the later.
void KeepTrue(std::vector<DerivedInterval>& intervals, bool has_subtasks) {
  std::erase_if(intervals, [has_subtasks](const DerivedInterval& interval) {
    return has_subtasks && interval.kind == IntervalKind::kStatusDowntime;
  });
  absl::flat_hash_set<std::string> ids;
  const auto kept =
      std::remove_if(intervals.rbegin(), intervals.rend(), [&ids](const DerivedInterval& interval) {
        return !ids.insert(IdOf({}, interval)).second;
      });
  intervals.erase(intervals.begin(), kept.base());
}

/// The points at the front that are of one millisecond.
std::span<const FlinkPoint> FirstInstant(std::span<const FlinkPoint> points) {
  const auto last = std::find_if(points.begin(), points.end(), [&points](const FlinkPoint& point) {
    return point.time_ms != points.front().time_ms;
  });
  return {points.begin(), last};
}

bool IsFailedCheckpoint(const FlinkPoint& point) {
  return point.kind == Kind::kCheckpoint && !point.is_good;
}

/// Appends the ids of those of one millisecond's points without which later ones would find another
/// state than with them. Most points are not: a checkpoint that succeeds as the one before.
void AppendMeaningful(
    const FoldState& before, std::span<const FlinkPoint> instant, std::vector<std::string>& ids
) {
  const auto names_the_job = [&before](const FlinkPoint& point) {
    return !point.job_name.empty() && point.job_name != before.job_name;
  };
  const bool do_all = before.failures.has_value() ||
                      std::any_of(instant.begin(), instant.end(), IsFailedCheckpoint) ||
                      std::any_of(instant.begin(), instant.end(), names_the_job);
  for (const FlinkPoint& point : instant) {
    if (do_all || point.kind != Kind::kCheckpoint) {
      ids.push_back(point.id);
    }
  }
}

}  // namespace

FlinkJob FlinkJob::Restore(
    FoldState sealed,
    int64_t sealed_until_ms,
    bool has_sealed_downtimes,
    std::vector<FlinkPoint> points
) {
  FlinkJob job;
  job.sealed_ = std::move(sealed);
  job.sealed_until_ms_ = sealed_until_ms;
  job.has_sealed_downtimes_ = has_sealed_downtimes;
  job.points_ = std::move(points);
  std::sort(job.points_.begin(), job.points_.end());
  return job;
}

FlinkJob::Added FlinkJob::Add(const FlinkPoint& point) {
  const bool turns_downtimes_wrong =
      point.kind == Kind::kSubtasks && has_sealed_downtimes_ && !sealed_.has_subtasks;
  if (point.time_ms <= sealed_until_ms_ || turns_downtimes_wrong) {
    return Added::kLate;
  }
  const auto known = std::find_if(points_.begin(), points_.end(), [&point](const FlinkPoint& one) {
    return one.id == point.id;
  });
  if (known != points_.end()) {
    if (*known == point) {
      return Added::kKnown;
    }
    points_.erase(known);
  }
  points_.insert(std::upper_bound(points_.begin(), points_.end(), point), point);
  return Added::kNew;
}

bool FlinkJob::Remove(const std::function<bool(const std::string& id)>& is_gone) {
  return std::erase_if(points_, [&is_gone](const FlinkPoint& point) {
           return is_gone(point.id);
         }) != 0;
}

bool FlinkJob::has_subtasks() const {
  return sealed_.has_subtasks ||
         std::any_of(points_.begin(), points_.end(), [](const FlinkPoint& point) {
           return point.kind == Kind::kSubtasks;
         });
}

std::vector<DerivedInterval> FlinkJob::Intervals() const {
  FoldState state = sealed_;
  std::vector<DerivedInterval> intervals;
  for (std::span<const FlinkPoint> left = points_; !left.empty();) {
    const std::span<const FlinkPoint> instant = FirstInstant(left);
    Fold(state, instant, intervals);
    left = left.subspan(instant.size());
  }
  AppendOpen(state, intervals);
  KeepTrue(intervals, has_subtasks());
  return intervals;
}

FlinkJob::Sealed FlinkJob::Seal(size_t keep) {
  const bool tells_of_subtasks = has_subtasks();
  Sealed sealed;
  std::vector<DerivedInterval>& intervals = sealed.intervals;
  std::span<const FlinkPoint> left = points_;
  while (!left.empty()) {
    const std::span<const FlinkPoint> instant = FirstInstant(left);
    if (left.size() - instant.size() < keep) {
      break;
    }
    AppendMeaningful(sealed_, instant, sealed.point_ids);
    Fold(sealed_, instant, intervals);
    sealed_until_ms_ = instant.front().time_ms;
    left = left.subspan(instant.size());
  }
  points_.erase(points_.begin(), points_.end() - static_cast<ptrdiff_t>(left.size()));
  AppendOpen(sealed_, intervals);
  KeepTrue(intervals, tells_of_subtasks);
  std::vector<DerivedInterval> open;
  AppendOpen(sealed_, open);
  std::erase_if(intervals, [&open](const DerivedInterval& interval) {
    return std::find(open.begin(), open.end(), interval) != open.end();
  });
  has_sealed_downtimes_ |=
      std::any_of(intervals.begin(), intervals.end(), [](const DerivedInterval& interval) {
        return interval.kind == IntervalKind::kStatusDowntime;
      });
  return sealed;
}

}  // namespace tidings::derive
