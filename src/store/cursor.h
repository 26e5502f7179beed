#pragma once

#include <cstdint>
#include <string>

#include <absl/time/time.h>

namespace tidings {

/// A place in a chain of pages. The chain is one snapshot: `sequence` and `now_ms` are frozen.
struct Cursor {
  uint64_t sequence = 0;
  int64_t now_ms = 0;
  /// When the chain's first page was read; the cursor lives kCursorLifetime from then.
  int64_t created_ms = 0;
  /// The last event of the page before: the next page begins behind it in the query's order. In a
  /// chain of lanes: how many lanes stand on earlier pages.
  int64_t position_time = 0;
  std::string position_id;
};
inline constexpr absl::Duration kCursorLifetime = absl::Minutes(15);

}  // namespace tidings
