#pragma once

#include <string>
#include <variant>

#include "event/condition.h"
#include "event/event.h"

namespace tidings {

/// A field with a text, or the key of a parameter.
using FacetField = std::variant<FilterField, std::string>;
/// `service`, `parameter.KEY`.
std::string NameOf(const FacetField& field);
/// The value as answers show it; empty where the event has none.
std::string ValueOf(const EventView& event, const FacetField& field);

}  // namespace tidings
