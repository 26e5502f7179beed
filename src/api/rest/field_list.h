#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "api/rest/answer.h"
#include "api/rest/query_parameters.h"
#include "event/filter.h"
#include "store/facet_field.h"

namespace tidings::rest {

/// A parameter that lists fields: `service,name,parameter.KEY`.
struct FieldListRule {
  /// The parameter.
  std::string_view name;
  /// The fields that may stand there; parameters always may.
  std::span<const FilterField> fields;
  size_t most = 1;
};

/// The fields in the order given, repeats left out; `fields` is left as it is when none is given.
std::optional<FieldProblem> ParseFieldList(
    const QueryParameters& parameters, const FieldListRule& rule, std::vector<FacetField>& fields
);

}  // namespace tidings::rest
