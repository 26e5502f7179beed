#include "store/embedded/block_info.h"

#include <algorithm>

#include "base/status.h"
#include "store/embedded/bytes.h"

namespace tidings::embedded {

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

bool MayOverlap(const BlockInfo& block, const TimeWindow& window, int64_t now_ms) {
  const int64_t greatest_hi =
      block.has_open ? std::max(block.greatest_hi, now_ms) : block.greatest_hi;
  return block.least_lo <= window.to && greatest_hi >= window.from;
}

std::string EncodeBlockInfo(const BlockInfo& block) {
  std::string value = BeginSealed();
  ByteWriter writer(value);
  writer.U8(static_cast<uint8_t>(block.key.block_class));
  writer.Varint(block.key.day);
  writer.Varint(block.rows);
  writer.Varint(block.pages);
  writer.Signed(block.first_time);
  writer.Signed(block.last_time);
  writer.Signed(block.least_lo);
  writer.Signed(block.greatest_hi);
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
  const absl::StatusOr<std::string_view> payload =
      Unseal(value, ValueKind::kBlockInfo, block_number);
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
  block.first_time = reader.Signed();
  block.last_time = reader.Signed();
  block.least_lo = reader.Signed();
  block.greatest_hi = reader.Signed();
  block.has_open = reader.U8() != 0;
  block.counts.events = reader.Signed();
  block.counts.open = reader.Signed();
  block.first_born = reader.Varint();
  block.last_born = reader.Varint();
  block.stored_bytes = reader.Varint();
  block.hidden = reader.Varint();
  if (!reader.ok() || block_class >= kBlockClassCount) {
    return DataLoss("the record of {} bytes is malformed", payload->size());
  }
  return block;
}

}  // namespace tidings::embedded
