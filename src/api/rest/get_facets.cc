#include "api/rest/get_facets.h"

#include <array>

#include <fmt/format.h>

#include "api/rest/field_list.h"
#include "api/rest/filter_parameters.h"
#include "api/rest/query_parameters.h"
#include "base/json_writer.h"

namespace tidings::rest {
namespace {

constexpr size_t kMaxFields = 32;
constexpr size_t kMaxTop = 1000;

/// Ids and messages are nearly all different.
constexpr std::array<FilterField, 7> kFields = {
    FilterField::kService,
    FilterField::kInstance,
    FilterField::kEndpoint,
    FilterField::kLayer,
    FilterField::kName,
    FilterField::kType,
    FilterField::kState};

void WriteFacet(JsonWriter& json, const query::Facet& facet) {
  json.BeginObject().Key("distinct").Uint(facet.distinct).Key("values").BeginArray();
  for (const query::FacetValue& value : facet.values) {
    json.BeginObject().Key("value").String(value.value);
    json.Key("events").Uint(value.events).Key("errors").Uint(value.errors).EndObject();
  }
  json.EndArray().EndObject();
}

}  // namespace

std::optional<FieldProblem> FacetsCall::Parse(
    std::string_view url_query, int64_t now_ms, FacetsCall& out
) {
  QueryParameters parameters;
  std::optional<FieldProblem> problem =
      QueryParameters::Parse(url_query, WithFilterNames({"fields", "top", "prefix"}), parameters);
  out.now_ms = now_ms;
  problem = problem ? problem : ParseFilters(parameters, now_ms, out.filter.where);
  problem =
      problem ? problem : ParseWindow(parameters, now_ms, LastHour(now_ms), out.filter.window);
  out.fields.assign(kFields.begin(), kFields.end());
  problem =
      problem
          ? problem
          : ParseFieldList(
                parameters, {.name = "fields", .fields = kFields, .most = kMaxFields}, out.fields
            );
  problem = problem ? problem : ParseNumberParameter(parameters, "top", {.most = kMaxTop}, out.top);
  return problem ? problem : parameters.Single("prefix", out.prefix);
}

absl::StatusOr<std::string> FacetsCall::Answer(const RestContext& context, absl::Time deadline)
    const {
  query::FacetsBuilder builder(fields, prefix);
  absl::StatusOr<ScanEnd> end = context.dependencies.store.Scan(
      {.filter = filter,
       .columns = builder.NeedsParameters() ? ScanColumns::kWhole : ScanColumns::kHot,
       .now_ms = now_ms,
       .deadline = deadline},
      [&builder](const EventView& event) {
        builder.Add(event);
        return true;
      }
  );
  if (!end.ok()) {
    return end.status();
  }
  if (builder.IsCut()) {
    end->incomplete.push_back(
        {.reason = Incompleteness::Reason::kMemory,
         .detail = fmt::format(
             "a field has more than {} values, of which some are not counted",
             query::kMaxFacetValues
         )}
    );
  }
  const std::vector<query::Facet> facets = builder.Finish(top);
  std::string body;
  JsonWriter json(body);
  json.BeginObject().Key("facets").BeginObject();
  for (size_t i = 0; i < fields.size(); ++i) {
    WriteFacet(json.Key(query::NameOf(fields[i])), facets[i]);
  }
  json.EndObject().Key("total").Uint(builder.total());
  WriteIncomplete(json, end->incomplete);
  json.EndObject();
  return body;
}

}  // namespace tidings::rest
