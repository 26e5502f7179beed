#pragma once

#include <array>
#include <string_view>

/// Names in points and in derived events (docs/reference/derived-intervals.md).
namespace tidings::derive {

inline constexpr std::string_view kLayer = "FLINK";

inline constexpr std::string_view kJobStatusName = "JobStatus";
inline constexpr std::string_view kDowntimeName = "Downtime";
inline constexpr std::string_view kCheckpointFailuresName = "CheckpointFailures";
inline constexpr std::array<std::string_view, 3> kIntervalNames = {
    kJobStatusName, kDowntimeName, kCheckpointFailuresName};

inline constexpr std::string_view kJobIdKey = "job_id";
inline constexpr std::string_view kJobNameKey = "job_name";
inline constexpr std::string_view kStatusKey = "status";
inline constexpr std::string_view kRestartsKey = "restarts";
inline constexpr std::string_view kPointsKey = "points";
inline constexpr std::string_view kFirstPointKey = "first_point";
inline constexpr std::string_view kLastPointKey = "last_point";
inline constexpr std::string_view kLabelPrefix = "failureLabel.";

}  // namespace tidings::derive
