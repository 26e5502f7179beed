#pragma once

#include <rapidcheck.h>
#include <string>
#include <vector>

#include "event/testing/batch_builder.h"

/// Reports that reach the corners of the law of the join.
namespace tidings::testing {

/// Any of first .. past_last - 1, whatever the size of the test case (inRange alone would give only
/// the least of them in small cases).
template <typename T>
rc::Gen<T> AnyOf(T first, T past_last) {
  return rc::gen::resize(rc::kNominalSize, rc::gen::inRange<T>(first, past_last));
}

struct ReportGeneratorOptions {
  /// Ids to choose from: few, so that reports meet.
  std::vector<std::string> ids = {"a"};
  /// Times are this and a few ms more: few, so that clocks tie.
  int64_t first_time_ms = 1'000;
  /// Some reports bring up to 256 parameters of a range of 400 keys.
  bool many_parameters = true;
};

/// Valid reports (they pass Normalise): equal clocks with different text, missing times, ends
/// before other reports' starts, empty layers and names, values of every type (NaN and -0.0 too),
/// more parameters than an event keeps, repeated keys, corrections and withdrawals of equal and of
/// different generations.
rc::Gen<ReportSpec> ValidReport(const ReportGeneratorOptions& options = {});

}  // namespace tidings::testing
