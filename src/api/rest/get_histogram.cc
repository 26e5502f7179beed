#include "api/rest/get_histogram.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "api/rest/filter_parameters.h"
#include "api/rest/query_parameters.h"
#include "api/rest/shown_window.h"
#include "base/json_writer.h"
#include "base/text.h"
#include "query/buckets.h"

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

/// The buckets without what lies outside of the window, which is not counted.
std::vector<int64_t> EdgesInside(const query::Buckets& buckets, const TimeWindow& window) {
  std::vector<int64_t> edges = buckets.edges;
  edges.front() = std::max(edges.front(), window.from);
  // A window of zero length means its instant.
  edges.back() = std::min(edges.back(), std::max(window.to, window.from + 1));
  return edges;
}

void WriteCounts(JsonWriter& json, std::string_view key, const TypeCounts& counts) {
  json.Key(key).BeginObject();
  json.Key(NameOf(EventType::kNormal)).Uint(counts.events - counts.errors);
  json.Key(NameOf(EventType::kError)).Uint(counts.errors).EndObject();
}

std::string WriteHistogram(const query::Buckets& buckets, const AggregateResult& result) {
  std::string body;
  JsonWriter json(body);
  json.BeginObject().Key("step").Int(buckets.step_ms).Key("buckets").BeginArray();
  for (size_t i = 0; i < result.buckets.size(); ++i) {
    json.BeginObject().Key("t").Int(buckets.edges[i]);
    WriteCounts(json, "started", result.buckets[i].started);
    WriteCounts(json, "ended", result.buckets[i].ended);
    WriteCounts(json, "active", result.buckets[i].active);
    json.EndObject();
  }
  json.EndArray();
  WriteIncomplete(json, result.incomplete);
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
  return problem ? problem : ParseCut(parameters, out);
}

absl::StatusOr<std::string> HistogramCall::Answer(
    const RestContext& context, const Patience& patience
) const {
  const EventStore& store = context.dependencies.store;
  const absl::StatusOr<TimeWindow> window = ShownWindow(store, filter, now_ms, patience);
  if (!window.ok()) {
    return window.status();
  }
  absl::StatusOr<query::Buckets> cut = query::CutInto(*window, buckets, zone);
  if (step_ms) {
    cut = query::CutBySteps(*window, *step_ms, zone);
  }
  if (!cut.ok()) {
    return AboutField(cut.status(), "step");
  }
  AggregateQuery wanted{.filter = filter, .now_ms = now_ms, .patience = patience};
  wanted.filter.window = *window;
  wanted.edges = EdgesInside(*cut, *window);
  const absl::StatusOr<AggregateResult> result = store.Aggregate(wanted);
  return result.ok() ? absl::StatusOr<std::string>(WriteHistogram(*cut, *result)) : result.status();
}

}  // namespace tidings::rest
