#include "derive/expired_points.h"

#include <utility>

#include "derive/flink_status.h"
#include "derive/interval_report.h"
#include "derive/names.h"

namespace tidings::derive {
namespace {

using Kind = FlinkPoint::Kind;

absl::StatusOr<bool> Has(const EventStore& store, std::string_view id) {
  const absl::StatusOr<std::optional<Event>> event = store.Get(id);
  if (!event.ok()) {
    return event.status();
  }
  return event->has_value();
}

/// Whether the job was in one of `statuses` from `time_ms` on.
absl::StatusOr<bool> Entered(
    const EventView& derived,
    int64_t time_ms,
    std::initializer_list<std::string_view> statuses,
    const EventStore& store
) {
  for (const std::string_view status : statuses) {
    DerivedInterval interval;
    interval.draft.start_ms = time_ms;
    interval.draft.status = status;
    const absl::StatusOr<bool> has = Has(store, IdOf(ParameterText(derived, kJobIdKey), interval));
    if (!has.ok() || *has) {
      return has;
    }
  }
  return false;
}

FlinkPoint PointOf(const EventView& derived, Kind kind, bool is_good) {
  return {
      .time_ms = is_good ? derived.end : derived.start,
      .kind = kind,
      .is_good = is_good,
      .id = ParameterText(derived, is_good ? kLastPointKey : kFirstPointKey),
      .job_name = ParameterText(derived, kJobNameKey),
      .status = {},
      .labels = {}};
}

/// The end of a downtime or of failures, unless a status brought it: that is a point of its own.
absl::Status AppendEnd(
    const EventView& derived, Kind kind, const EventStore& store, std::vector<FlinkPoint>& points
) {
  if (derived.end == 0) {
    return absl::OkStatus();
  }
  absl::StatusOr<bool> is_known = Has(store, ParameterText(derived, kLastPointKey));
  if (is_known.ok() && !*is_known) {
    is_known = Entered(derived, derived.end, {kFailed, kFinished, kCanceled, kSuspended}, store);
  }
  if (is_known.ok() && !*is_known) {
    points.push_back(PointOf(derived, kind, true));
  }
  return is_known.status();
}

}  // namespace

absl::StatusOr<bool> HasFirstPoint(const EventView& derived, const EventStore& store) {
  return Has(store, ParameterText(derived, kFirstPointKey));
}

absl::StatusOr<std::vector<FlinkPoint>> ExpiredPoints(
    const EventView& derived, const EventStore& store
) {
  std::vector<FlinkPoint> points;
  const absl::StatusOr<bool> is_there = HasFirstPoint(derived, store);
  if (!is_there.ok()) {
    return is_there.status();
  }
  if (*is_there) {
    return points;
  }
  const std::string_view name = derived.text[TextField::kName];
  if (name == kJobStatusName) {
    FlinkPoint& point = points.emplace_back(PointOf(derived, Kind::kStatus, false));
    point.status = ParameterText(derived, kStatusKey);
    return points;
  }
  if (name == kDowntimeName) {
    const absl::StatusOr<bool> is_by_status =
        Entered(derived, derived.start, {kFailing, kRestarting}, store);
    if (!is_by_status.ok() || *is_by_status) {
      return is_by_status.ok() ? absl::StatusOr<std::vector<FlinkPoint>>(points)
                               : is_by_status.status();
    }
  }
  const Kind kind = name == kDowntimeName ? Kind::kSubtasks : Kind::kCheckpoint;
  FlinkPoint& first = points.emplace_back(PointOf(derived, kind, false));
  first.weight = kind == Kind::kCheckpoint ? derived.count : 1;
  if (absl::Status status = AppendEnd(derived, kind, store, points); !status.ok()) {
    return status;
  }
  return points;
}

}  // namespace tidings::derive
