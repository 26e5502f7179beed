#include "api/rest/list_events.h"

#include <chrono>
#include <limits>
#include <optional>
#include <string_view>

#include "api/rest/answer.h"
#include "api/rest/event_list_query.h"
#include "base/json_writer.h"
#include "base/status.h"
#include "codec/json/event_json.h"
#include "event/interval.h"
#include "store/cursor_token.h"

namespace tidings::rest {
namespace {

/// What matches outside of a window in which nothing does.
struct Neighbours {
  std::optional<Event> older;
  std::optional<Event> newer;
};

struct Listing {
  EventPage page;
  std::optional<Neighbours> nearest;
};

/// The first match of `query` in another window and order.
std::optional<Event> FirstIn(
    const EventStore& store, const EventQuery& query, TimeWindow window, Order order
) {
  EventQuery first = query;
  first.filter.window = window;
  first.order = order;
  first.limit = 1;
  first.wants_cursor = false;
  absl::StatusOr<EventPage> page = store.Query(first);
  if (!page.ok() || page->events.empty()) {
    return std::nullopt;
  }
  return std::move(page->events.front());
}

/// Since nothing overlaps [from, to), what begins before `from` ends before it, and what ends at or
/// after `to` begins there.
Neighbours FindNeighbours(const EventStore& store, const EventQuery& query) {
  constexpr TimeWindow kAll;
  const TimeWindow& window = query.filter.window;
  Neighbours found;
  if (window.from > kAll.from) {
    found.older = FirstIn(store, query, {kAll.from, window.from}, Order::kNewestFirst);
  }
  if (window.to < kAll.to) {
    found.newer = FirstIn(store, query, {window.to, kAll.to}, Order::kOldestFirst);
  }
  return found;
}

absl::StatusOr<Listing> Find(const EventStore& store, const EventListQuery& asked) {
  absl::StatusOr<EventPage> page = store.Query(asked.query);
  if (!page.ok()) {
    return page.status();
  }
  Listing listing{.page = *std::move(page), .nearest = std::nullopt};
  if (listing.page.next && !asked.query.cursor) {
    // The store's clock has gone on since relative times were resolved: every later page must
    // resolve them as this one did, or its window would be another one.
    listing.page.next->created_ms = asked.now_ms;
  }
  if (listing.page.events.empty() && listing.page.incomplete.empty() && !asked.query.cursor) {
    listing.nearest = FindNeighbours(store, asked.query);
  }
  return listing;
}

void WriteNeighbour(JsonWriter& json, const std::optional<Event>& event) {
  if (!event) {
    json.Null();
    return;
  }
  json.BeginObject().Key("id").String(event->view().id);
  json.Key("start").Int(OrderTime(event->view())).EndObject();
}

std::string WriteListing(const EventListQuery& asked, const Listing& listing, int64_t took_ms) {
  std::string body;
  JsonWriter json(body);
  json.BeginObject().Key("events").BeginArray();
  for (const Event& event : listing.page.events) {
    json::WriteEvent(json, event.view(), {.render = asked.render});
  }
  json.EndArray().Key("next_cursor");
  if (listing.page.next) {
    json.String(EncodeCursor(*listing.page.next, asked.binding));
  } else {
    json.Null();
  }
  WriteIncomplete(json, listing.page.incomplete);
  json.Key("took_ms").Int(took_ms).Key("nearest");
  if (listing.nearest) {
    json.BeginObject().Key("older");
    WriteNeighbour(json, listing.nearest->older);
    json.Key("newer");
    WriteNeighbour(json, listing.nearest->newer);
    json.EndObject();
  } else {
    json.Null();
  }
  json.EndObject();
  return body;
}

net::HttpResponse Answer(RestContext& context, const EventListQuery& asked) {
  const Clock& clock = context.dependencies.clock;
  const auto began = clock.Steady();
  const absl::StatusOr<Listing> listing = Find(context.dependencies.store, asked);
  if (!listing.ok()) {
    context.telemetry.CountFailure(listing.status());
    return ProblemOf(listing.status());
  }
  const auto took = clock.Steady() - began;
  context.telemetry.Count(QueryKind::kEvents, took);
  const auto took_ms = std::chrono::duration_cast<std::chrono::milliseconds>(took);
  return JsonAnswer(WriteListing(asked, *listing, took_ms.count()));
}

}  // namespace

void ListEvents::Handle(
    std::shared_ptr<const net::HttpRequest> request, std::string, net::Responder respond
) {
  const RestDependencies& dependencies = context_->dependencies;
  const int64_t now_ms = dependencies.clock.NowMs();
  EventListQuery asked;
  if (const auto problem = ParseEventListQuery(request->query, now_ms, asked)) {
    respond(ProblemOf(*problem));
    return;
  }
  asked.query.patience = PatienceOf(dependencies, *request, now_ms);
  RunOnExecutor(context_, respond, [context = context_, respond, asked = std::move(asked)] {
    respond(Answer(*context, asked));
  });
}

}  // namespace tidings::rest
