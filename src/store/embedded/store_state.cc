#include "store/embedded/store_state.h"

#include <algorithm>
#include <utility>

namespace tidings::embedded {
namespace {

/// How far ahead of its use an id's place in the index is loaded.
constexpr size_t kPrefetchDistance = 8;
/// Forgotten under one lock, which commits and queries wait for: about 0.2 ms.
constexpr size_t kRowsPerStep = 1024;

size_t CountFresh(const LiveSet& blocks) {
  return static_cast<size_t>(std::count_if(
      blocks.begin(),
      blocks.end(),
      [](const std::shared_ptr<Block>& block) {
        return block->info().key.block_class == BlockClass::kFresh;
      }
  ));
}

void SortByNumber(LiveSet& blocks) {
  const auto is_before = [](const std::shared_ptr<Block>& a, const std::shared_ptr<Block>& b) {
    return a->number() < b->number();
  };
  if (!std::is_sorted(blocks.begin(), blocks.end(), is_before)) {
    std::sort(blocks.begin(), blocks.end(), is_before);
  }
}

/// The rows of an entry's hash that the view sees.
void AddVisible(const StoreView& view, std::span<const Location> found, ProbedId& id) {
  for (const Location& location : found) {
    std::shared_ptr<Block> block = FindBlock(*view.blocks, location.block);
    if (block != nullptr && location.row < block->rows() &&
        view.sequence < block->KilledAt(location.row) && view.sequence < block->HiddenAt()) {
      id.candidates.push_back({.block = std::move(block), .row = location.row});
    }
  }
}

/// The ids that one run may hold, by its filter.
void FilterIds(
    const IdFilter& filter,
    std::span<const ProbedId> ids,
    std::span<const uint32_t> wanted,
    std::vector<uint32_t>& possible
) {
  possible.clear();
  for (size_t i = 0; i < wanted.size(); ++i) {
    if (i + kPrefetchDistance < wanted.size()) {
      filter.Prefetch(ShortHash(ids[wanted[i + kPrefetchDistance]].hash));
    }
    if (filter.MayContain(ShortHash(ids[wanted[i]].hash))) {
      possible.push_back(wanted[i]);
    }
  }
}

}  // namespace

absl::Status ProbeRuns(const StoreView& view, std::span<ProbedId> ids) {
  std::vector<uint32_t> wanted;
  for (uint32_t i = 0; i < ids.size(); ++i) {
    if (ids[i].candidates.empty()) {
      wanted.push_back(i);
    }
  }
  std::vector<uint32_t> possible;
  std::vector<Location> found;
  for (const std::shared_ptr<const IdRun>& run : *view.runs) {
    FilterIds(run->filter(), ids, wanted, possible);
    for (const uint32_t i : possible) {
      found.clear();
      if (absl::Status status = run->Find(ShortHash(ids[i].hash), found); !status.ok()) {
        return status;
      }
      AddVisible(view, found, ids[i]);
    }
  }
  return absl::OkStatus();
}

namespace {

/// The candidates of runs beside those of memory: an id in memory may only share its hash.
absl::Status AddFromRuns(const StoreView& view, std::span<ProbedId> ids) {
  std::vector<ProbedId> in_runs(ids.size());
  for (size_t i = 0; i < ids.size(); ++i) {
    in_runs[i].hash = ids[i].hash;
  }
  absl::Status status = ProbeRuns(view, in_runs);
  for (size_t i = 0; i < ids.size(); ++i) {
    ids[i].candidates.insert(
        ids[i].candidates.end(), in_runs[i].candidates.begin(), in_runs[i].candidates.end()
    );
  }
  return status;
}

}  // namespace

void MarkIndexed(const RunSet& runs, const LiveSet& blocks) {
  for (const std::shared_ptr<const IdRun>& run : runs) {
    for (const RunBlock& covered : run->blocks()) {
      if (const std::shared_ptr<Block> block = FindBlock(blocks, covered.number)) {
        block->SetIndexed(true);
      }
    }
  }
}

StoreState::StoreState(std::shared_ptr<Graveyard> graveyard)
    : graveyard_(std::move(graveyard)),
      live_(std::make_shared<LiveSet>()),
      runs_(std::make_shared<RunSet>()),
      index_(std::make_unique<IdIndex>()) {}

StoreView StoreState::TakeView() const {
  const ReaderLock lock(mutex_);
  return ViewLocked();
}

StoreView StoreState::TakeView(CursorRegistry& cursors, CursorRegistry::Pin& pin) const {
  const ReaderLock lock(mutex_);
  pin = CursorRegistry::Pin(cursors, sequence_);
  return ViewLocked();
}

StoreView StoreState::TakeView(
    CursorRegistry& cursors, int64_t now_ms, std::vector<uint64_t>& in_use
) const {
  const MutexLock lock(mutex_);
  in_use = cursors.InUse(now_ms);
  return ViewLocked();
}

void StoreState::LookInMemory(std::string_view id, ProbedId& probed) const {
  const std::optional<Location> location = index_->Find(probed.hash, id);
  if (!location) {
    return;
  }
  std::shared_ptr<Block> block = FindBlock(*live_, location->block);
  if (block != nullptr && block->HiddenAt() == kNever) {
    probed.candidates.push_back({.block = std::move(block), .row = location->row});
  }
}

absl::StatusOr<StoreView> StoreState::TakeView(
    CursorRegistry& cursors,
    CursorRegistry::Pin& pin,
    std::span<const std::string> ids,
    std::vector<ProbedId>& found
) const {
  StoreView view;
  {
    const ReaderLock lock(mutex_);
    pin = CursorRegistry::Pin(cursors, sequence_);
    for (const std::string& id : ids) {
      ProbedId& probed = found.emplace_back();
      probed.hash = HashOf(id);
      LookInMemory(id, probed);
    }
    view = ViewLocked();
  }
  if (absl::Status status = AddFromRuns(view, found); !status.ok()) {
    return status;
  }
  return view;
}

absl::StatusOr<ProbedId> StoreState::Find(std::string_view id) const {
  ProbedId found{.hash = HashOf(id), .candidates = {}};
  StoreView view;
  {
    const ReaderLock lock(mutex_);
    LookInMemory(id, found);
    view = ViewLocked();
  }
  if (absl::Status status = AddFromRuns(view, {&found, 1}); !status.ok()) {
    return status;
  }
  return found;
}

absl::StatusOr<std::vector<ProbedId>> StoreState::Probe(const ReportBatch& batch) const {
  std::vector<ProbedId> probed(batch.reports.size());
  for (size_t i = 0; i < probed.size(); ++i) {
    probed[i].hash = HashOf(batch.reports[i].id);
  }
  StoreView view;
  {
    const ReaderLock lock(mutex_);
    for (size_t i = 0; i < probed.size(); ++i) {
      if (i + kPrefetchDistance < probed.size()) {
        index_->Prefetch(probed[i + kPrefetchDistance].hash);
      }
      LookInMemory(batch.reports[i].id, probed[i]);
    }
    view = ViewLocked();
  }
  if (absl::Status status = ProbeRuns(view, probed); !status.ok()) {
    return status;
  }
  return probed;
}

absl::Status StoreState::ProbeFurther(ProbedId& id) const {
  id.candidates.clear();
  return ProbeRuns(TakeView(), {&id, 1});
}

size_t StoreState::recent_ids() const {
  const ReaderLock lock(mutex_);
  return index_->size();
}

EventCounts StoreState::counts() const {
  const ReaderLock lock(mutex_);
  return counts_;
}

uint64_t StoreState::sequence() const {
  const ReaderLock lock(mutex_);
  return sequence_;
}

absl::Status StoreState::CheckEpoch(uint64_t epoch) const {
  const ReaderLock lock(mutex_);
  return epoch_ == epoch ? absl::OkStatus()
                         : absl::AbortedError("the database was opened again meanwhile");
}

size_t StoreState::fresh_blocks() const {
  const ReaderLock lock(mutex_);
  return fresh_blocks_;
}

uint64_t StoreState::NextBlockNumber() {
  const MutexLock lock(mutex_);
  return counters_.next_block++;
}

uint64_t StoreState::NextKillRecord() {
  const MutexLock lock(mutex_);
  return counters_.next_kill_record++;
}

uint64_t StoreState::TakeSequences(uint64_t count) {
  const MutexLock lock(mutex_);
  return std::exchange(counters_.next_sequence, counters_.next_sequence + count);
}

StoreState::Counters StoreState::counters() const {
  const ReaderLock lock(mutex_);
  return counters_;
}

std::vector<uint64_t> StoreState::KillRecordsOnlyOf(const std::vector<uint64_t>& blocks) const {
  const ReaderLock lock(mutex_);
  return kill_log_.RecordsOnlyOf(blocks);
}

void StoreState::Apply(const Change& change) {
  const MutexLock lock(mutex_);
  if (!change.added.empty() || !change.removed.empty()) {
    ApplyBlocks(change);
  }
  for (const KillMark& mark : change.kills) {
    if (const std::shared_ptr<Block> block = FindBlock(*live_, mark.row.block)) {
      block->Kill(mark.row.row, mark.killed, mark.counts);
    }
  }
  if (!change.kills.empty()) {
    kill_log_.Add(change.kill_record, change.kills);
  }
  kill_log_.Forget(change.removed);
  for (const uint64_t number : change.hidden) {
    if (const std::shared_ptr<Block> block = FindBlock(*live_, number)) {
      block->Hide(change.sequence);
    }
  }
  if (!change.runs_added.empty() || !change.runs_removed.empty()) {
    ApplyRuns(change);
  }
  ApplyIds(change);
  counts_ += change.counts;
  sequence_ = std::max(sequence_, change.sequence);
}

void StoreState::ApplyBlocks(const Change& change) {
  auto blocks = std::make_shared<LiveSet>();
  blocks->reserve(live_->size() + change.added.size());
  for (const std::shared_ptr<Block>& block : *live_) {
    const bool leaves = std::find(change.removed.begin(), change.removed.end(), block->number()) !=
                        change.removed.end();
    if (leaves) {
      block->Retire();
    } else {
      blocks->push_back(block);
    }
  }
  for (const BlockInfo& info : change.added) {
    blocks->push_back(std::make_shared<Block>(info, graveyard_));
  }
  SortByNumber(*blocks);
  fresh_blocks_ = CountFresh(*blocks);
  live_ = std::move(blocks);
}

void StoreState::ApplyRuns(const Change& change) {
  auto runs = std::make_shared<RunSet>(change.runs_added);
  for (const std::shared_ptr<const IdRun>& run : *runs_) {
    const bool leaves =
        std::find(change.runs_removed.begin(), change.runs_removed.end(), run->info().number) !=
        change.runs_removed.end();
    if (leaves) {
      run->Retire();
    } else {
      runs->push_back(run);
    }
  }
  MarkIndexed(change.runs_added, *live_);
  runs_ = std::move(runs);
}

void StoreState::ApplyIds(const Change& change) {
  const auto live = [&blocks = *live_](uint64_t block) {
    return FindBlock(blocks, block) != nullptr;
  };
  for (size_t i = 0; i < change.ids.size(); ++i) {
    if (i + kPrefetchDistance < change.ids.size()) {
      index_->Prefetch(change.ids[i + kPrefetchDistance].hash);
    }
    const IdChange& id = change.ids[i];
    index_->Put(id.hash, id.id, id.old, id.location, live);
  }
  ForgetIds(change.forgotten);
}

void StoreState::ForgetIds(std::span<const IdChange> ids) {
  for (size_t i = 0; i < ids.size(); ++i) {
    if (i + kPrefetchDistance < ids.size()) {
      index_->Prefetch(ids[i + kPrefetchDistance].hash);
    }
    index_->Erase(ids[i].hash, ids[i].id, ids[i].location);
  }
}

void StoreState::ForgetRows(std::span<const IdChange> rows) {
  while (!rows.empty()) {
    const size_t count = std::min(kRowsPerStep, rows.size());
    const MutexLock lock(mutex_);
    ForgetIds(rows.first(count));
    rows = rows.subspan(count);
  }
}

void StoreState::Reset(Loaded loaded) {
  const MutexLock lock(mutex_);
  hash_seed_ = loaded.hash_seed;
  counts_ = {};
  for (const std::shared_ptr<Block>& block : loaded.blocks) {
    if (block->HiddenAt() == kNever) {
      counts_ += block->live_counts();
    }
  }
  live_ = std::make_shared<LiveSet>(std::move(loaded.blocks));
  runs_ = std::make_shared<RunSet>(std::move(loaded.runs));
  fresh_blocks_ = CountFresh(*live_);
  index_ = std::move(loaded.index);
  kill_log_ = std::move(loaded.kill_log);
  counters_.next_block = std::max(counters_.next_block, loaded.counters.next_block);
  counters_.next_kill_record =
      std::max(counters_.next_kill_record, loaded.counters.next_kill_record);
  counters_.next_sequence = std::max(counters_.next_sequence, loaded.counters.next_sequence);
  sequence_ = counters_.next_sequence - 1;
  ++epoch_;
}

}  // namespace tidings::embedded
