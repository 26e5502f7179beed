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
#include "store/event_store.h"
#include "store/facet_field.h"

namespace tidings::rest {

/// `GET /api/v1/lanes`, understood.
struct LanesCall {
  static constexpr QueryKind kKind = QueryKind::kLanes;

  Filter filter;
  /// What relative times mean on every page of the chain.
  int64_t now_ms = 0;
  std::vector<FacetField> group;
  size_t buckets = 200;
  /// Lanes of a page.
  size_t limit = 100;
  /// What a cursor of this chain is bound to.
  uint64_t binding = 0;
  std::optional<Cursor> cursor;

  static std::optional<FieldProblem> Parse(
      std::string_view url_query, int64_t now_ms, LanesCall& out
  );
  absl::StatusOr<std::string> Answer(const RestContext& context, const Patience& patience) const;
};

}  // namespace tidings::rest
