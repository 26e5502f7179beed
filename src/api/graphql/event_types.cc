#include "api/graphql/event_types.h"

#include <string>
#include <utility>

#include <absl/time/time.h>

#include "api/graphql/common_types.h"
#include "api/graphql/engine/request_scope.h"
#include "api/graphql/event_condition.h"
#include "base/status.h"
#include "base/time_text.h"
#include "event/filter.h"
#include "event/interval.h"

namespace tidings::graphql {
namespace {

/// What objects of the types `Event` and `Source` are.
using EventPointer = const Event*;
using PagePointer = const EventPage*;

/// Store queries weigh much more than what is picked from their results.
constexpr size_t kQueryCost = 200;

Resolver Text(TextField field) {
  return On<EventPointer>([field](const EventPointer& event) {
    return Resolved{std::string(event->view().text[field])};
  });
}

Resolver Shown(FilterField field) {
  return On<EventPointer>([field](const EventPointer& event) {
    return Resolved{std::string(ShownValue(event->view(), field))};
  });
}

Resolved Parameters(const EventPointer& event) {
  Resolved::List list;
  list.reserve(event->view().parameters.size());
  for (const Parameter& parameter : event->view().parameters) {
    list.push_back(Resolved::Object(&parameter));
  }
  return {std::move(list)};
}

/// 0 is "not known" in SkyWalking's protocol too; a time that was inferred stands in both.
Resolved Time(const EventView& event, int64_t known) {
  return {IsTimeInferred(event) ? event.inferred : known};
}

std::vector<FieldDefinition> EventFields() {
  return {
      {.name = "uuid", .type = Type("String!"), .resolve = Shown(FilterField::kId)},
      {.name = "source",
       .type = Type("Source!"),
       .resolve =
           On<EventPointer>([](const EventPointer& event) { return Resolved::Object(event); })},
      {.name = "name", .type = Type("String!"), .resolve = Shown(FilterField::kName)},
      {.name = "type", .type = Type("EventType!"), .resolve = Shown(FilterField::kType)},
      {.name = "message",
       .type = Type("String"),
       .description = "As it was reported: placeholders are not filled in.",
       .resolve = Text(TextField::kMessage)},
      {.name = "parameters",
       .type = Type("[KeyValue!]"),
       .description = "In the order of their keys.",
       .resolve = On<EventPointer>(&Parameters)},
      {.name = "startTime",
       .type = Type("Long!"),
       .description = "0 when only the end is known.",
       .resolve = On<EventPointer>([](const EventPointer& event) {
         return Time(event->view(), event->view().start);
       })},
      {.name = "endTime",
       .type = Type("Long"),
       .description = "0 while the event goes on.",
       .resolve = On<EventPointer>([](const EventPointer& event) {
         return Time(event->view(), event->view().end);
       })},
      {.name = "layer", .type = Type("String!"), .resolve = Shown(FilterField::kLayer)},
  };
}

TypeDefinition SourceType() {
  TypeDefinition type{.name = "Source", .description = "What an event happened to."};
  type.fields = {
      {.name = "service", .type = Type("String"), .resolve = Text(TextField::kService)},
      {.name = "serviceInstance", .type = Type("String"), .resolve = Text(TextField::kInstance)},
      {.name = "endpoint", .type = Type("String"), .resolve = Text(TextField::kEndpoint)},
  };
  return type;
}

TypeDefinition EventTypeType() {
  TypeDefinition type{.kind = TypeKind::kEnum, .name = "EventType"};
  type.values = {{.name = "Normal"}, {.name = "Error"}};
  return type;
}

TypeDefinition SourceInputType() {
  TypeDefinition type{
      .kind = TypeKind::kInputObject,
      .name = "SourceInput",
      .description = "An empty text is no condition."};
  type.inputs = {
      {.name = "service", .type = Type("String")},
      {.name = "serviceInstance", .type = Type("String")},
      {.name = "endpoint", .type = Type("String")},
  };
  return type;
}

TypeDefinition ConditionType() {
  TypeDefinition type{
      .kind = TypeKind::kInputObject,
      .name = "EventQueryCondition",
      .description = "All of it must hold. An empty text is no condition."};
  type.inputs = {
      {.name = "uuid", .type = Type("String")},
      {.name = "source", .type = Type("SourceInput")},
      {.name = "name", .type = Type("String")},
      {.name = "type", .type = Type("EventType")},
      {.name = "time",
       .type = Type("Duration"),
       .description = "Events whose interval overlaps it; required without a uuid."},
      {.name = "order", .type = Type("Order"), .description = "By default newest first."},
      {.name = "layer", .type = Type("String"), .description = "In upper or lower case."},
      {.name = "paging", .type = Type("Pagination!")},
  };
  return type;
}

/// Whether the page ended at its limit of bytes though more events would have belonged to it. The
/// store tells only by a cursor, which would have to be kept; so the next event is asked for, and
/// only where the page is nearly that large.
bool IsCut(const EventStore& store, const EventQuery& query, const EventPage& page) {
  constexpr size_t kMostOfOneEvent = size_t{1} << 20;
  size_t bytes = 0;
  for (const Event& event : page.events) {
    bytes += event.bytes();
  }
  if (page.events.size() >= query.limit || bytes + kMostOfOneEvent < query.page_bytes) {
    return false;
  }
  EventQuery next = query;
  next.offset += page.events.size();
  next.limit = 1;
  const absl::StatusOr<EventPage> rest = store.Query(next);
  return rest.ok() && !rest->events.empty();
}

absl::StatusOr<Resolved> QueryEvents(
    const EventStore& store, const Clock& clock, const ResolveCall& call
) {
  absl::StatusOr<EventQuery> query = EventQueryOf(call.arguments.Find("condition"));
  if (!query.ok()) {
    return query.status();
  }
  query->patience = {
      .deadline = absl::FromUnixMillis(clock.NowMs()) + absl::FromChrono(call.scope.TimeLeft()),
      .abandoned = call.scope.abandoned()};
  absl::StatusOr<EventPage> page = store.Query(*query);
  if (!page.ok()) {
    return page.status();
  }
  if (IsCut(store, *query, *page)) {
    return InvalidArgument(
        "paging.pageSize: a page of {} of these events is larger than {}, only {} fit: ask for "
        "smaller pages",
        query->limit,
        FormatSize(query->page_bytes),
        page->events.size()
    );
  }
  for (const Incompleteness& reason : page->incomplete) {
    call.scope.AddError(fmt::format("events may be missing: {}", reason.detail));
  }
  return Resolved::Object(call.scope.Keep(*std::move(page)));
}

}  // namespace

std::vector<TypeDefinition> EventTypes() {
  TypeDefinition events{.name = "Events", .description = "A page of events."};
  events.fields = {
      {.name = "events",
       .type = Type("[Event!]!"),
       .resolve = On<PagePointer>([](const PagePointer& page) {
         Resolved::List list;
         list.reserve(page->events.size());
         for (const Event& event : page->events) {
           list.push_back(Resolved::Object(&event));
         }
         return Resolved{std::move(list)};
       })}};
  TypeDefinition event{.name = "Event", .description = "All that is known of one event."};
  event.fields = EventFields();
  return {
      std::move(events),
      std::move(event),
      SourceType(),
      EventTypeType(),
      ConditionType(),
      SourceInputType()};
}

FieldDefinition QueryEventsField(const EventStore& store, const Clock& clock) {
  return {
      .name = "queryEvents",
      .type = Type("Events"),
      .arguments = {{.name = "condition", .type = Type("EventQueryCondition")}},
      .resolve = [&store,
                  &clock](const ResolveCall& call) { return QueryEvents(store, clock, call); },
      .cost = kQueryCost};
}

}  // namespace tidings::graphql
