#pragma once

#include <cstddef>
#include <cstdint>

#include <absl/status/statusor.h>

#include "api/graphql/engine/json.h"
#include "store/event_store.h"

namespace tidings::graphql {

inline constexpr int64_t kMaxPageSize = 10'000;
/// Events before a page: every one of them is looked at for each page behind it.
inline constexpr int64_t kMaxSkippedEvents = 1'000'000;

/// What an `EventQueryCondition` (null: not given) asks the store. Texts of SkyWalking's clients
/// are empty where they mean nothing. kInvalidArgument names the field.
absl::StatusOr<EventQuery> EventQueryOf(const Json* condition);

}  // namespace tidings::graphql
