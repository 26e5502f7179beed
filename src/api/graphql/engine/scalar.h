#pragma once

#include <optional>
#include <string_view>

#include "api/graphql/engine/document.h"
#include "api/graphql/engine/json.h"

namespace tidings::graphql {

/// The value of a literal as the built-in scalar (or `Long`, a whole number of 64 bits) of that
/// name; nothing when it is none. From JSON, where there is one kind of number, 3.0 is an integer.
std::optional<Json> CoerceScalar(
    const Literal& literal, std::string_view scalar, bool is_from_json
);

}  // namespace tidings::graphql
