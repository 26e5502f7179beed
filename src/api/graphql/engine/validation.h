#pragma once

#include <vector>

#include "api/graphql/engine/document.h"
#include "api/graphql/engine/error.h"
#include "api/graphql/engine/limits.h"
#include "api/graphql/engine/schema.h"

namespace tidings::graphql {

/// What is wrong with a document (GraphQL October 2021, section 5) or too large in it; empty for
/// one that can be executed. At most a few more than kMaxErrors.
std::vector<Error> Validate(const Document& document, const Schema& schema, const Limits& limits);

}  // namespace tidings::graphql
