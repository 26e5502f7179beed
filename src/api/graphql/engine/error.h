#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace tidings::graphql {

/// A place in the query's text, both from 1; columns count bytes.
struct Location {
  uint32_t line = 1;
  uint32_t column = 1;
};

/// A response key, or an index into a list.
using PathSegment = std::variant<std::string, size_t>;

/// An element of the answer's `errors` (GraphQL October 2021, 7.1.2).
struct Error {
  std::string message;
  /// Empty when the error belongs to no place of the text.
  std::vector<Location> locations;
  /// Where in the data the error arose; empty for an error of the request.
  std::vector<PathSegment> path;
};

/// Appends the JSON array of at most the first kMaxErrors errors: a client that made more mistakes
/// mends those first.
void AppendErrors(std::string& out, const std::vector<Error>& errors);

}  // namespace tidings::graphql
