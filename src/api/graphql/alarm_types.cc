#include "api/graphql/alarm_types.h"

#include <string>
#include <string_view>
#include <utility>

namespace tidings::graphql {
namespace {

/// A field's name and the notation of its type.
struct NameAndType {
  std::string_view name;
  std::string_view type;
};

Resolver Nothing() {
  return [](const ResolveCall&) { return Resolved::Null(); };
}

/// An object type of which no object exists, so that nothing is ever read from one.
TypeDefinition EmptyType(std::string_view name, const std::vector<NameAndType>& fields) {
  TypeDefinition type{.name = std::string(name)};
  type.fields.reserve(fields.size());
  for (const NameAndType& field : fields) {
    type.fields.push_back(
        {.name = std::string(field.name), .type = Type(field.type), .resolve = Nothing()}
    );
  }
  return type;
}

TypeDefinition InputType(std::string_view name, const std::vector<NameAndType>& inputs) {
  TypeDefinition type{.kind = TypeKind::kInputObject, .name = std::string(name)};
  type.inputs.reserve(inputs.size());
  for (const NameAndType& input : inputs) {
    type.inputs.push_back({.name = std::string(input.name), .type = Type(input.type)});
  }
  return type;
}

TypeDefinition ScopeType() {
  TypeDefinition type{
      .kind = TypeKind::kEnum, .name = "Scope", .description = "What an alarm is about."};
  type.values = {
      {.name = "All"},
      {.name = "Service"},
      {.name = "ServiceInstance"},
      {.name = "Endpoint"},
      {.name = "Process"},
      {.name = "ServiceRelation"},
      {.name = "ServiceInstanceRelation"},
      {.name = "EndpointRelation"},
      {.name = "ProcessRelation"},
  };
  return type;
}

TypeDefinition AlarmsType() {
  TypeDefinition type{.name = "Alarms", .description = "A page of alarms."};
  type.fields = {
      {.name = "msgs", .type = Type("[AlarmMessage!]!"), .resolve = [](const ResolveCall&) {
         return Resolved{Resolved::List()};
       }}};
  return type;
}

std::vector<TypeDefinition> SnapshotTypes() {
  return {
      EmptyType("AlarmSnapshot", {{"expression", "String"}, {"metrics", "[MQEMetric!]!"}}),
      EmptyType("MQEMetric", {{"name", "String!"}, {"results", "[MQEValues!]!"}}),
      EmptyType("MQEValues", {{"metric", "Metadata!"}, {"values", "[MQEValue!]!"}}),
      EmptyType("Metadata", {{"labels", "[KeyValue!]!"}}),
      EmptyType(
          "MQEValue", {{"id", "ID"}, {"owner", "Owner"}, {"value", "String"}, {"traceID", "ID"}}
      ),
      EmptyType(
          "Owner",
          {{"scope", "Scope"},
           {"serviceID", "ID"},
           {"serviceName", "String"},
           {"normal", "Boolean"},
           {"serviceInstanceID", "ID"},
           {"serviceInstanceName", "String"},
           {"endpointID", "ID"},
           {"endpointName", "String"}}
      ),
  };
}

std::vector<TypeDefinition> ConditionTypes() {
  return {
      InputType(
          "AlarmQueryCondition",
          {{"duration", "Duration!"},
           {"entities", "[Entity!]"},
           {"layer", "String"},
           {"ruleNames", "[String!]"},
           {"keyword", "String"},
           {"tags", "[AlarmTag!]"},
           {"paging", "Pagination!"}}
      ),
      InputType("AlarmTag", {{"key", "String!"}, {"value", "String"}}),
      InputType(
          "Entity",
          {{"scope", "Scope"},
           {"serviceName", "String"},
           {"normal", "Boolean"},
           {"serviceInstanceName", "String"},
           {"endpointName", "String"},
           {"processName", "String"},
           {"destServiceName", "String"},
           {"destNormal", "Boolean"},
           {"destServiceInstanceName", "String"},
           {"destEndpointName", "String"},
           {"destProcessName", "String"}}
      ),
  };
}

}  // namespace

std::vector<TypeDefinition> AlarmTypes() {
  std::vector<TypeDefinition> types = {
      AlarmsType(),
      EmptyType(
          "AlarmMessage",
          {{"startTime", "Long!"},
           {"recoveryTime", "Long"},
           {"scope", "Scope"},
           {"id", "ID!"},
           {"name", "String!"},
           {"message", "String!"},
           {"events", "[Event!]!"},
           {"tags", "[KeyValue!]!"},
           {"snapshot", "AlarmSnapshot!"}}
      ),
      ScopeType()};
  for (auto* more : {&SnapshotTypes, &ConditionTypes}) {
    for (TypeDefinition& type : more()) {
      types.push_back(std::move(type));
    }
  }
  return types;
}

FieldDefinition QueryAlarmsField() {
  return {
      .name = "queryAlarms",
      .type = Type("Alarms"),
      .description = "An empty page: there are no alarms.",
      .arguments = {{.name = "condition", .type = Type("AlarmQueryCondition!")}},
      .resolve = [](const ResolveCall&) { return Resolved::Object({}); }};
}

}  // namespace tidings::graphql
