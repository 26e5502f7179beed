#pragma once

#include <string>

#include "api/graphql/engine/schema.h"

namespace tidings::graphql {

/// The schema in GraphQL's own notation: its types in their order, without the built-in ones and
/// those of introspection.
std::string PrintSchema(const Schema& schema);

}  // namespace tidings::graphql
