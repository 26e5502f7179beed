#include "store/embedded/recovery.h"

#include <algorithm>
#include <utility>

#include "base/status.h"
#include "store/embedded/bytes.h"

namespace tidings::embedded {
namespace {

/// Deletes of one write batch.
constexpr size_t kSweepBatch = 10'000;

using BlocksByNumber = absl::flat_hash_map<uint64_t, std::shared_ptr<Block>>;

absl::Status ReadBlocks(
    const Database& database, const StoreState& state, StoreState::Loaded& loaded
) {
  StoreState::Counters& counters = loaded.counters;
  return database.ForEachRecord(
      RecordKind::kBlock,
      [&](uint64_t number, std::string_view value) -> absl::Status {
        const absl::StatusOr<BlockInfo> info = DecodeBlockInfo(value, number);
        if (!info.ok()) {
          return DataLoss("the record of block {}: {}", number, MessageOf(info.status()));
        }
        counters.next_block = std::max(counters.next_block, number + 1);
        counters.next_sequence = std::max(counters.next_sequence, info->last_born + 1);
        if (info->hidden != kNever) {
          counters.next_sequence = std::max(counters.next_sequence, info->hidden + 1);
        }
        loaded.blocks.push_back(std::make_shared<Block>(*info, state.graveyard()));
        return absl::OkStatus();
      }
  );
}

absl::Status ReadKills(
    const Database& database, const BlocksByNumber& blocks, StoreState::Loaded& loaded
) {
  StoreState::Counters& counters = loaded.counters;
  return database.ForEachRecord(
      RecordKind::kKills,
      [&](uint64_t record, std::string_view value) -> absl::Status {
        absl::StatusOr<std::vector<KillMark>> marks = DecodeKills(value, record);
        if (!marks.ok()) {
          return DataLoss("the kill marks of record {}: {}", record, MessageOf(marks.status()));
        }
        counters.next_kill_record = std::max(counters.next_kill_record, record + 1);
        std::erase_if(*marks, [&blocks](const KillMark& mark) {
          const auto block = blocks.find(mark.row.block);
          return block == blocks.end() || mark.row.row >= block->second->rows();
        });
        for (const KillMark& mark : *marks) {
          counters.next_sequence = std::max(counters.next_sequence, mark.killed + 1);
          blocks.at(mark.row.block)->Kill(mark.row.row, mark.killed);
        }
        if (!marks->empty()) {
          loaded.kill_log.Add(record, *marks);
        }
        return absl::OkStatus();
      }
  );
}

absl::Status ReadCounters(const Database& database, StoreState::Counters& counters) {
  return database.ForEachRecord(
      RecordKind::kCounters,
      [&counters](uint64_t number, std::string_view value) -> absl::Status {
        const absl::StatusOr<std::string_view> payload =
            Unseal(value, ValueKind::kCounters, number);
        if (!payload.ok()) {
          return DataLoss("the record of counters: {}", MessageOf(payload.status()));
        }
        ByteReader reader(*payload);
        counters.next_block = std::max(counters.next_block, reader.Varint());
        counters.next_kill_record = std::max(counters.next_kill_record, reader.Varint());
        counters.next_sequence = std::max(counters.next_sequence, reader.Varint());
        return absl::OkStatus();
      }
  );
}

/// Adds the live rows of a block to the ids and the counts.
absl::Status ReadRows(const BlockReader& reader, Block& block, StoreState::Loaded& loaded) {
  const absl::StatusOr<std::shared_ptr<const HotBlock>> hot = reader.HotOnce(block);
  if (!hot.ok()) {
    return hot.status();
  }
  EventView event;
  for (size_t row = 0; row < block.rows(); ++row) {
    if (block.KilledAt(row) == kNever) {
      (*hot)->FillTimes(row, event);
      loaded.counts += CountsOf(event);
    }
  }
  IdIndex& index = *loaded.index;
  return reader.ForEachId(block, [&](size_t row, std::string_view id) {
    if (block.KilledAt(row) == kNever) {
      index.Insert(
          index.HashOf(id), id, {.block = block.number(), .row = static_cast<uint32_t>(row)}
      );
    }
  });
}

}  // namespace

absl::StatusOr<Recovered> ReadState(
    const Database& database, const BlockReader& reader, const StoreState& state
) {
  Recovered recovered;
  StoreState::Loaded& loaded = recovered.state;
  loaded.index = std::make_unique<IdIndex>(state.hash_seed());
  if (absl::Status status = ReadBlocks(database, state, loaded); !status.ok()) {
    return status;
  }
  BlocksByNumber blocks;
  for (const std::shared_ptr<Block>& block : loaded.blocks) {
    blocks[block->number()] = block;
  }
  if (absl::Status status = ReadKills(database, blocks, loaded); !status.ok()) {
    return status;
  }
  if (absl::Status status = ReadCounters(database, loaded.counters); !status.ok()) {
    return status;
  }
  for (const std::shared_ptr<Block>& block : loaded.blocks) {
    if (block->HiddenAt() != kNever) {
      continue;
    }
    const absl::Status status = ReadRows(reader, *block, loaded);
    if (status.code() == absl::StatusCode::kDataLoss) {
      recovered.damage.emplace_back(MessageOf(status));
    } else if (!status.ok()) {
      return status;
    }
  }
  return recovered;
}

absl::Status SweepOrphans(Database& database, const LiveSet& live) {
  absl::flat_hash_map<uint64_t, BlockKey> keys;
  for (const std::shared_ptr<Block>& block : live) {
    keys[block->number()] = block->info().key;
  }
  const auto is_live = [&keys](const BlockKey& key) {
    const auto found = keys.find(key.number);
    return found != keys.end() && found->second == key;
  };
  for (const Space space : {Space::kFresh, Space::kPacked}) {
    const absl::StatusOr<std::vector<std::string>> orphans = database.FindOrphans(space, is_live);
    if (!orphans.ok()) {
      return orphans.status();
    }
    for (size_t first = 0; first < orphans->size(); first += kSweepBatch) {
      WriteBatch batch;
      for (size_t i = first; i < std::min(first + kSweepBatch, orphans->size()); ++i) {
        batch.Delete(space, (*orphans)[i]);
      }
      if (absl::Status status = database.Write(batch); !status.ok()) {
        return status;
      }
    }
  }
  return absl::OkStatus();
}

std::string EncodeCounters(const StoreState::Counters& counters) {
  std::string value = BeginSealed();
  ByteWriter writer(value);
  writer.Varint(counters.next_block);
  writer.Varint(counters.next_kill_record);
  writer.Varint(counters.next_sequence);
  Seal(value, ValueKind::kCounters, 0);
  return value;
}

}  // namespace tidings::embedded
