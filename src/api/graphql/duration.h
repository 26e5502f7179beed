#pragma once

#include <absl/status/statusor.h>

#include "api/graphql/engine/json.h"
#include "event/interval.h"

namespace tidings::graphql {

/// The instants that a `Duration` means, in UTC, the server's time zone: from the beginning of the
/// unit (its step) that `start` names to the end of the one that `end` names. kInvalidArgument
/// names the field and the format that was expected.
absl::StatusOr<TimeWindow> WindowOf(const Json& duration);

}  // namespace tidings::graphql
