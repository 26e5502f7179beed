#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/graphql/engine/engine.h"
#include "api/graphql/engine/schema.h"

namespace tidings::graphql::testing {

/// A schema with one of everything: leaves and lists of all kinds, arguments and defaults, fields
/// that fail, are null where they must not be, or never end.
Schema MakeTestSchema();

/// The answer of the test schema as JSON.
std::string Ask(
    std::string_view query, std::vector<Argument> variables = {}, const Limits& limits = {}
);
std::string Ask(const Request& request, const Limits& limits = {});

/// The message of the first error of Ask, with ` at LINE:COLUMN` for its first location; empty
/// without an error.
std::string FirstError(
    std::string_view query, std::vector<Argument> variables = {}, const Limits& limits = {}
);

/// Values of variables, as they come from JSON.
Literal JsonText(std::string text);
Literal JsonNumber(std::string digits);
Literal JsonNull();
Literal JsonList(std::vector<Literal> items);
Literal JsonObject(std::vector<Argument> members);

}  // namespace tidings::graphql::testing
