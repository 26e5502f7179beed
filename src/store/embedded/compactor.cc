#include "store/embedded/compactor.h"

#include <algorithm>
#include <map>
#include <system_error>
#include <thread>
#include <utility>

#include "base/status.h"
#include "event/interval.h"
#include "store/embedded/duration_class.h"
#include "store/embedded/recovery.h"

namespace tidings::embedded {
namespace {

/// Without a commit.
constexpr std::chrono::seconds kQuietTime(5);
/// A block that takes a few more rows is better than a second one that holds them.
constexpr size_t kMostRows = kPackedRows + kPackedRows / 4;

/// Rows that no snapshot can see. Takes every row for as old as the block's first, so that no
/// column needs to be read: rather too few than too many.
uint32_t CountDroppable(const Block& block, const SnapshotsInUse& snapshots) {
  if (block.dead_rows() == 0) {
    return 0;
  }
  uint32_t count = 0;
  for (size_t row = 0; row < block.rows(); ++row) {
    count += snapshots.CanSee(block.info().first_born, block.KilledAt(row)) ? 0 : 1;
  }
  return count;
}

/// The class of compacted block that an event belongs to.
BlockClass ClassOf(const EventView& event) {
  if (!event.withdrawn && StateOf(event) == State::kOpen) {
    return BlockClass::kOpen;
  }
  return DurationClassOf(event) >= kFirstLongClass ? BlockClass::kLong : BlockClass::kClosed;
}

}  // namespace

absl::StatusOr<bool> Compactor::CompactOnce(bool everything) {
  const int64_t now_ms = deps_.clock.NowMs();
  std::vector<uint64_t> cursors;
  const StoreView view = deps_.state.TakeView(deps_.cursors, now_ms, cursors);
  const SnapshotsInUse snapshots(std::move(cursors), view.sequence);
  std::vector<CompactionCandidate> candidates;
  candidates.reserve(view.blocks->size());
  for (const std::shared_ptr<Block>& block : *view.blocks) {
    candidates.push_back(
        {.info = block->info(),
         .droppable = CountDroppable(*block, snapshots),
         .is_excluded = block->IsDamaged() || block->HiddenAt() != kNever}
    );
  }
  const CompactionDemand demand = {
      .today = static_cast<uint32_t>(std::max<int64_t>(now_ms, 0) / kDayMs),
      .is_quiet = IsQuietAt(view.sequence),
      .everything = everything,
      .most_waiting_rows = options_.most_waiting_rows};
  std::vector<LiveSet> rewrites;
  for (const std::vector<size_t>& group : PlanRewrites(std::move(candidates), demand)) {
    LiveSet& inputs = rewrites.emplace_back();
    for (const size_t at : group) {
      inputs.push_back((*view.blocks)[at]);
    }
  }
  if (rewrites.empty()) {
    return false;
  }
  const absl::Status status = RewriteAll(rewrites, snapshots, view.epoch);
  return status.ok() ? absl::StatusOr<bool>(true) : status;
}

absl::Status Compactor::RewriteAll(
    std::span<const LiveSet> rewrites, const SnapshotsInUse& snapshots, uint64_t epoch
) {
  std::vector<absl::Status> results(rewrites.size());
  const auto rewrite = [&](size_t i) { results[i] = Rewrite(rewrites[i], snapshots, epoch); };
  {
    std::vector<size_t> here = {0};
    std::vector<std::jthread> beside;
    for (size_t i = 1; i < rewrites.size(); ++i) {
      try {
        beside.emplace_back(rewrite, i);
      } catch (const std::system_error&) {
        // The system gives no more threads.
        here.push_back(i);
      }
    }
    std::for_each(here.begin(), here.end(), rewrite);
  }
  for (absl::Status& result : results) {
    if (!result.ok() && result.code() != absl::StatusCode::kDataLoss) {
      return std::move(result);
    }
  }
  return absl::OkStatus();
}

bool Compactor::IsQuietAt(uint64_t sequence) {
  const auto now = deps_.clock.Steady();
  if (sequence != last_sequence_) {
    last_sequence_ = sequence;
    last_change_ = now;
  }
  return now - last_change_ >= kQuietTime;
}

absl::Status Compactor::Rewrite(
    const LiveSet& inputs, const SnapshotsInUse& snapshots, uint64_t epoch
) {
  Job job;
  job.inputs = inputs;
  job.epoch = epoch;
  if (absl::Status status = ReadInputs(job, snapshots); !status.ok()) {
    return status;
  }
  std::map<OutputKind, std::vector<BlockRow>> rows;
  for (uint32_t i = 0; i < job.events.size(); ++i) {
    const EventView& event = job.events[i];
    rows[KindOf(event)].push_back({.event = &event, .born = job.origins[i].born, .tag = i});
  }
  for (auto& [kind, rows_of_kind] : rows) {
    Encode(job, kind, std::move(rows_of_kind));
  }
  if (absl::Status status = Stage(job); !status.ok()) {
    return status;
  }
  if (absl::Status status = Index(job); !status.ok()) {
    return status;
  }
  absl::Status status = deps_.committer.RunBetweenGroups([this, &job] { return Switch(job); });
  if (status.ok()) {
    ForgetInputs(job);
    ++compactions_;
    compacted_rows_ += job.origins.size();
  }
  return status;
}

absl::Status Compactor::ReadInputs(Job& job, const SnapshotsInUse& snapshots) const {
  size_t rows = 0;
  for (const std::shared_ptr<Block>& block : job.inputs) {
    rows += block->rows();
  }
  job.events.reserve(rows);
  job.origins.reserve(rows);
  for (const std::shared_ptr<Block>& block : job.inputs) {
    if (absl::Status status = ReadBlock(job, block, snapshots); !status.ok()) {
      return status;
    }
  }
  return absl::OkStatus();
}

absl::Status Compactor::ReadBlock(
    Job& job, const std::shared_ptr<Block>& block, const SnapshotsInUse& snapshots
) const {
  if (CountDroppable(*block, snapshots) == block->rows()) {
    return absl::OkStatus();
  }
  absl::StatusOr<std::shared_ptr<const HotBlock>> hot = deps_.reader.HotOnce(*block);
  if (!hot.ok()) {
    return hot.status();
  }
  size_t row = 0;
  for (size_t at = 0; at < block->info().pages; ++at) {
    absl::StatusOr<std::shared_ptr<const ColdPage>> page = deps_.reader.PageOnce(*block, at);
    if (!page.ok()) {
      return page.status();
    }
    if (row + (*page)->rows() > block->rows()) {
      break;
    }
    KeepRows(job, {.block = *block, .hot = **hot, .page = **page, .first_row = row}, snapshots);
    row += (*page)->rows();
    job.pages.push_back(*std::move(page));
  }
  job.hot.push_back(*std::move(hot));
  if (row != block->rows()) {
    return deps_.reader.Explain(
        *block, kHotPart, DataLoss("its pages do not hold its {} rows", block->rows())
    );
  }
  return absl::OkStatus();
}

void Compactor::KeepRows(Job& job, const PageRows& page, const SnapshotsInUse& snapshots) const {
  for (size_t i = 0; i < page.page.rows(); ++i) {
    const size_t row = page.first_row + i;
    const uint64_t born = page.hot.Born(row);
    if (!snapshots.CanSee(born, page.block.KilledAt(row))) {
      continue;
    }
    EventView& event = job.events.emplace_back();
    page.hot.Fill(row, event);
    page.page.Fill(i, event, job.arena);
    job.origins.push_back(
        {.id = event.id,
         .hash = deps_.state.HashOf(event.id),
         .born = born,
         .block = &page.block,
         .row = static_cast<uint32_t>(row)}
    );
  }
}

Compactor::OutputKind Compactor::KindOf(const EventView& event) const {
  std::string layer;
  if (!options_.own_layers.empty()) {
    layer = ShownValue(event, FilterField::kLayer);
    if (!options_.own_layers.contains(layer)) {
      layer.clear();
    }
  }
  return {ClassOf(event), std::move(layer)};
}

void Compactor::Encode(Job& job, const OutputKind& kind, std::vector<BlockRow> rows) {
  const auto& [block_class, layer] = kind;
  SortRows(block_class, rows);
  std::span<const BlockRow> left = rows;
  while (!left.empty()) {
    const size_t count = left.size() <= kMostRows ? left.size() : kPackedRows;
    const BlockKey key = {
        .block_class = block_class,
        .day = job.inputs.front()->info().key.day,
        .number = deps_.state.NextBlockNumber()};
    Output output{.block = EncodeBlock(key, left.first(count))};
    output.block.info.layer = layer;
    for (const BlockRow& row : left.first(count)) {
      output.rows.push_back(row.tag);
    }
    job.outputs.push_back(std::move(output));
    left = left.subspan(count);
  }
}

absl::Status Compactor::Stage(Job& job) {
  for (Output& output : job.outputs) {
    const BlockInfo& info = output.block.info;
    output.values = TakeValues(output.block);
    if (info.stored_bytes < options_.least_file_bytes) {
      continue;
    }
    const std::string file = fmt::format("{}/{}.sst", options_.staging_directory, info.key.number);
    absl::Status status = deps_.database.Ingest(SpaceOf(info.key.block_class), file, output.values);
    if (!status.ok()) {
      return status;
    }
    output.values.clear();
  }
  return absl::OkStatus();
}

absl::Status Compactor::Index(Job& job) const {
  if (job.origins.size() < options_.least_run_entries) {
    return absl::OkStatus();
  }
  std::vector<IdEntry> entries;
  entries.reserve(job.origins.size());
  for (const Output& output : job.outputs) {
    for (uint32_t at = 0; at < output.rows.size(); ++at) {
      const Origin& origin = job.origins[output.rows[at]];
      if (origin.KilledAt() == kNever) {
        entries.push_back(
            {.hash = ShortHash(origin.hash),
             .location = {.block = output.block.info.key.number, .row = at}}
        );
      }
    }
  }
  if (entries.empty()) {
    return absl::OkStatus();
  }
  absl::StatusOr<std::shared_ptr<const IdRun>> run = deps_.runs.Build(entries);
  if (!run.ok()) {
    return run.status();
  }
  job.run = *std::move(run);
  return absl::OkStatus();
}

void Compactor::CarryOver(const Job& job, const Output& output, StoreState::Change& change) {
  for (uint32_t at = 0; at < output.rows.size(); ++at) {
    const Origin& origin = job.origins[output.rows[at]];
    const Location location = {.block = output.block.info.key.number, .row = at};
    const uint64_t killed = origin.KilledAt();
    if (killed != kNever) {
      const EventCounts counts = CountsOf(job.events[output.rows[at]]);
      change.kills.push_back({.row = location, .killed = killed, .counts = counts});
    } else if (job.run == nullptr) {
      change.ids.push_back(
          {.hash = origin.hash, .id = origin.id, .location = location, .old = origin.location()}
      );
    }
  }
}

void Compactor::ForgetInputs(const Job& job) const {
  if (job.run == nullptr) {
    return;
  }
  std::vector<IdChange> ids;
  ids.reserve(job.origins.size());
  for (const Origin& origin : job.origins) {
    if (!origin.block->IsIndexed()) {
      ids.push_back({.hash = origin.hash, .id = origin.id, .location = origin.location(), .old = {}}
      );
    }
  }
  deps_.state.ForgetRows(ids);
}

absl::Status Compactor::Switch(Job& job) {
  StoreState& state = deps_.state;
  if (absl::Status status = state.CheckEpoch(job.epoch); !status.ok()) {
    return status;
  }
  StoreState::Change change;
  WriteBatch batch("compaction switch");
  std::vector<std::string> records;
  records.reserve(job.outputs.size());
  for (const Output& output : job.outputs) {
    const BlockInfo& info = output.block.info;
    PutBlockRecord(batch, info, records.emplace_back(EncodeBlockInfo(info)));
    PutBlockValues(batch, info.key, output.values);
    change.added.push_back(info);
    CarryOver(job, output, change);
  }
  for (const std::shared_ptr<Block>& block : job.inputs) {
    batch.Delete(Space::kRecords, RecordKey(RecordKind::kBlock, block->number()));
    change.removed.push_back(block->number());
  }
  for (const uint64_t record : state.KillRecordsOnlyOf(change.removed)) {
    batch.Delete(Space::kRecords, RecordKey(RecordKind::kKills, record));
  }
  std::string run;
  if (job.run != nullptr) {
    run = EncodeRunInfo(job.run->info());
    batch.Put(Space::kRecords, RecordKey(RecordKind::kRun, job.run->info().number), run);
    change.runs_added.push_back(job.run);
  }
  std::string kills;
  if (!change.kills.empty()) {
    change.kill_record = state.NextKillRecord();
    kills = EncodeKills(change.kills, change.kill_record);
    batch.Put(Space::kRecords, RecordKey(RecordKind::kKills, change.kill_record), kills);
  }
  const std::string counters = EncodeCounters(state.counters());
  batch.Put(Space::kRecords, RecordKey(RecordKind::kCounters, 0), counters);
  if (absl::Status status = deps_.database.Write(batch); !status.ok()) {
    return status;
  }
  state.Apply(change);
  return absl::OkStatus();
}

}  // namespace tidings::embedded
