#pragma once

#include <vector>

#include "api/graphql/engine/schema.h"
#include "base/clock.h"
#include "store/event_store.h"

/// Events as SkyWalking's clients ask for them.
namespace tidings::graphql {

/// `Events`, `Event`, `Source`, `EventType` and the condition's types.
std::vector<TypeDefinition> EventTypes();

/// `queryEvents`. Both outlive the schema.
FieldDefinition QueryEventsField(const EventStore& store, const Clock& clock);

}  // namespace tidings::graphql
