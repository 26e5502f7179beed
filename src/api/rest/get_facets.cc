#include "api/rest/get_facets.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "api/rest/filter_parameters.h"
#include "api/rest/query_parameters.h"
#include "base/json_writer.h"
#include "base/text.h"

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

std::optional<query::FacetField> ReadFacetField(std::string_view text) {
  constexpr std::string_view kParameter = "parameter.";
  if (text.starts_with(kParameter) && text.size() > kParameter.size()) {
    return std::string(text.substr(kParameter.size()));
  }
  const std::optional<FilterField> field = FilterFieldFromName(text);
  if (!field || std::find(kFields.begin(), kFields.end(), *field) == kFields.end()) {
    return std::nullopt;
  }
  return *field;
}

FieldProblem UnknownFacet(std::string_view text) {
  std::vector<std::string_view> names;
  for (const FilterField field : kFields) {
    names.push_back(NameOf(field));
  }
  const auto nearest = Nearest(text, names);
  return {
      .field = "fields",
      .detail = fmt::format(
          "fields has '{}', {}",
          EscapeForDisplay(text, 64),
          nearest ? fmt::format("did you mean '{}'?", *nearest)
                  : fmt::format("expected {} or parameter.KEY", fmt::join(names, ", "))
      )};
}

std::optional<FieldProblem> ParseFields(
    const QueryParameters& parameters, std::vector<query::FacetField>& fields
) {
  std::string text;
  if (auto problem = parameters.Single("fields", text)) {
    return problem;
  }
  if (text.empty()) {
    fields.assign(kFields.begin(), kFields.end());
    return std::nullopt;
  }
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view name = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(rest.size(), name.size() + 1));
    const std::optional<query::FacetField> field = ReadFacetField(name);
    if (!field) {
      return UnknownFacet(name);
    }
    if (std::find(fields.begin(), fields.end(), *field) == fields.end()) {
      fields.push_back(*field);
    }
  }
  if (fields.size() <= kMaxFields) {
    return std::nullopt;
  }
  return FieldProblem{
      .field = "fields",
      .detail = fmt::format("fields has {}, expected at most {}", fields.size(), kMaxFields)};
}

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
  problem = problem ? problem : ParseFields(parameters, out.fields);
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
