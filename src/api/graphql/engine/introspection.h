#pragma once

#include <vector>

#include "api/graphql/engine/schema.h"

/// A schema that answers questions about itself (GraphQL October 2021, section 4).
namespace tidings::graphql {

/// `__Schema`, `__Type` and what they lead to.
std::vector<TypeDefinition> IntrospectionTypes();

/// `__typename`, which every object has, first; then `__schema` and `__type`, which the root has.
std::vector<FieldDefinition> MetaFields();

}  // namespace tidings::graphql
