#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <absl/status/status.h>

#include "base/patience.h"
#include "event/event.h"
#include "event/filter.h"
#include "store/aggregate.h"
#include "store/cursor.h"
#include "store/facet_field.h"

/// Events side by side over time, a lane for each service, host, ...: one question to a store.
namespace tidings {

inline constexpr size_t kMaxLaneFields = 3;
/// While there are at most this many events, lanes hold the events themselves.
inline constexpr size_t kMaxLaneSpans = 5000;

struct LanesQuery {
  Filter filter;
  /// At most kMaxLaneFields: texts that stand in every event (not type, state, id, message), and
  /// parameters. An event without a value has an empty one there, so that each is in a lane.
  std::vector<FacetField> group;
  /// Bucket i is [edges[i], edges[i + 1]), ms; ascending, at least two. What begins before the
  /// first bucket counts there, what begins behind the last one counts there.
  std::vector<int64_t> edges;
  /// Lanes of a page.
  size_t limit = 100;
  size_t max_spans = kMaxLaneSpans;
  /// Further lanes, and further cells, are left out, and that is told.
  size_t max_lanes = 20'000;
  size_t max_cells = 200'000;
  /// The instant that open events last until.
  int64_t now_ms = 0;
  /// Where an earlier page ended; the first page of the present without it.
  std::optional<Cursor> cursor;
  Patience patience;
};

/// The events of a lane that begin in one bucket.
struct LaneCell {
  size_t bucket = 0;
  TypeCounts counts;
  /// In the order of (OrderTime, id). Empty where they could not be read, which is told.
  std::string first_id;
  std::string last_id;
};

struct Lane {
  /// The values of what lanes are made of, in the order of the query.
  std::vector<std::string> key;
  TypeCounts counts;
  /// By (OrderTime, id); of lanes that are not dense.
  std::vector<Event> spans;
  /// By bucket; of dense lanes.
  std::vector<LaneCell> cells;
};

struct LanesPage {
  /// Those of most errors first, then of most events, then by key.
  std::vector<Lane> lanes;
  /// On all pages.
  size_t distinct = 0;
  TypeCounts total;
  /// There are more than max_spans events: look at the cells.
  bool is_dense = false;
  /// Set when there are more lanes.
  std::optional<Cursor> next;
  std::vector<Incompleteness> incomplete;
};

/// kInvalidArgument, saying why, for a query that means nothing.
absl::Status CheckLanesQuery(const LanesQuery& query);

}  // namespace tidings
