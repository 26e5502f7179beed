#include "api/graphql/engine/engine.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "api/graphql/engine/document_parser.h"
#include "api/graphql/engine/plan.h"
#include "api/graphql/engine/validation.h"
#include "base/text.h"

namespace tidings::graphql {
namespace {

Answer Refusal(std::string message) {
  return {.data = {}, .errors = {{.message = std::move(message), .locations = {}, .path = {}}}};
}

Answer Refusal(std::vector<Error> errors) {
  return {.data = {}, .errors = std::move(errors)};
}

/// GetOperation (6.1); null when the name leads to none.
const Operation* FindOperation(const Document& document, const std::string& name) {
  if (name.empty()) {
    return document.operations.size() == 1 ? &document.operations.front() : nullptr;
  }
  const auto found = std::find_if(
      document.operations.begin(),
      document.operations.end(),
      [&name](const Operation& operation) { return operation.name == name; }
  );
  return found == document.operations.end() ? nullptr : &*found;
}

Answer RefuseOperation(const std::string& name) {
  return Refusal(
      name.empty() ? "there are several operations: name one of them in operationName"
                   : fmt::format("there is no operation named '{}'", EscapeForDisplay(name))
  );
}

}  // namespace

Answer Execute(const Request& request, RequestScope& scope, const Limits& limits) {
  if (request.query.size() > limits.max_query_bytes) {
    return Refusal(fmt::format(
        "the query is {} bytes long, at most {}", request.query.size(), limits.max_query_bytes
    ));
  }
  Document document;
  if (std::optional<Error> error = ParseDocument(request.query, document)) {
    return Refusal({*std::move(error)});
  }
  std::vector<Error> errors = Validate(document, scope.schema(), limits);
  if (!errors.empty()) {
    return Refusal(std::move(errors));
  }
  const Operation* const operation = FindOperation(document, request.operation_name);
  if (operation == nullptr) {
    return RefuseOperation(request.operation_name);
  }
  const auto variables = CoerceVariables(*operation, request.variables, scope.schema(), errors);
  if (!variables) {
    return Refusal(std::move(errors));
  }
  const auto plan = MakePlan(document, *operation, scope.schema(), *variables, errors);
  if (!plan) {
    return Refusal(std::move(errors));
  }
  return ExecutePlan(*plan, scope, limits.max_answer_bytes);
}

}  // namespace tidings::graphql
