#pragma once

#include <string>
#include <vector>

#include "api/graphql/engine/document.h"
#include "api/graphql/engine/execution.h"
#include "api/graphql/engine/limits.h"
#include "api/graphql/engine/request_scope.h"

namespace tidings::graphql {

/// What a client asks.
struct Request {
  std::string query;
  /// Which of several operations; empty when there is one.
  std::string operation_name;
  /// As in JSON: strings stand for enum values too.
  std::vector<Argument> variables;
};

/// Parses, validates and executes. Never fails: what is wrong is in the answer.
Answer Execute(const Request& request, RequestScope& scope, const Limits& limits);

}  // namespace tidings::graphql
