#include "api/rest/get_lanes.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "api/rest/field_list.h"
#include "api/rest/filter_parameters.h"
#include "api/rest/page_cursor.h"
#include "api/rest/query_parameters.h"
#include "api/rest/shown_window.h"
#include "base/json_writer.h"
#include "codec/json/event_json.h"
#include "query/buckets.h"
#include "query/lanes.h"
#include "store/cursor_token.h"

namespace tidings::rest {
namespace {

constexpr size_t kMaxLanesOnAPage = 1000;
constexpr size_t kMaxGroupFields = 3;
constexpr std::array<FilterField, 5> kGroupFields = {
    FilterField::kLayer,
    FilterField::kService,
    FilterField::kInstance,
    FilterField::kEndpoint,
    FilterField::kName};

void WriteCells(JsonWriter& json, const query::Lane& lane, const query::Buckets& buckets) {
  json.Key("cells").BeginArray();
  for (const auto& [bucket, cell] : lane.cells) {
    json.BeginObject().Key("t").Int(buckets.edges[bucket]);
    json.Key("events").Uint(cell.events).Key("errors").Uint(cell.errors);
    json.Key("first").String(cell.first_id).Key("last").String(cell.last_id).EndObject();
  }
  json.EndArray();
}

void WriteSpans(JsonWriter& json, const query::Lane& lane) {
  json.Key("spans").BeginArray();
  for (const Event& event : lane.spans) {
    json::WriteEvent(json, event.view());
  }
  json.EndArray();
}

/// The lanes of one page, and what they are of.
struct LanesPage {
  query::Lanes lanes;
  size_t begin = 0;
  size_t end = 0;
};

void WriteLanes(JsonWriter& json, const LanesPage& page, const query::Buckets& buckets) {
  json.Key("lanes").BeginArray();
  for (size_t i = page.begin; i < page.end; ++i) {
    const query::Lane& lane = page.lanes.lanes[i];
    json.BeginObject().Key("key").BeginArray();
    for (const std::string& value : lane.key) {
      json.String(value);
    }
    json.EndArray().Key("events").Uint(lane.events).Key("errors").Uint(lane.errors);
    if (page.lanes.is_dense) {
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
  out.binding = CursorBinding(parameters, kMayChange);
  problem = ParseCursor(parameters, out.binding, out.cursor);
  out.now_ms = out.cursor ? out.cursor->created_ms : now_ms;
  out.group = {FilterField::kLayer, FilterField::kService};
  problem = problem ? problem : ParseFilters(parameters, out.now_ms, out.filter.where);
  problem = problem ? problem
                    : ParseWindow(parameters, out.now_ms, LastHour(out.now_ms), out.filter.window);
  problem = problem ? problem
                    : ParseFieldList(
                          parameters,
                          {.name = "group", .fields = kGroupFields, .most = kMaxGroupFields},
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
  query::LanesBuilder builder(group, cut);
  LanesPage page;
  page.begin = cursor ? static_cast<size_t>(cursor->position_time) : 0;
  absl::StatusOr<ScanEnd> end = store.Scan(
      {.filter = filter,
       .columns = ScanColumns::kWhole,
       .now_ms = now_ms,
       .cursor = cursor,
       .wants_cursor =
           [&] {
             page.lanes = std::move(builder).Finish();
             page.begin = std::min(page.begin, page.lanes.lanes.size());
             page.end = std::min(page.begin + limit, page.lanes.lanes.size());
             return page.end < page.lanes.lanes.size();
           },
       .patience = patience},
      [&builder](const EventView& event) {
        builder.Add(event);
        return true;
      }
  );
  if (!end.ok()) {
    return end.status();
  }
  if (page.lanes.is_cut) {
    end->incomplete.push_back(
        {.reason = Incompleteness::Reason::kMemory,
         .detail = fmt::format(
             "there are more than {} lanes or {} cells, of which some are not counted",
             query::kMaxLanes,
             query::kMaxLaneCells
         )}
    );
  }
  std::string body;
  JsonWriter json(body);
  json.BeginObject();
  WriteLanes(json, page, cut);
  json.Key("mode").String(page.lanes.is_dense ? "density" : "spans");
  json.Key("from").Int(cut.edges.front()).Key("to").Int(cut.edges.back());
  json.Key("step").Int(cut.step_ms).Key("distinct").Uint(page.lanes.lanes.size());
  json.Key("events").Uint(page.lanes.events).Key("errors").Uint(page.lanes.errors);
  json.Key("next_cursor");
  if (end->cursor) {
    end->cursor->created_ms = now_ms;
    end->cursor->position_time = static_cast<int64_t>(page.end);
    json.String(EncodeCursor(*end->cursor, binding));
  } else {
    json.Null();
  }
  WriteIncomplete(json, end->incomplete);
  json.EndObject();
  return body;
}

}  // namespace tidings::rest
