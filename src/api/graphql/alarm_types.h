#pragma once

#include <vector>

#include "api/graphql/engine/schema.h"

/// Alarms as SkyWalking's clients ask for them. There are none: no rule raises them.
namespace tidings::graphql {

/// `Alarms`, all that it leads to, and the condition's types.
std::vector<TypeDefinition> AlarmTypes();

/// `queryAlarms`: an empty list.
FieldDefinition QueryAlarmsField();

}  // namespace tidings::graphql
