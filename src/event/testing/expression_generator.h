#pragma once

#include <random>
#include <string>
#include <vector>

#include "event/expression.h"

namespace tidings::testing {

struct ExpressionGeneratorOptions {
  /// Ids to ask for.
  std::vector<std::string> ids = {"a"};
  /// As in ReportGeneratorOptions.
  int64_t first_time_ms = 1'000;
};

/// Any expression: conditions of every kind, about what ValidReport brings, in every combination.
/// Each kind holds for some such events and fails for others.
Expression DrawExpression(std::mt19937_64& random, const ExpressionGeneratorOptions& options);

}  // namespace tidings::testing
