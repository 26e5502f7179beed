#pragma once

#include <string>
#include <vector>

#include "api/graphql/engine/plan.h"
#include "api/graphql/engine/request_scope.h"

namespace tidings::graphql {

/// What a request is answered with: `{"data": …, "errors": […]}`.
struct Answer {
  /// JSON of `data`; empty when nothing was executed.
  std::string data;
  std::vector<Error> errors;

  std::string ToJson() const;
};

/// Runs the plan from the root: resolves every field, and answers null where a field failed or, if
/// it may not be null, in what holds it (GraphQL October 2021, 6.4). At the scope's deadline, or
/// when the data grows above `max_answer_bytes`, the whole of it becomes null.
Answer ExecutePlan(
    const std::vector<PlannedField>& plan, RequestScope& scope, size_t max_answer_bytes
);

}  // namespace tidings::graphql
