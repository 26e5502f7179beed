#include "store/embedded/kill_log.h"

#include <algorithm>

#include "base/status.h"
#include "store/embedded/bytes.h"

namespace tidings::embedded {
namespace {

/// What a killed row counted for stands in the lowest bits of its number.
constexpr unsigned kCountBits = 2;
constexpr uint64_t kIsEvent = 1;
constexpr uint64_t kIsOpen = 2;

}  // namespace

std::string EncodeKills(std::vector<KillMark>& marks, uint64_t record) {
  std::sort(marks.begin(), marks.end(), [](const KillMark& a, const KillMark& b) {
    return a.row < b.row;
  });
  std::string value = BeginSealed();
  ByteWriter writer(value);
  writer.Varint(marks.size());
  uint64_t block = 0;
  uint64_t killed = 0;
  for (const KillMark& mark : marks) {
    writer.Varint(mark.row.block - block);
    writer.Varint(
        uint64_t{mark.row.row} << kCountBits | (mark.counts.events != 0 ? kIsEvent : 0) |
        (mark.counts.open != 0 ? kIsOpen : 0)
    );
    writer.Signed(static_cast<int64_t>(mark.killed - killed));
    block = mark.row.block;
    killed = mark.killed;
  }
  Seal(value, ValueKind::kKills, record);
  return value;
}

absl::StatusOr<std::vector<KillMark>> DecodeKills(std::string_view value, uint64_t record) {
  const absl::StatusOr<std::string_view> payload = Unseal(value, ValueKind::kKills, record);
  if (!payload.ok()) {
    return payload.status();
  }
  ByteReader reader(*payload);
  const uint64_t count = reader.Varint();
  std::vector<KillMark> marks;
  uint64_t block = 0;
  uint64_t killed = 0;
  for (uint64_t i = 0; i < count && reader.ok(); ++i) {
    block += reader.Varint();
    const uint64_t row = reader.Varint();
    killed += static_cast<uint64_t>(reader.Signed());
    marks.push_back(
        {.row = {.block = block, .row = static_cast<uint32_t>(row >> kCountBits)},
         .killed = killed,
         .counts = {.events = (row & kIsEvent) != 0 ? 1 : 0, .open = (row & kIsOpen) != 0 ? 1 : 0}}
    );
  }
  if (!reader.ok() || !reader.AtEnd()) {
    return DataLoss("a record of {} kill marks is malformed", count);
  }
  return marks;
}

void KillLog::Add(uint64_t record, std::span<const KillMark> marks) {
  std::vector<uint64_t> blocks;
  blocks.reserve(marks.size());
  for (const KillMark& mark : marks) {
    if (blocks.empty() || blocks.back() != mark.row.block) {
      blocks.push_back(mark.row.block);
    }
  }
  std::sort(blocks.begin(), blocks.end());
  blocks.erase(std::unique(blocks.begin(), blocks.end()), blocks.end());
  for (const uint64_t block : blocks) {
    records_of_block_[block].push_back(record);
  }
  blocks_of_record_[record] = static_cast<uint32_t>(blocks.size());
}

std::vector<uint64_t> KillLog::RecordsOnlyOf(std::span<const uint64_t> blocks) const {
  absl::flat_hash_map<uint64_t, uint32_t> named;
  for (const uint64_t block : blocks) {
    const auto records = records_of_block_.find(block);
    if (records == records_of_block_.end()) {
      continue;
    }
    for (const uint64_t record : records->second) {
      ++named[record];
    }
  }
  std::vector<uint64_t> only;
  for (const auto& [record, count] : named) {
    if (blocks_of_record_.at(record) == count) {
      only.push_back(record);
    }
  }
  return only;
}

void KillLog::Forget(std::span<const uint64_t> blocks) {
  for (const uint64_t block : blocks) {
    const auto records = records_of_block_.find(block);
    if (records == records_of_block_.end()) {
      continue;
    }
    for (const uint64_t record : records->second) {
      const auto left = blocks_of_record_.find(record);
      if (--left->second == 0) {
        blocks_of_record_.erase(left);
      }
    }
    records_of_block_.erase(records);
  }
}

}  // namespace tidings::embedded
