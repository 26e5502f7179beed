#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "derive/flink_point.h"

/// Flink's states of a job, by their names; one that is not known here is a state like any other.
namespace tidings::derive {

inline constexpr std::string_view kRunning = "RUNNING";
inline constexpr std::string_view kFailing = "FAILING";
inline constexpr std::string_view kCancelling = "CANCELLING";
inline constexpr std::string_view kRestarting = "RESTARTING";
inline constexpr std::string_view kFinished = "FINISHED";
inline constexpr std::string_view kCanceled = "CANCELED";
inline constexpr std::string_view kFailed = "FAILED";
inline constexpr std::string_view kSuspended = "SUSPENDED";

/// The job is over, or given up by this cluster.
bool IsTerminal(std::string_view status);
/// FAILING, FAILED, RESTARTING.
bool IsErrorStatus(std::string_view status);
/// The job ends, or has ended, because somebody or the job itself wanted so.
bool IsWantedEnd(std::string_view status);

/// Whether Flink's state machine knows this step; none follows itself. A status that is not known
/// here may follow and precede any.
bool MayFollow(std::string_view before, std::string_view status);

/// Status points of one millisecond in the order in which they must have happened after `before`
/// (empty: not known): the one with the fewest steps that Flink's state machine does not know, none
/// following itself; of several, the first by rank (INITIALIZING, RECONCILING, CREATED, RUNNING,
/// FAILING, CANCELLING, RESTARTING, terminal), then by id. Statuses of one name are alike, so that
/// dozens of points are ordered exactly; of more, each step is only the best in its place.
std::vector<const FlinkPoint*> OrderStatuses(
    std::string_view before, std::span<const FlinkPoint> points
);

}  // namespace tidings::derive
