#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <absl/status/statusor.h>

#include "event/interval.h"
#include "store/embedded/keys.h"

namespace tidings::embedded {

/// The sequence at which something that lasts will end.
inline constexpr uint64_t kNever = ~uint64_t{0};

/// Live events, for the figures.
struct EventCounts {
  int64_t events = 0;  ///< not withdrawn
  int64_t open = 0;

  EventCounts& operator+=(const EventCounts& other);
  EventCounts& operator-=(const EventCounts& other);
  friend EventCounts operator-(EventCounts a, const EventCounts& b) { return a -= b; }
  friend bool operator==(const EventCounts&, const EventCounts&) = default;
};
/// What one event adds.
EventCounts CountsOf(const EventView& event);

/// Rows of a block that stand together, ascending by (order time, id, born): all of a fresh block,
/// those of one duration class of a compacted one.
struct Segment {
  uint32_t rows = 0;
  /// OrderTime of the first and of the last row.
  int64_t first_time = 0;
  int64_t last_time = 0;
  /// How far a row's interval reaches before and behind its order time at most, ms. Withdrawn rows
  /// do not count; open ones reach to their order time here.
  int64_t reach_before = 0;
  int64_t reach_behind = 0;

  friend bool operator==(const Segment&, const Segment&) = default;
};
/// The order times, both included, outside of which no row of the segment can be meant by `window`.
TimeWindow TimesToLookAt(const Segment& segment, bool has_open, const TimeWindow& window);

/// The record of a block in the live set: a block exists only if it has one. Also the block's
/// summary, from which a query tells that nothing in it is meant.
struct BlockInfo {
  BlockKey key;
  uint32_t rows = 0;
  uint32_t pages = 0;
  /// Parts of the word filter; 0: the block has none, and no summary.
  uint32_t word_parts = 0;
  /// Set where all rows are of one layer that has a retention of its own.
  std::string layer;
  /// Of all rows, in their order.
  std::vector<Segment> segments;
  /// A row is open: it lasts until now, whenever that is.
  bool has_open = false;
  /// Of all its rows, killed ones too.
  EventCounts counts;
  uint64_t first_born = 0;
  uint64_t last_born = 0;
  /// Of all its values.
  uint64_t stored_bytes = 0;
  /// Snapshots from this sequence on do not see the block: its retention is over.
  uint64_t hidden = kNever;

  friend bool operator==(const BlockInfo&, const BlockInfo&) = default;
};

/// Whether a row of the segment can be meant by `window`.
bool MayOverlap(const Segment& segment, bool has_open, const TimeWindow& window);

/// The sealed record. Records of format version 1 are read too.
std::string EncodeBlockInfo(const BlockInfo& block);
absl::StatusOr<BlockInfo> DecodeBlockInfo(std::string_view value, uint64_t block_number);

}  // namespace tidings::embedded
