#pragma once

#include <optional>
#include <string>
#include <string_view>

/// What strings of a document mean (GraphQL October 2021, 2.9.4).
namespace tidings::graphql {

/// The value of a string's content, which the grammar has checked; nothing when an escape means no
/// character: a surrogate without its other half.
std::optional<std::string> UnescapeString(std::string_view content);

/// The value of a block string's content: the common indentation and the blank lines around it are
/// taken away.
std::string UnindentBlockString(std::string_view content);

}  // namespace tidings::graphql
