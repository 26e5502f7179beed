#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <absl/status/statusor.h>

#include "api/rest/answer.h"
#include "api/rest/context.h"
#include "event/filter.h"
#include "store/facet_field.h"

namespace tidings::rest {

/// `GET /api/v1/facets`, understood.
struct FacetsCall {
  static constexpr QueryKind kKind = QueryKind::kFacets;

  Filter filter;
  int64_t now_ms = 0;
  std::vector<FacetField> fields;
  size_t top = 20;
  std::string prefix;

  static std::optional<FieldProblem> Parse(
      std::string_view url_query, int64_t now_ms, FacetsCall& out
  );
  absl::StatusOr<std::string> Answer(const RestContext& context, const Patience& patience) const;
};

}  // namespace tidings::rest
