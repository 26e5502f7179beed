#pragma once

#include <string>
#include <string_view>

#include "derive/flink_fold.h"
#include "event/event.h"
#include "event/report.h"

/// From an interval to the report that tells of it (docs/reference/derived-intervals.md).
namespace tidings::derive {

/// The job that intervals are of.
struct JobNames {
  std::string_view id;
  std::string_view name;
};

/// 32 hex digits: the same for the same kind, job, start and, for kJobStatus, status. For ever.
std::string IdOf(std::string_view job_id, const DerivedInterval& interval);

/// Appends the interval, normalised, as `generation` of its event.
void AppendReport(
    const JobNames& job, const DerivedInterval& interval, int32_t generation, ReportBatch& batch
);

/// Appends that the event is no more.
void AppendWithdrawal(std::string_view id, int32_t generation, ReportBatch& batch);

/// Whether the event is a derived interval, whatever somebody may have changed beside: it says so,
/// and its id is the one of what it says to be.
bool IsDerivedInterval(const EventView& event);

/// The same for the same content, whatever its generation; 0 for a withdrawn event. Whether the
/// event is derived counts.
uint64_t ContentHash(const EventView& event);

}  // namespace tidings::derive
