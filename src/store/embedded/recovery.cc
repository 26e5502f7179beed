#include "store/embedded/recovery.h"

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

#include "base/hash.h"
#include "base/status.h"
#include "store/embedded/bytes.h"
#include "store/embedded/run_keeper.h"

namespace tidings::embedded {
namespace {

/// Deletes of one write batch.
constexpr size_t kSweepBatch = 10'000;
/// Of compacted blocks that stand in no run. More get a run: memory is bounded.
constexpr uint64_t kRowsToReadIntoMemory = 1'000'000;

absl::Status ReadBlocks(
    const Database& database,
    const std::shared_ptr<Graveyard>& graveyard,
    StoreState::Loaded& loaded
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
        loaded.blocks.push_back(std::make_shared<Block>(*info, graveyard));
        return absl::OkStatus();
      }
  );
}

absl::Status ReadKills(
    const Database& database, const LiveSet& blocks, StoreState::Loaded& loaded
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
          const std::shared_ptr<Block> block = FindBlock(blocks, mark.row.block);
          return block == nullptr || mark.row.row >= block->rows();
        });
        for (const KillMark& mark : *marks) {
          counters.next_sequence = std::max(counters.next_sequence, mark.killed + 1);
          FindBlock(blocks, mark.row.block)->Kill(mark.row.row, mark.killed, mark.counts);
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

/// The seed of the hashes that stand in runs: made when the directory is new.
absl::Status ReadHashSeed(Database& database, StoreState::Loaded& loaded) {
  bool is_known = false;
  absl::Status status = database.ForEachRecord(
      RecordKind::kHashSeed,
      [&](uint64_t number, std::string_view value) -> absl::Status {
        const absl::StatusOr<std::string_view> payload =
            Unseal(value, ValueKind::kHashSeed, number);
        if (!payload.ok()) {
          return DataLoss("the record of the hash seed: {}", MessageOf(payload.status()));
        }
        loaded.hash_seed = ByteReader(*payload).Fixed64();
        is_known = true;
        return absl::OkStatus();
      }
  );
  if (!status.ok() || is_known) {
    return status;
  }
  loaded.hash_seed = RandomSeed();
  std::string value = BeginSealed();
  ByteWriter(value).Fixed64(loaded.hash_seed);
  Seal(value, ValueKind::kHashSeed, 0);
  WriteBatch batch("hash seed");
  batch.Put(Space::kRecords, RecordKey(RecordKind::kHashSeed, 0), value);
  return database.Write(batch);
}

bool IsToBeIndexed(const Block& block) {
  return !block.IsIndexed() && block.HiddenAt() == kNever;
}

/// Makes a run of the ids of blocks.
absl::Status MakeRun(
    Database& database, const RecoverySources& sources, BlockIds& ids, Recovered& recovered
) {
  StoreState::Loaded& loaded = recovered.state;
  const absl::StatusOr<RunInfo> info =
      WriteRun(sources.run_files, loaded.counters.next_block++, ids.entries);
  if (!info.ok()) {
    return info.status();
  }
  absl::StatusOr<std::shared_ptr<const IdRun>> run = IdRun::Open(sources.run_files, *info);
  if (!run.ok()) {
    return run.status();
  }
  WriteBatch batch("run rebuild");
  const std::string record = EncodeRunInfo(*info);
  batch.Put(Space::kRecords, RecordKey(RecordKind::kRun, info->number), record);
  if (absl::Status status = database.Write(batch); !status.ok()) {
    return status;
  }
  MarkIndexed({*run}, loaded.blocks);
  loaded.runs.push_back(*std::move(run));
  return absl::OkStatus();
}

/// A damaged block, which its reader tells, is no reason not to open.
absl::Status UnlessDamaged(const absl::Status& status) {
  return status.code() == absl::StatusCode::kDataLoss ? absl::OkStatus() : status;
}

/// Where many compacted rows stand in no run (runs were lost), makes runs of them: memory takes
/// only so many ids.
absl::Status MakeLostRuns(
    Database& database, const RecoverySources& sources, Recovered& recovered
) {
  LiveSet lost;
  uint64_t rows = 0;
  for (const std::shared_ptr<Block>& block : recovered.state.blocks) {
    if (IsToBeIndexed(*block) && block->info().key.block_class != BlockClass::kFresh) {
      lost.push_back(block);
      rows += block->rows();
    }
  }
  if (rows < kRowsToReadIntoMemory) {
    return absl::OkStatus();
  }
  BlockIds ids;
  for (const std::shared_ptr<Block>& block : lost) {
    absl::Status status = UnlessDamaged(
        AddIdsOf(sources.reader, *block, recovered.state.hash_seed, /*with_ids=*/false, ids)
    );
    if (status.ok() && (ids.entries.size() >= kRowsToReadIntoMemory || block == lost.back())) {
      status = MakeRun(database, sources, ids, recovered);
      ids.entries.clear();
    }
    if (!status.ok()) {
      return status;
    }
  }
  return absl::OkStatus();
}

/// Adds the live rows of a block to the ids in memory.
absl::Status ReadIds(const BlockReader& reader, Block& block, StoreState::Loaded& loaded) {
  return reader.ForEachId(block, [&](size_t row, std::string_view id) {
    if (block.KilledAt(row) == kNever) {
      loaded.index->Put(
          HashOfId(id, loaded.hash_seed),
          id,
          std::nullopt,
          {.block = block.number(), .row = static_cast<uint32_t>(row)},
          [](uint64_t /*block*/) { return true; }
      );
    }
  });
}

/// Opens the runs, and sees to it that every other live id is in memory.
absl::Status ReadIndexes(Database& database, const RecoverySources& sources, Recovered& recovered) {
  StoreState::Loaded& loaded = recovered.state;
  absl::StatusOr<LoadedRuns> runs = LoadRuns(database, sources.run_files, sources.damaged_runs);
  if (!runs.ok()) {
    return runs.status();
  }
  loaded.runs = std::move(runs->runs);
  loaded.counters.next_block = std::max(loaded.counters.next_block, runs->last_number + 1);
  recovered.damaged_runs = std::move(runs->damage);
  if (!runs->lost.empty()) {
    WriteBatch batch;
    for (const uint64_t number : runs->lost) {
      batch.Delete(Space::kRecords, RecordKey(RecordKind::kRun, number));
    }
    if (absl::Status status = database.Write(batch); !status.ok()) {
      return status;
    }
  }
  MarkIndexed(loaded.runs, loaded.blocks);
  if (absl::Status status = MakeLostRuns(database, sources, recovered); !status.ok()) {
    return status;
  }
  for (const std::shared_ptr<Block>& block : loaded.blocks) {
    if (IsToBeIndexed(*block)) {
      absl::Status status = UnlessDamaged(ReadIds(sources.reader, *block, loaded));
      if (!status.ok()) {
        return status;
      }
    }
  }
  return SweepRunFiles(sources.run_files, loaded.runs);
}

/// Of the blocks of one space, ascending.
std::vector<BlockKey> KeysIn(Space space, const LiveSet& live) {
  std::vector<BlockKey> keys;
  for (const std::shared_ptr<Block>& block : live) {
    if (SpaceOf(block->info().key.block_class) == space) {
      keys.push_back(block->info().key);
    }
  }
  std::sort(keys.begin(), keys.end());
  return keys;
}

absl::Status DeleteAll(Database& database, Space space, std::span<const std::string> keys) {
  while (!keys.empty()) {
    const std::span<const std::string> some = keys.first(std::min(keys.size(), kSweepBatch));
    WriteBatch batch("orphan sweep");
    for (const std::string& key : some) {
      batch.Delete(space, key);
    }
    if (absl::Status status = database.Write(batch); !status.ok()) {
      return status;
    }
    keys = keys.subspan(some.size());
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Recovered> ReadState(
    Database& database, const RecoverySources& sources, const std::shared_ptr<Graveyard>& graveyard
) {
  Recovered recovered;
  StoreState::Loaded& loaded = recovered.state;
  absl::Status status = ReadBlocks(database, graveyard, loaded);
  if (status.ok()) {
    status = ReadKills(database, loaded.blocks, loaded);
  }
  if (status.ok()) {
    status = ReadCounters(database, loaded.counters);
  }
  if (status.ok()) {
    status = ReadHashSeed(database, loaded);
  }
  if (status.ok()) {
    status = ReadIndexes(database, sources, recovered);
  }
  return status.ok() ? absl::StatusOr<Recovered>(std::move(recovered)) : status;
}

absl::Status SweepOrphans(Database& database, const LiveSet& live) {
  absl::Status damage;
  for (const Space space : {Space::kFresh, Space::kPacked}) {
    const absl::StatusOr<std::vector<std::string>> orphans =
        database.FindOrphans(space, KeysIn(space, live));
    if (orphans.status().code() == absl::StatusCode::kDataLoss) {
      damage.Update(orphans.status());
      continue;
    }
    if (!orphans.ok()) {
      return orphans.status();
    }
    if (absl::Status status = DeleteAll(database, space, *orphans); !status.ok()) {
      return status;
    }
  }
  return damage;
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
