#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/text_map.h"
#include "event/event.h"
#include "query/buckets.h"
#include "query/facet_field.h"

/// Events side by side over time, one lane for each service, host, …
namespace tidings::query {

/// While there are at most this many events, lanes hold the events themselves.
inline constexpr size_t kMaxLaneSpans = 5000;
/// Further lanes, and further cells, are left out.
inline constexpr size_t kMaxLanes = 20'000;
inline constexpr size_t kMaxLaneCells = 200'000;

/// The events of a lane that begin in one bucket.
struct LaneCell {
  uint64_t events = 0;
  uint64_t errors = 0;  ///< of those, events of type Error
  /// In the order of (OrderTime, id).
  std::string first_id;
  std::string last_id;
  int64_t first_ms = 0;
  int64_t last_ms = 0;
};

struct Lane {
  /// The values of the fields that lanes are made of, in their order.
  std::vector<std::string> key;
  uint64_t events = 0;
  uint64_t errors = 0;
  /// By (OrderTime, id). Empty in Lanes that are dense.
  std::vector<Event> spans;
  /// By bucket.
  std::map<size_t, LaneCell> cells;
};

struct Lanes {
  /// The lanes of most errors first, then of most events, then by key.
  std::vector<Lane> lanes;
  uint64_t events = 0;
  uint64_t errors = 0;
  /// There are more than kMaxLaneSpans events: look at the cells.
  bool is_dense = false;
  /// Some events were left out: there are too many lanes or cells.
  bool is_cut = false;
};

/// Thread safety: externally synchronised.
/// Lifetime:      borrows the buckets.
class LanesBuilder {
 public:
  /// An event without a value has an empty one there, so that each is in a lane.
  LanesBuilder(std::vector<FacetField> group, const Buckets& buckets);

  /// An event, whole. What begins before the first bucket counts there, what begins behind the last
  /// one counts there.
  void Add(const EventView& event);

  Lanes Finish() &&;

 private:
  /// The lane, or null when there is no room for it.
  Lane* LaneOf(const EventView& event);
  size_t BucketOf(int64_t time_ms) const;
  void DropSpans();

  const std::vector<FacetField> group_;
  const Buckets& buckets_;
  /// By their keys, joined.
  TextMap<Lane> lanes_;
  size_t cells_ = 0;
  uint64_t events_ = 0;
  uint64_t errors_ = 0;
  bool is_cut_ = false;
};

}  // namespace tidings::query
