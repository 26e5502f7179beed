#include "api/graphql/metadata_types.h"

#include <optional>
#include <string>
#include <utility>

#include "api/graphql/engine/request_scope.h"
#include "api/graphql/layers.h"
#include "base/text.h"

namespace tidings::graphql {
namespace {

/// A version of SkyWalking's server that its command line is known to take; it refuses what it does
/// not know. Our own is in `/api/v1/status`.
constexpr const char* kSkyWalkingVersion = "10.2.0";
/// Times are UTC everywhere.
constexpr const char* kTimeZone = "+0000";
/// These look at every service.
constexpr size_t kServicesCost = 50;

using ServicePointer = const ServiceLayers*;
using HealthPointer = const Health*;

Resolved ListOf(const std::vector<std::string>& texts) {
  Resolved::List list;
  list.reserve(texts.size());
  for (const std::string& text : texts) {
    list.push_back({text});
  }
  return {std::move(list)};
}

TypeDefinition TimeInfoType() {
  TypeDefinition type{.name = "TimeInfo", .description = "The server's clock."};
  type.fields = {
      {.name = "timezone",
       .type = Type("String"),
       .resolve = [](const ResolveCall&) { return Resolved{std::string(kTimeZone)}; }},
      {.name = "currentTimestamp", .type = Type("Long"), .resolve = On<int64_t>([](int64_t now_ms) {
                                                           return Resolved{now_ms};
                                                         })},
  };
  return type;
}

Resolver ServiceName() {
  return On<ServicePointer>([](const ServicePointer& one) { return Resolved{one->service}; });
}

TypeDefinition ServiceType() {
  TypeDefinition type{.name = "Service", .description = "A service that has an event."};
  type.fields = {
      {.name = "id",
       .type = Type("ID!"),
       .description = "The name in base64, and `.1`.",
       .resolve = On<ServicePointer>([](const ServicePointer& one) {
         return Resolved{Base64Encode(one->service) + ".1"};
       })},
      {.name = "name", .type = Type("String!"), .resolve = ServiceName()},
      {.name = "group",
       .type = Type("String!"),
       .resolve = [](const ResolveCall&) { return Resolved{std::string()}; }},
      {.name = "shortName", .type = Type("String!"), .resolve = ServiceName()},
      {.name = "layers",
       .type = Type("[String!]!"),
       .resolve =
           On<ServicePointer>([](const ServicePointer& one) { return ListOf(one->layers); })},
      {.name = "normal",
       .type = Type("Boolean"),
       .resolve = [](const ResolveCall&) { return Resolved{true}; }},
  };
  return type;
}

TypeDefinition HealthStatusType() {
  TypeDefinition type{.name = "HealthStatus", .description = "How the server is."};
  type.fields = {
      {.name = "score",
       .type = Type("Int!"),
       .description = "0 when healthy, more when not.",
       .resolve = On<HealthPointer>([](const HealthPointer& one) {
         return Resolved{int64_t{one->score}};
       })},
      {.name = "details",
       .type = Type("String"),
       .resolve =
           On<HealthPointer>([](const HealthPointer& one) { return Resolved{one->details}; })},
  };
  return type;
}

absl::StatusOr<Resolved> FindService(const EventStore& store, const ResolveCall& call) {
  const std::string_view name = call.arguments.Text("serviceName");
  if (name.empty()) {
    return Resolved::Null();  // To the store the empty name is all services.
  }
  absl::StatusOr<std::vector<ServiceLayers>> found = store.Services(name);
  if (!found.ok()) {
    return found.status();
  }
  if (found->empty()) {
    return Resolved::Null();
  }
  return Resolved::Object(call.scope.Keep(std::move(found->front())));
}

absl::StatusOr<Resolved> ListLayers(const EventStore& store) {
  const absl::StatusOr<std::vector<ServiceLayers>> services = store.Services("");
  if (!services.ok()) {
    return services.status();
  }
  return ListOf(AllLayers(*services));
}

}  // namespace

std::vector<TypeDefinition> MetadataTypes() {
  return {TimeInfoType(), ServiceType(), HealthStatusType()};
}

std::vector<FieldDefinition> MetadataFields(
    const EventStore& store, const Clock& clock, std::function<Health()> health
) {
  return {
      {.name = "version",
       .type = Type("String"),
       .description = "The version of SkyWalking that this schema is compatible with.",
       .resolve = [](const ResolveCall&) { return Resolved{std::string(kSkyWalkingVersion)}; }},
      {.name = "getTimeInfo",
       .type = Type("TimeInfo"),
       .resolve = [&clock](const ResolveCall&) { return Resolved::Object(clock.NowMs()); }},
      {.name = "checkHealth",
       .type = Type("HealthStatus!"),
       .resolve = [health = std::move(health)](const ResolveCall& call
                  ) { return Resolved::Object(call.scope.Keep(health())); }},
      {.name = "findService",
       .type = Type("Service"),
       .description = "Null when no event is of a service of that name.",
       .arguments = {{.name = "serviceName", .type = Type("String!")}},
       .resolve = [&store](const ResolveCall& call) { return FindService(store, call); },
       .cost = kServicesCost},
      {.name = "listLayers",
       .type = Type("[String!]!"),
       .description = "The known layers, and any other that an event is of.",
       .resolve = [&store](const ResolveCall&) { return ListLayers(store); },
       .cost = kServicesCost},
  };
}

}  // namespace tidings::graphql
