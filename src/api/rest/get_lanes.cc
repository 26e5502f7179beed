#include "api/rest/get_lanes.h"

#include <array>
#include <utility>

#include "api/rest/field_list.h"
#include "api/rest/filter_parameters.h"
#include "api/rest/page_cursor.h"
#include "api/rest/query_parameters.h"
#include "api/rest/shown_window.h"
#include "base/json_writer.h"
#include "codec/json/event_json.h"
#include "query/buckets.h"
#include "store/cursor_token.h"

namespace tidings::rest {
namespace {

constexpr size_t kMaxLanesOnAPage = 1000;
constexpr std::array<FilterField, 5> kGroupFields = {
    FilterField::kLayer,
    FilterField::kService,
    FilterField::kInstance,
    FilterField::kEndpoint,
    FilterField::kName};

void WriteCells(JsonWriter& json, const Lane& lane, const query::Buckets& buckets) {
  json.Key("cells").BeginArray();
  for (const LaneCell& cell : lane.cells) {
    json.BeginObject().Key("t").Int(buckets.edges[cell.bucket]);
    json.Key("events").Uint(cell.counts.events).Key("errors").Uint(cell.counts.errors);
    json.Key("first").String(cell.first_id).Key("last").String(cell.last_id).EndObject();
  }
  json.EndArray();
}

void WriteSpans(JsonWriter& json, const Lane& lane) {
  json.Key("spans").BeginArray();
  for (const Event& event : lane.spans) {
    json::WriteEvent(json, event.view());
  }
  json.EndArray();
}

void WriteLanes(JsonWriter& json, const LanesPage& page, const query::Buckets& buckets) {
  json.Key("lanes").BeginArray();
  for (const Lane& lane : page.lanes) {
    json.BeginObject().Key("key").BeginArray();
    for (const std::string& value : lane.key) {
      json.String(value);
    }
    json.EndArray();
    json.Key("events").Uint(lane.counts.events).Key("errors").Uint(lane.counts.errors);
    if (page.is_dense) {
      WriteCells(json, lane, buckets);
    } else {
      WriteSpans(json, lane);
    }
    json.EndObject();
  }
  json.EndArray();
}

}  // namespace

std::optional<FieldProblem> LanesCall::Parse(
    std::string_view url_query, int64_t now_ms, LanesCall& out
) {
  constexpr std::array<std::string_view, 1> kMayChange{"limit"};
  QueryParameters parameters;
  std::optional<FieldProblem> problem = QueryParameters::Parse(
      url_query, WithFilterNames({"group", "buckets", "limit", "cursor"}), parameters
  );
  if (problem) {
    return problem;
  }
  out.binding = CursorBinding("lanes", parameters, kMayChange);
  problem = ParseCursor(parameters, out.binding, out.cursor);
  out.now_ms = out.cursor ? out.cursor->created_ms : now_ms;
  out.group = {FilterField::kLayer, FilterField::kService};
  problem = problem ? problem : ParseFilters(parameters, out.now_ms, out.filter.where);
  problem = problem ? problem
                    : ParseWindow(parameters, out.now_ms, LastHour(out.now_ms), out.filter.window);
  problem = problem ? problem
                    : ParseFieldList(
                          parameters,
                          {.name = "group", .fields = kGroupFields, .most = kMaxLaneFields},
                          out.group
                      );
  problem =
      problem
          ? problem
          : ParseNumberParameter(parameters, "buckets", {.most = query::kMaxBuckets}, out.buckets);
  return problem ? problem
                 : ParseNumberParameter(
                       parameters,
                       "limit",
                       {.most = kMaxLanesOnAPage,
                        .advice = "further lanes are on the page that next_cursor leads to"},
                       out.limit
                   );
}

absl::StatusOr<std::string> LanesCall::Answer(const RestContext& context, const Patience& patience)
    const {
  const EventStore& store = context.dependencies.store;
  const absl::StatusOr<TimeWindow> window = ShownWindow(store, filter, now_ms, patience, cursor);
  if (!window.ok()) {
    return window.status();
  }
  const query::Buckets cut = query::CutInto(*window, buckets, absl::UTCTimeZone());
  absl::StatusOr<LanesPage> page = store.Lanes(
      {.filter = filter,
       .group = group,
       .edges = cut.edges,
       .limit = limit,
       .now_ms = now_ms,
       .cursor = cursor,
       .patience = patience}
  );
  if (!page.ok()) {
    return page.status();
  }
  std::string body;
  JsonWriter json(body);
  json.BeginObject();
  WriteLanes(json, *page, cut);
  json.Key("mode").String(page->is_dense ? "density" : "spans");
  json.Key("from").Int(cut.edges.front()).Key("to").Int(cut.edges.back());
  json.Key("step").Int(cut.step_ms).Key("distinct").Uint(page->distinct);
  json.Key("events").Uint(page->total.events).Key("errors").Uint(page->total.errors);
  json.Key("next_cursor");
  if (page->next) {
    page->next->created_ms = now_ms;
    json.String(EncodeCursor(*page->next, binding));
  } else {
    json.Null();
  }
  WriteIncomplete(json, page->incomplete);
  json.EndObject();
  return body;
}

}  // namespace tidings::rest
