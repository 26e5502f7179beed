#include "store/embedded/block_info.h"

#include <limits>

#include "base/status.h"
#include "store/embedded/bytes.h"
#include "store/embedded/word_filter.h"

namespace tidings::embedded {
namespace {

/// From `from` to `to`; 0 where it is not before it, and the greatest number where they are too far
/// apart.
int64_t Distance(int64_t from, int64_t to) {
  int64_t distance = 0;
  if (from >= to) {
    return 0;
  }
  return __builtin_sub_overflow(to, from, &distance) ? std::numeric_limits<int64_t>::max()
                                                     : distance;
}

/// False when the segments do not hold the block's rows.
bool ReadSegments(ByteReader& reader, BlockInfo& block) {
  const uint64_t count = reader.Varint();
  uint64_t rows = 0;
  for (uint64_t i = 0; i < count && reader.ok(); ++i) {
    Segment segment;
    segment.rows = static_cast<uint32_t>(reader.Varint());
    segment.first_time = reader.Signed();
    segment.last_time = reader.Signed();
    segment.reach_before = reader.Signed();
    segment.reach_behind = reader.Signed();
    if (segment.reach_before < 0 || segment.reach_behind < 0) {
      return false;
    }
    rows += segment.rows;
    block.segments.push_back(segment);
  }
  return rows == block.rows;
}

/// The record as format version 1 had it: the bounds of the block's rows, which make one segment
/// that reaches as far as any row may.
void ReadSegmentOfVersion1(ByteReader& reader, BlockInfo& block) {
  Segment segment = {.rows = block.rows};
  segment.first_time = reader.Signed();
  segment.last_time = reader.Signed();
  // Of no meaning where all rows are withdrawn: the least is then above the greatest.
  const int64_t least_lo = reader.Signed();
  const int64_t greatest_hi = reader.Signed();
  if (least_lo <= greatest_hi) {
    segment.reach_before = Distance(least_lo, segment.last_time);
    segment.reach_behind = Distance(segment.first_time, greatest_hi);
  }
  block.segments.push_back(segment);
}

}  // namespace

EventCounts& EventCounts::operator+=(const EventCounts& other) {
  events += other.events;
  open += other.open;
  return *this;
}

EventCounts& EventCounts::operator-=(const EventCounts& other) {
  events -= other.events;
  open -= other.open;
  return *this;
}

EventCounts CountsOf(const EventView& event) {
  if (event.withdrawn) {
    return {};
  }
  return {.events = 1, .open = StateOf(event) == State::kOpen ? 1 : 0};
}

TimeWindow TimesToLookAt(const Segment& segment, bool has_open, const TimeWindow& window) {
  constexpr int64_t kLeast = std::numeric_limits<int64_t>::min();
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  TimeWindow times;
  times.from = window.from < kLeast + segment.reach_behind || has_open
                   ? kLeast
                   : window.from - segment.reach_behind;
  times.to = window.to > kMost - segment.reach_before ? kMost : window.to + segment.reach_before;
  return times;
}

bool MayOverlap(const Segment& segment, bool has_open, const TimeWindow& window) {
  const TimeWindow times = TimesToLookAt(segment, has_open, window);
  return segment.first_time <= times.to && segment.last_time >= times.from;
}

std::string EncodeBlockInfo(const BlockInfo& block) {
  std::string value = BeginSealed();
  ByteWriter writer(value);
  writer.U8(static_cast<uint8_t>(block.key.block_class));
  writer.Varint(block.key.day);
  writer.Varint(block.rows);
  writer.Varint(block.pages);
  writer.Varint(block.word_parts);
  writer.Text(block.layer);
  writer.Varint(block.segments.size());
  for (const Segment& segment : block.segments) {
    writer.Varint(segment.rows);
    writer.Signed(segment.first_time);
    writer.Signed(segment.last_time);
    writer.Signed(segment.reach_before);
    writer.Signed(segment.reach_behind);
  }
  writer.U8(block.has_open ? 1 : 0);
  writer.Signed(block.counts.events);
  writer.Signed(block.counts.open);
  writer.Varint(block.first_born);
  writer.Varint(block.last_born);
  writer.Varint(block.stored_bytes);
  writer.Varint(block.hidden);
  Seal(value, ValueKind::kBlockInfo, block.key.number);
  return value;
}

absl::StatusOr<BlockInfo> DecodeBlockInfo(std::string_view value, uint64_t block_number) {
  const bool is_version_1 = IsSealedAs(value, ValueKind::kBlockInfoV1);
  const absl::StatusOr<std::string_view> payload =
      Unseal(value, is_version_1 ? ValueKind::kBlockInfoV1 : ValueKind::kBlockInfo, block_number);
  if (!payload.ok()) {
    return payload.status();
  }
  ByteReader reader(*payload);
  BlockInfo block;
  const uint8_t block_class = reader.U8();
  block.key.block_class = static_cast<BlockClass>(block_class);
  block.key.day = static_cast<uint32_t>(reader.Varint());
  block.key.number = block_number;
  block.rows = static_cast<uint32_t>(reader.Varint());
  block.pages = static_cast<uint32_t>(reader.Varint());
  bool has_segments = true;
  if (is_version_1) {
    ReadSegmentOfVersion1(reader, block);
  } else {
    block.word_parts = static_cast<uint32_t>(reader.Varint());
    block.layer = reader.Text();
    has_segments = ReadSegments(reader, block);
  }
  block.has_open = reader.U8() != 0;
  block.counts.events = reader.Signed();
  block.counts.open = reader.Signed();
  block.first_born = reader.Varint();
  block.last_born = reader.Varint();
  block.stored_bytes = reader.Varint();
  block.hidden = reader.Varint();
  if (!reader.ok() || !has_segments || block.word_parts > kMostWordParts ||
      block_class >= kBlockClassCount) {
    return DataLoss("the record of {} bytes is malformed", payload->size());
  }
  return block;
}

}  // namespace tidings::embedded
