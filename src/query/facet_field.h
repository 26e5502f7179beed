#pragma once

#include <string>
#include <variant>

#include "event/condition.h"

namespace tidings::query {

/// A field with a text, or the key of a parameter.
using FacetField = std::variant<FilterField, std::string>;
/// `service`, `parameter.KEY`.
std::string NameOf(const FacetField& field);

}  // namespace tidings::query
