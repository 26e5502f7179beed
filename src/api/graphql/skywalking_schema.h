#pragma once

#include <functional>

#include "api/graphql/engine/schema.h"
#include "api/graphql/health.h"
#include "base/clock.h"
#include "store/event_store.h"

namespace tidings::graphql {

/// What SkyWalking's clients can ask. Store and clock outlive the schema.
Schema MakeSkyWalkingSchema(
    const EventStore& store, const Clock& clock, std::function<Health()> health
);

}  // namespace tidings::graphql
