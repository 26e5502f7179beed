#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/graphql/engine/coercion.h"
#include "api/graphql/engine/document.h"
#include "api/graphql/engine/error.h"
#include "api/graphql/engine/schema.h"

namespace tidings::graphql {

/// A field of the answer. Since every selection's type is known beforehand, fragments, @skip,
/// @include, merging and arguments are settled once, before anything runs, and not for each object
/// of a list. Points into the document and the schema.
struct PlannedField {
  std::string response_key;
  const FieldDefinition* definition = nullptr;
  Json arguments;
  Location location;
  std::vector<PlannedField> fields;
};

/// The values of the operation's variables: given, default, or absent (6.1.2). Nothing, and
/// `errors`, when one is missing or does not fit.
std::optional<VariableValues> CoerceVariables(
    const Operation& operation,
    const std::vector<Argument>& given,
    const Schema& schema,
    std::vector<Error>& errors
);

/// The fields that the answer of a validated operation has. Nothing, and `errors`, when a value
/// does not fit where its variable stands.
std::optional<std::vector<PlannedField>> MakePlan(
    const Document& document,
    const Operation& operation,
    const Schema& schema,
    const VariableValues& variables,
    std::vector<Error>& errors
);

}  // namespace tidings::graphql
