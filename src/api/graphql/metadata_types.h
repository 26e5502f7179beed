#pragma once

#include <functional>
#include <vector>

#include "api/graphql/engine/schema.h"
#include "api/graphql/health.h"
#include "base/clock.h"
#include "store/event_store.h"

/// What SkyWalking's clients ask about the server and its services before they ask for events.
namespace tidings::graphql {

/// `TimeInfo`, `Service`, `HealthStatus`.
std::vector<TypeDefinition> MetadataTypes();

/// `version`, `getTimeInfo`, `checkHealth`, `findService`, `listLayers`. Store and clock outlive
/// the schema.
std::vector<FieldDefinition> MetadataFields(
    const EventStore& store, const Clock& clock, std::function<Health()> health
);

}  // namespace tidings::graphql
