#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "demo/report.h"

/// A day of a shop that never was: what `tidings demo` fills a server with, and what the on-call
/// guide and tests ask about.
namespace tidings::demo {

struct DayOptions {
  /// The day is the 24 h before; of its times, 08:00 stands for this instant.
  int64_t end_ms = 0;
  size_t events = 100'000;
  uint64_t seed = 1;
  /// What every id begins with.
  std::string id_prefix;
};

/// The least number of events that a day has.
inline constexpr size_t kLeastEvents = 20'000;

/// All reports of the day in the order in which they were made, but that the one of the deploy that
/// never ended comes first: where it is, the day is. Deterministic in the options.
std::vector<Report> ShopDay(const DayOptions& options);

/// What the id of that deploy is, behind the prefix.
inline constexpr std::string_view kOpenDeploy = "recommendation-deploy-0.10.0";

}  // namespace tidings::demo
