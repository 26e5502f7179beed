#pragma once

#include <cstddef>

namespace tidings::graphql {

/// What one request may ask for. Counts are of a document whose fragments are written out where
/// they are spread.
struct Limits {
  size_t max_query_bytes = size_t{64} << 10;
  /// Operations and fragments.
  size_t max_definitions = 100;
  /// Fields inside fields. The introspection query of the usual clients needs 13.
  size_t max_depth = 20;
  size_t max_aliases = 50;
  /// The sum over all fields of FieldDefinition::cost.
  size_t max_cost = 2000;
  size_t max_answer_bytes = size_t{64} << 20;
  /// Whether `__schema` and `__type` are answered.
  bool introspection = true;
};

/// A request with more mistakes is not looked through to its end.
inline constexpr size_t kMaxErrors = 20;

}  // namespace tidings::graphql
