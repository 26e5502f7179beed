#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <absl/status/statusor.h>

#include "api/rest/answer.h"
#include "api/rest/context.h"
#include "event/filter.h"
#include "query/before.h"
#include "query/changes.h"

namespace tidings::rest {

/// `GET /api/v1/changes`, understood.
struct ChangesCall {
  static constexpr QueryKind kKind = QueryKind::kChanges;

  Filter filter;
  int64_t now_ms = 0;
  query::ChangeLevel level = query::ChangeLevel::kChanges;

  static std::optional<FieldProblem> Parse(
      std::string_view url_query, int64_t now_ms, ChangesCall& out
  );
  absl::StatusOr<std::string> Answer(const RestContext& context, const Patience& patience) const;
};

/// `GET /api/v1/before`, understood.
struct BeforeCall {
  static constexpr QueryKind kKind = QueryKind::kBefore;

  query::BeforeQuestion question;
  /// Further filters on what is ranked.
  Expression where;

  static std::optional<FieldProblem> Parse(
      std::string_view url_query, int64_t now_ms, BeforeCall& out
  );
  absl::StatusOr<std::string> Answer(const RestContext& context, const Patience& patience) const;
};

}  // namespace tidings::rest
