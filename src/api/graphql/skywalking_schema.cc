#include "api/graphql/skywalking_schema.h"

#include <utility>
#include <vector>

#include "api/graphql/alarm_types.h"
#include "api/graphql/common_types.h"
#include "api/graphql/event_types.h"
#include "api/graphql/metadata_types.h"

namespace tidings::graphql {

Schema MakeSkyWalkingSchema(
    const EventStore& store, const Clock& clock, std::function<Health()> health
) {
  TypeDefinition query{.name = "Query", .description = "All times are UTC."};
  query.fields = MetadataFields(store, clock, std::move(health));
  query.fields.push_back(QueryEventsField(store, clock));
  query.fields.push_back(QueryAlarmsField());
  std::vector<TypeDefinition> types;
  types.push_back(std::move(query));
  for (auto* more : {&CommonTypes, &EventTypes, &MetadataTypes, &AlarmTypes}) {
    for (TypeDefinition& type : more()) {
      types.push_back(std::move(type));
    }
  }
  return Schema(std::move(types));
}

}  // namespace tidings::graphql
