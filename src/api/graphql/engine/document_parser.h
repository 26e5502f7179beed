#pragma once

#include <optional>
#include <string_view>

#include "api/graphql/engine/document.h"
#include "api/graphql/engine/error.h"

namespace tidings::graphql {

/// How deep selections, lists, objects and list types may stand inside each other: bounds the
/// stack, whatever the text.
inline constexpr size_t kMaxNesting = 64;

/// Fills `document` from the text of a request; the error when it is no executable document: what
/// was expected, and where.
std::optional<Error> ParseDocument(std::string_view text, Document& document);

}  // namespace tidings::graphql
