#pragma once

#include <optional>

#include <tao/pegtl/contrib/parse_tree.hpp>

#include "api/graphql/engine/document.h"
#include "api/graphql/engine/error.h"

namespace tidings::graphql {

using ParseNode = tao::pegtl::parse_tree::node;

/// Fills `document` from the tree that the grammar's rules (those of KeptRules) left; the error
/// when a string or a name in it means nothing.
std::optional<Error> BuildDocument(const ParseNode& root, Document& document);

}  // namespace tidings::graphql
