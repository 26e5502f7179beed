#include "store/embedded/group_commit.h"

#include <algorithm>
#include <utility>

#include "base/status.h"

namespace tidings::embedded {
namespace {

/// A block of a group that is larger than most.
constexpr size_t kMaxRowsPerBlock = size_t{64} << 10;

uint32_t DayOf(int64_t now_ms) {
  return static_cast<uint32_t>(std::max<int64_t>(now_ms, 0) / kDayMs);
}

std::optional<Location> OldPlace(const GroupRow& row) {
  if (row.old_block == nullptr) {
    return std::nullopt;
  }
  return Location{.block = row.old_block->number(), .row = row.old_row};
}

/// The rows that the group changed, in the order of blocks.
std::vector<BlockRow> ChangedRows(std::span<GroupRow> group, uint64_t first_sequence) {
  std::vector<BlockRow> rows;
  rows.reserve(group.size());
  for (size_t i = 0; i < group.size(); ++i) {
    if (group[i].change != 0) {
      rows.push_back(
          {.event = &group[i].event,
           .born = first_sequence + group[i].change - 1,
           .tag = static_cast<uint32_t>(i)}
      );
    }
  }
  SortRows(BlockClass::kFresh, rows);
  return rows;
}

}  // namespace

GroupCommit::GroupCommit(
    StoreState& state,
    Database& database,
    const BlockReader& reader,
    const Clock& clock,
    Options options
)
    : state_(state), database_(database), reader_(reader), clock_(clock), options_(options) {}

absl::Status GroupCommit::Commit(
    std::span<const WaitingBatch> group, std::vector<absl::StatusOr<CommitResult>>& results
) {
  size_t reports = 0;
  for (const WaitingBatch& waiting : group) {
    reports += waiting.batch.reports.size();
  }
  GroupJoin join(state_, reader_, reports);
  for (const WaitingBatch& waiting : group) {
    if (state_.recent_ids() + join.rows().size() + waiting.batch.reports.size() >
        options_.max_recent_ids) {
      results.emplace_back(Unavailable(
          "{} ids wait for the compaction, more than {} may not; come back later",
          state_.recent_ids(),
          options_.max_recent_ids
      ));
      continue;
    }
    absl::StatusOr<std::vector<ProbedId>> probed = state_.Probe(waiting.batch);
    if (!probed.ok()) {
      return probed.status();
    }
    CommitResult result;
    if (absl::Status status = join.Add(waiting.batch, *probed, result.outcomes); !status.ok()) {
      return status;
    }
    results.emplace_back(std::move(result));
  }
  return join.changes() == 0 ? absl::OkStatus() : Store(join);
}

absl::Status GroupCommit::Store(GroupJoin& join) {
  const uint64_t first_sequence = state_.TakeSequences(join.changes());
  const std::vector<BlockRow> rows = ChangedRows(join.rows(), first_sequence);
  std::vector<EncodedBlock> blocks = Encode(rows);
  StoreState::Change change = MakeChange(join.rows(), rows, blocks);
  change.sequence = first_sequence + join.changes() - 1;

  WriteBatch batch("block commit");
  std::vector<std::string> records;
  records.reserve(blocks.size());
  std::vector<std::vector<KeyAndValue>> values;
  values.reserve(blocks.size());
  for (EncodedBlock& block : blocks) {
    PutBlockRecord(batch, block.info, records.emplace_back(EncodeBlockInfo(block.info)));
    PutBlockValues(batch, block.info.key, values.emplace_back(TakeValues(block)));
  }
  std::string kills;
  if (!change.kills.empty()) {
    change.kill_record = state_.NextKillRecord();
    kills = EncodeKills(change.kills, change.kill_record);
    batch.Put(Space::kRecords, RecordKey(RecordKind::kKills, change.kill_record), kills);
  }
  if (absl::Status status = database_.Write(batch); !status.ok()) {
    return status;
  }
  state_.Apply(change);
  return absl::OkStatus();
}

std::vector<EncodedBlock> GroupCommit::Encode(std::span<const BlockRow> rows) {
  const uint32_t day = DayOf(clock_.NowMs());
  std::vector<EncodedBlock> blocks;
  while (!rows.empty()) {
    const size_t count = std::min(rows.size(), kMaxRowsPerBlock);
    const BlockKey key = {
        .block_class = BlockClass::kFresh, .day = day, .number = state_.NextBlockNumber()};
    blocks.push_back(EncodeBlock(key, rows.first(count)));
    rows = rows.subspan(count);
  }
  return blocks;
}

StoreState::Change GroupCommit::MakeChange(
    std::span<GroupRow> group, std::span<const BlockRow> rows, std::span<const EncodedBlock> blocks
) {
  StoreState::Change change;
  change.ids.reserve(rows.size());
  size_t next = 0;
  for (const EncodedBlock& block : blocks) {
    change.added.push_back(block.info);
    for (uint32_t at = 0; at < block.info.rows; ++at, ++next) {
      const GroupRow& row = group[rows[next].tag];
      change.ids.push_back(
          {.hash = row.hash,
           .id = row.event.id,
           .location = {.block = block.info.key.number, .row = at},
           .old = OldPlace(row)}
      );
      change.counts += CountsOf(row.event) - row.old_counts;
      if (row.old_block != nullptr) {
        change.kills.push_back(
            {.row = *OldPlace(row), .killed = rows[next].born, .counts = row.old_counts}
        );
      }
    }
  }
  return change;
}

void PutBlockRecord(WriteBatch& batch, const BlockInfo& info, const std::string& record) {
  batch.Put(Space::kRecords, RecordKey(RecordKind::kBlock, info.key.number), record);
}

void PutBlockValues(WriteBatch& batch, const BlockKey& key, std::span<const KeyAndValue> values) {
  for (const KeyAndValue& value : values) {
    batch.Put(SpaceOf(key.block_class), value.key, value.value);
  }
}

}  // namespace tidings::embedded
