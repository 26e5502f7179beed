#pragma once

#include <cstdint>
#include <string>
#include <string_view>

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

/// The record of a block in the live set: a block exists only if it has one. Also the block's
/// summary, from which a query tells that nothing in it is meant.
struct BlockInfo {
  BlockKey key;
  uint32_t rows = 0;
  uint32_t pages = 0;
  /// OrderTime of the first and of the last row.
  int64_t first_time = 0;
  int64_t last_time = 0;
  /// Bounds of the intervals of rows that are not withdrawn; open ones end where they start.
  int64_t least_lo = 0;
  int64_t greatest_hi = 0;
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

/// Whether a row of the block can be meant by `window`.
bool MayOverlap(const BlockInfo& block, const TimeWindow& window, int64_t now_ms);

/// The sealed record.
std::string EncodeBlockInfo(const BlockInfo& block);
absl::StatusOr<BlockInfo> DecodeBlockInfo(std::string_view value, uint64_t block_number);

}  // namespace tidings::embedded
