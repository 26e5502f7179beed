#include "api/rest/get_histogram.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "api/rest/filter_parameters.h"
#include "api/rest/query_parameters.h"
#include "base/json_writer.h"
#include "base/text.h"
#include "query/buckets.h"
#include "query/histogram.h"

namespace tidings::rest {
namespace {

std::optional<FieldProblem> ParseZone(const QueryParameters& parameters, absl::TimeZone& zone) {
  std::string name;
  if (auto problem = parameters.Single("tz", name)) {
    return problem;
  }
  if (name.empty() || absl::LoadTimeZone(name, &zone)) {
    return std::nullopt;
  }
  return FieldProblem{
      .field = "tz",
      .detail = fmt::format(
          "tz is '{}', expected the name of a time zone, as Europe/Berlin or UTC",
          EscapeForDisplay(name, 64)
      )};
}

std::optional<FieldProblem> ParseCut(const QueryParameters& parameters, HistogramCall& out) {
  std::optional<FieldProblem> problem = ParseDurationParameter(parameters, "step", out.step_ms);
  problem =
      problem
          ? problem
          : ParseNumberParameter(parameters, "buckets", {.most = query::kMaxBuckets}, out.buckets);
  problem = problem ? problem : ParseZone(parameters, out.zone);
  if (problem || !out.step_ms) {
    return problem;
  }
  std::string buckets;
  problem = parameters.Single("buckets", buckets);
  if (!problem && !buckets.empty()) {
    return FieldProblem{.field = "buckets", .detail = "buckets: expected beside no step"};
  }
  return problem;
}

/// When the first event that matches stands; nothing when none does.
absl::StatusOr<std::optional<int64_t>> FirstTime(
    const EventStore& store, const Filter& filter, absl::Time deadline
) {
  const absl::StatusOr<EventPage> page = store.Query(
      {.filter = filter,
       .order = Order::kOldestFirst,
       .limit = 1,
       .cursor = std::nullopt,
       .deadline = deadline,
       .wants_cursor = false}
  );
  if (!page.ok()) {
    return page.status();
  }
  if (page->events.empty()) {
    return std::nullopt;
  }
  return OrderTime(page->events.front().view());
}

void WriteCounts(JsonWriter& json, std::string_view key, const query::TypeCounts& counts) {
  json.Key(key).BeginObject();
  for (const EventType type : {EventType::kNormal, EventType::kError}) {
    json.Key(NameOf(type)).Uint(counts[static_cast<size_t>(type)]);
  }
  json.EndObject();
}

std::string WriteHistogram(
    const query::Buckets& buckets,
    const std::vector<query::HistogramBucket>& counts,
    const std::vector<Incompleteness>& incomplete
) {
  std::string body;
  JsonWriter json(body);
  json.BeginObject().Key("step").Int(buckets.step_ms).Key("buckets").BeginArray();
  for (size_t i = 0; i < counts.size(); ++i) {
    json.BeginObject().Key("t").Int(buckets.edges[i]);
    WriteCounts(json, "started", counts[i].started);
    WriteCounts(json, "ended", counts[i].ended);
    WriteCounts(json, "active", counts[i].active);
    json.EndObject();
  }
  json.EndArray();
  WriteIncomplete(json, incomplete);
  json.EndObject();
  return body;
}

}  // namespace

std::optional<FieldProblem> HistogramCall::Parse(
    std::string_view url_query, int64_t now_ms, HistogramCall& out
) {
  QueryParameters parameters;
  std::optional<FieldProblem> problem =
      QueryParameters::Parse(url_query, WithFilterNames({"step", "buckets", "tz"}), parameters);
  out.now_ms = now_ms;
  problem = problem ? problem : ParseFilters(parameters, now_ms, out.filter.where);
  problem =
      problem ? problem : ParseWindow(parameters, now_ms, LastHour(now_ms), out.filter.window);
  problem = problem ? problem : ParseCut(parameters, out);
  if (problem) {
    return problem;
  }
  TimeWindow& window = out.filter.window;
  if (window.to == TimeWindow().to) {
    // What happens in this millisecond counts too.
    window.to = std::max(now_ms + 1, window.from);
  }
  out.from_the_beginning = window.from == 0;
  return std::nullopt;
}

absl::StatusOr<std::string> HistogramCall::Answer(const RestContext& context, absl::Time deadline)
    const {
  const EventStore& store = context.dependencies.store;
  ScanQuery scan{.filter = filter, .now_ms = now_ms, .deadline = deadline};
  TimeWindow& window = scan.filter.window;
  if (from_the_beginning) {
    const auto first = FirstTime(store, filter, deadline);
    if (!first.ok()) {
      return first.status();
    }
    window.from = std::clamp(first->value_or(window.to), window.from, window.to);
  }
  absl::StatusOr<query::Buckets> cut = query::CutInto(window, buckets, zone);
  if (step_ms) {
    cut = query::CutBySteps(window, *step_ms, zone);
  }
  if (!cut.ok()) {
    return cut.status();
  }
  query::HistogramBuilder builder(*cut, window, now_ms);
  const absl::StatusOr<ScanEnd> end = store.Scan(scan, [&builder](const EventView& event) {
    builder.Add(event);
    return true;
  });
  if (!end.ok()) {
    return end.status();
  }
  return WriteHistogram(*cut, builder.Finish(), end->incomplete);
}

}  // namespace tidings::rest
