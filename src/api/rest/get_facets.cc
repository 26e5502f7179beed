#include "api/rest/get_facets.h"

#include "api/rest/field_list.h"
#include "api/rest/filter_parameters.h"
#include "api/rest/query_parameters.h"
#include "base/json_writer.h"
#include "query/counted_fields.h"

namespace tidings::rest {
namespace {

constexpr size_t kMaxFields = 32;
constexpr size_t kMaxTop = 1000;

void WriteFacet(JsonWriter& json, const Facet& facet) {
  json.BeginObject().Key("distinct").Uint(facet.distinct).Key("values").BeginArray();
  for (const ValueCount& value : facet.values) {
    json.BeginObject().Key("value").String(value.value);
    json.Key("events").Uint(value.counts.events);
    json.Key("errors").Uint(value.counts.errors).EndObject();
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
  out.fields.assign(query::kCountedFields.begin(), query::kCountedFields.end());
  problem = problem ? problem
                    : ParseFieldList(
                          parameters,
                          {.name = "fields", .fields = query::kCountedFields, .most = kMaxFields},
                          out.fields
                      );
  problem = problem ? problem : ParseNumberParameter(parameters, "top", {.most = kMaxTop}, out.top);
  return problem ? problem : parameters.Single("prefix", out.prefix);
}

absl::StatusOr<std::string> FacetsCall::Answer(const RestContext& context, const Patience& patience)
    const {
  AggregateQuery wanted{
      .filter = filter, .prefix = prefix, .top = top, .now_ms = now_ms, .patience = patience};
  for (const FacetField& field : fields) {
    if (const auto* const text = std::get_if<FilterField>(&field)) {
      wanted.fields.push_back(*text);
    } else {
      wanted.parameters.push_back(*std::get_if<std::string>(&field));
    }
  }
  const absl::StatusOr<AggregateResult> result = context.dependencies.store.Aggregate(wanted);
  if (!result.ok()) {
    return result.status();
  }
  std::string body;
  JsonWriter json(body);
  json.BeginObject().Key("facets").BeginObject();
  auto of_field = result->fields.begin();
  auto of_parameter = result->parameters.begin();
  for (const FacetField& field : fields) {
    const bool is_parameter = std::holds_alternative<std::string>(field);
    WriteFacet(json.Key(NameOf(field)), is_parameter ? *of_parameter++ : *of_field++);
  }
  json.EndObject().Key("total").Uint(result->total.events);
  WriteIncomplete(json, result->incomplete);
  json.EndObject();
  return body;
}

}  // namespace tidings::rest
