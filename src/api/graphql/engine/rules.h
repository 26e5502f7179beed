#pragma once

#include <string>
#include <utility>
#include <vector>

#include "api/graphql/engine/document.h"
#include "api/graphql/engine/error.h"
#include "api/graphql/engine/limits.h"
#include "api/graphql/engine/schema.h"

/// The rules of validation, in the order in which they run: each relies on those before it.
namespace tidings::graphql {

/// A document that is looked at, and what was found.
struct Check {
  const Document& document;
  const Schema& schema;
  const Limits& limits;
  std::vector<Error> errors = {};

  void Fail(std::string message, const Location& location) {
    errors.push_back({.message = std::move(message), .locations = {location}, .path = {}});
  }
  bool IsFull() const { return errors.size() >= kMaxErrors; }
};

/// Names of operations and fragments, kinds of operations, spreads that lead somewhere and never
/// back (5.2, 5.5.1, 5.5.2).
void CheckDefinitions(Check& check);

/// Depth, aliases and cost, counted without writing the fragments out.
void CheckSize(Check& check);

/// Fields, arguments, values, directives and types of fragments (5.3, 5.4, 5.5, 5.6, 5.7).
void CheckSelections(Check& check);

/// Fields that would share a key of the answer (5.3.2). Writes fragments out: needs CheckSize.
void CheckMerging(Check& check);

/// Variables: types, defaults, and where they are used (5.8).
void CheckVariables(Check& check);

}  // namespace tidings::graphql
