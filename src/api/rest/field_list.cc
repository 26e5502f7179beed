#include "api/rest/field_list.h"

#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"

namespace tidings::rest {
namespace {

std::optional<FacetField> ReadField(std::string_view text, std::span<const FilterField> allowed) {
  constexpr std::string_view kParameter = "parameter.";
  if (text.starts_with(kParameter) && text.size() > kParameter.size()) {
    return std::string(text.substr(kParameter.size()));
  }
  const std::optional<FilterField> field = FilterFieldFromName(text);
  if (!field || std::find(allowed.begin(), allowed.end(), *field) == allowed.end()) {
    return std::nullopt;
  }
  return *field;
}

FieldProblem UnknownField(std::string_view text, const FieldListRule& rule) {
  std::vector<std::string_view> names;
  for (const FilterField field : rule.fields) {
    names.push_back(NameOf(field));
  }
  // `q` takes both; an answer names the facet as it was asked for, so here it has one name.
  constexpr std::string_view kPlural = "parameters.";
  const std::string parameter =
      text.starts_with(kPlural) && text.size() > kPlural.size()
          ? fmt::format("parameter.{}", EscapeForDisplay(text.substr(kPlural.size()), 64))
          : "";
  const auto nearest =
      parameter.empty() ? Nearest(text, names) : std::optional(std::string_view(parameter));
  return {
      .field = std::string(rule.name),
      .detail = fmt::format(
          "{} has '{}', {}",
          rule.name,
          EscapeForDisplay(text, 64),
          nearest ? fmt::format("did you mean '{}'?", *nearest)
                  : fmt::format("expected {} or parameter.KEY", fmt::join(names, ", "))
      )};
}

}  // namespace

std::optional<FieldProblem> ParseFieldList(
    const QueryParameters& parameters, const FieldListRule& rule, std::vector<FacetField>& fields
) {
  std::string text;
  if (auto problem = parameters.Single(rule.name, text)) {
    return problem;
  }
  if (text.empty()) {
    return std::nullopt;
  }
  fields.clear();
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view name = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(rest.size(), name.size() + 1));
    std::optional<FacetField> field = ReadField(name, rule.fields);
    if (!field) {
      return UnknownField(name, rule);
    }
    if (std::find(fields.begin(), fields.end(), *field) == fields.end()) {
      fields.push_back(*std::move(field));
    }
  }
  if (fields.size() <= rule.most) {
    return std::nullopt;
  }
  return FieldProblem{
      .field = std::string(rule.name),
      .detail = fmt::format("{} has {}, expected at most {}", rule.name, fields.size(), rule.most)};
}

}  // namespace tidings::rest
