#include "store/embedded/store_state.h"

#include <algorithm>
#include <utility>

#include "event/interval.h"

namespace tidings::embedded {
namespace {

/// How far ahead of its use an id's place in the index is loaded.
constexpr size_t kPrefetchDistance = 8;

size_t CountFresh(const LiveSet& blocks) {
  return static_cast<size_t>(std::count_if(
      blocks.begin(),
      blocks.end(),
      [](const std::shared_ptr<Block>& block) {
        return block->info().key.block_class == BlockClass::kFresh;
      }
  ));
}

}  // namespace

EventCounts& EventCounts::operator+=(const EventCounts& other) {
  events += other.events;
  open += other.open;
  return *this;
}

EventCounts operator-(const EventCounts& a, const EventCounts& b) {
  return {.events = a.events - b.events, .open = a.open - b.open};
}

EventCounts CountsOf(const EventView& event) {
  if (event.withdrawn) {
    return {};
  }
  return {.events = 1, .open = StateOf(event) == State::kOpen ? 1 : 0};
}

StoreState::StoreState(uint64_t hash_seed, std::shared_ptr<Graveyard> graveyard)
    : hash_seed_(hash_seed),
      seed_index_(hash_seed),
      graveyard_(std::move(graveyard)),
      live_(std::make_shared<LiveSet>()),
      index_(std::make_unique<IdIndex>(hash_seed)) {}

StoreView StoreState::TakeView() const {
  const ReaderLock lock(mutex_);
  return {.blocks = live_, .sequence = sequence_};
}

StoreView StoreState::TakeView(CursorRegistry& cursors, CursorRegistry::Pin& pin) const {
  const ReaderLock lock(mutex_);
  pin = CursorRegistry::Pin(cursors, sequence_);
  return {.blocks = live_, .sequence = sequence_};
}

StoreView StoreState::TakeView(
    CursorRegistry& cursors, int64_t now_ms, std::vector<uint64_t>& in_use
) const {
  const MutexLock lock(mutex_);
  in_use = cursors.InUse(now_ms);
  return {.blocks = live_, .sequence = sequence_};
}

std::shared_ptr<Block> StoreState::FindBlock(uint64_t number) const {
  const auto found = by_number_.find(number);
  return found == by_number_.end() ? nullptr : found->second;
}

void StoreState::Look(std::string_view id, ProbedId& probed) const {
  const std::optional<Location> location = index_->Find(probed.hash, id);
  if (location) {
    probed.block = FindBlock(location->block);
    probed.row = location->row;
  }
}

StoreView StoreState::TakeView(
    CursorRegistry& cursors,
    CursorRegistry::Pin& pin,
    std::span<const std::string> ids,
    std::vector<ProbedId>& found
) const {
  const ReaderLock lock(mutex_);
  pin = CursorRegistry::Pin(cursors, sequence_);
  for (const std::string& id : ids) {
    ProbedId& probed = found.emplace_back();
    probed.hash = HashOf(id);
    Look(id, probed);
  }
  return {.blocks = live_, .sequence = sequence_};
}

ProbedId StoreState::Find(std::string_view id) const {
  ProbedId found{.hash = HashOf(id), .block = nullptr};
  const ReaderLock lock(mutex_);
  Look(id, found);
  return found;
}

std::vector<ProbedId> StoreState::Probe(const ReportBatch& batch) const {
  std::vector<ProbedId> probed(batch.reports.size());
  for (size_t i = 0; i < probed.size(); ++i) {
    probed[i].hash = HashOf(batch.reports[i].id);
  }
  const ReaderLock lock(mutex_);
  for (size_t i = 0; i < probed.size(); ++i) {
    if (i + kPrefetchDistance < probed.size()) {
      index_->Prefetch(probed[i + kPrefetchDistance].hash);
    }
    Look(batch.reports[i].id, probed[i]);
  }
  return probed;
}

size_t StoreState::ids() const {
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

uint64_t StoreState::epoch() const {
  const ReaderLock lock(mutex_);
  return epoch_;
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
    if (const std::shared_ptr<Block> block = FindBlock(mark.row.block)) {
      block->Kill(mark.row.row, mark.killed);
    }
  }
  if (!change.kills.empty()) {
    kill_log_.Add(change.kill_record, change.kills);
  }
  kill_log_.Forget(change.removed);
  for (const uint64_t number : change.hidden) {
    if (const std::shared_ptr<Block> block = FindBlock(number)) {
      block->Hide(change.sequence);
    }
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
    if (!leaves) {
      blocks->push_back(block);
      continue;
    }
    block->Retire();
    by_number_.erase(block->number());
  }
  for (const BlockInfo& info : change.added) {
    blocks->push_back(std::make_shared<Block>(info, graveyard_));
    by_number_[info.key.number] = blocks->back();
  }
  fresh_blocks_ = CountFresh(*blocks);
  live_ = std::move(blocks);
}

void StoreState::ApplyIds(const Change& change) {
  for (size_t i = 0; i < change.ids.size(); ++i) {
    if (i + kPrefetchDistance < change.ids.size()) {
      index_->Prefetch(change.ids[i + kPrefetchDistance].hash);
    }
    const IdChange& id = change.ids[i];
    if (id.is_new) {
      index_->Insert(id.hash, id.id, id.location);
    } else {
      index_->Move(id.hash, id.id, id.location);
    }
  }
  for (const IdChange& id : change.forgotten) {
    index_->Erase(id.hash, id.id, id.location);
  }
}

void StoreState::Reset(Loaded loaded) {
  const MutexLock lock(mutex_);
  live_ = std::make_shared<LiveSet>(std::move(loaded.blocks));
  by_number_.clear();
  for (const std::shared_ptr<Block>& block : *live_) {
    by_number_[block->number()] = block;
  }
  fresh_blocks_ = CountFresh(*live_);
  index_ = std::move(loaded.index);
  kill_log_ = std::move(loaded.kill_log);
  counts_ = loaded.counts;
  counters_.next_block = std::max(counters_.next_block, loaded.counters.next_block);
  counters_.next_kill_record =
      std::max(counters_.next_kill_record, loaded.counters.next_kill_record);
  counters_.next_sequence = std::max(counters_.next_sequence, loaded.counters.next_sequence);
  sequence_ = counters_.next_sequence - 1;
  ++epoch_;
}

}  // namespace tidings::embedded
