#include "api/graphql/common_types.h"

#include <string>

#include <fmt/format.h>

#include "codec/skywalking/event_protobuf.h"

namespace tidings::graphql {
namespace {

TypeDefinition LongType() {
  return {
      .kind = TypeKind::kScalar,
      .name = "Long",
      .description = "A whole number of 64 bits; times are milliseconds since 1970, UTC."};
}

TypeDefinition KeyValueType() {
  TypeDefinition type{.name = "KeyValue", .description = "A parameter. Typed values are text."};
  type.fields = {
      {.name = "key",
       .type = Type("String!"),
       .resolve = On<ParameterPointer>([](const ParameterPointer& one) {
         return Resolved{std::string(one->key)};
       })},
      {.name = "value",
       .type = Type("String"),
       .resolve = On<ParameterPointer>([](const ParameterPointer& one) {
         return Resolved{skywalking::ParameterText(one->value)};
       })},
  };
  return type;
}

TypeDefinition DurationType() {
  TypeDefinition type{
      .kind = TypeKind::kInputObject,
      .name = "Duration",
      .description = "From the beginning of one unit to the end of another, in UTC."};
  type.inputs = {
      {.name = "start", .type = Type("String!"), .description = "In the step's format."},
      {.name = "end", .type = Type("String!"), .description = "In the step's format; inclusive."},
      {.name = "step", .type = Type("Step!"), .description = "The unit."},
      {.name = "coldStage", .type = Type("Boolean"), .description = "Has no effect."},
  };
  return type;
}

TypeDefinition StepType() {
  TypeDefinition type{.kind = TypeKind::kEnum, .name = "Step"};
  type.values = {
      {.name = "DAY", .description = "yyyy-MM-dd"},
      {.name = "HOUR", .description = "yyyy-MM-dd HH"},
      {.name = "MINUTE", .description = "yyyy-MM-dd HHmm"},
      {.name = "SECOND", .description = "yyyy-MM-dd HHmmss"},
  };
  return type;
}

TypeDefinition OrderType() {
  TypeDefinition type{.kind = TypeKind::kEnum, .name = "Order"};
  type.values = {
      {.name = "ASC", .description = "Oldest first."},
      {.name = "DES", .description = "Newest first."},
  };
  return type;
}

TypeDefinition PaginationType() {
  TypeDefinition type{.kind = TypeKind::kInputObject, .name = "Pagination"};
  type.inputs = {
      {.name = "pageNum",
       .type = Type("Int"),
       .description = "From 1.",
       .default_value = IntLiteral(1)},
      {.name = "pageSize", .type = Type("Int!"), .description = "1 to 10000."},
  };
  return type;
}

}  // namespace

Literal IntLiteral(int value) {
  return {.kind = Literal::Kind::kInt, .text = fmt::format("{}", value)};
}

std::vector<TypeDefinition> CommonTypes() {
  return {LongType(), KeyValueType(), DurationType(), StepType(), OrderType(), PaginationType()};
}

}  // namespace tidings::graphql
