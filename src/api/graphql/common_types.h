#pragma once

#include <vector>

#include "api/graphql/engine/schema.h"
#include "event/report.h"

/// Types that several queries of SkyWalking's schema share.
namespace tidings::graphql {

/// What objects of the type `KeyValue` are.
using ParameterPointer = const Parameter*;

/// `Long`, `KeyValue`, `Duration`, `Step`, `Order`, `Pagination`.
std::vector<TypeDefinition> CommonTypes();

/// A literal for the default of an input.
Literal IntLiteral(int value);

}  // namespace tidings::graphql
