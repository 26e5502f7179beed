#include "api/graphql/engine/validation.h"

#include <utility>

#include "api/graphql/engine/rules.h"

namespace tidings::graphql {

std::vector<Error> Validate(const Document& document, const Schema& schema, const Limits& limits) {
  Check check{.document = document, .schema = schema, .limits = limits};
  for (const auto rule :
       {&CheckDefinitions, &CheckSize, &CheckSelections, &CheckMerging, &CheckVariables}) {
    rule(check);
    if (!check.errors.empty()) {
      break;
    }
  }
  return std::move(check.errors);
}

}  // namespace tidings::graphql
