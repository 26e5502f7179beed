#pragma once

#include <optional>

#include "event/limits.h"
#include "event/report.h"

/// From what a reporter said to what the join takes: rules checked, forms made one.
namespace tidings {

/// Makes `report` (of `batch`) normal: layer upper-cased, times of zero or less unknown, parameters
/// ascending with the last of equal keys, every parameter's clock set, and an id derived where
/// there is none (DeriveId for a report with a time, else a UUIDv7 of the receipt). Returns why the
/// report breaks a rule, if it does; then it is not to be stored.
std::optional<Rejection> Normalise(Report& report, ReportBatch& batch, const ReportLimits& limits);

}  // namespace tidings
