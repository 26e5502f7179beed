#include "store/embedded/retention.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "store/embedded/recovery.h"

namespace tidings::embedded {

namespace {

/// Rows that are taken apart together.
constexpr size_t kMostRows = 2 * kPackedRows;

bool IsOlderThan(const BlockInfo& block, std::chrono::milliseconds kept, int64_t now_ms) {
  const int64_t day_ends_ms = (int64_t{block.key.day} + 1) * kDayMs;
  return now_ms - day_ends_ms > kept.count();
}

}  // namespace

std::chrono::milliseconds Retention::KeptOf(const BlockInfo& block) const {
  const auto own = limits_.by_layer.find(block.layer);
  const std::chrono::milliseconds closed =
      own == limits_.by_layer.end() ? limits_.closed : own->second;
  return block.key.block_class == BlockClass::kOpen ? std::max(closed, limits_.open) : closed;
}

bool Retention::IsExpired(const BlockInfo& block, int64_t now_ms) const {
  return IsOlderThan(block, KeptOf(block), now_ms);
}

absl::Status Retention::DropExpired() {
  if (!clock_watch_.IsTrusted(deps_.clock)) {
    return absl::OkStatus();
  }
  const int64_t now_ms = deps_.clock.NowMs();
  std::vector<uint64_t> cursors;
  StoreView view = deps_.state.TakeView(deps_.cursors, now_ms, cursors);
  const SnapshotsInUse snapshots(std::move(cursors), view.sequence);
  if (absl::Status status = TakeApart(view, snapshots, now_ms); !status.ok()) {
    return status;
  }
  view = deps_.state.TakeView();
  LiveSet gone;
  LiveSet expired;
  for (const std::shared_ptr<Block>& block : *view.blocks) {
    const uint64_t hidden = block->HiddenAt();
    if (hidden == kNever && IsExpired(block->info(), now_ms)) {
      expired.push_back(block);
    } else if (hidden != kNever && !snapshots.CanSee(block->info().first_born, hidden)) {
      gone.push_back(block);
    }
  }
  absl::Status status = HideAll(expired, view.epoch, DropReason::kAge);
  if (status.ok()) {
    const StoreView left = deps_.state.TakeView();
    status = HideAll(TooMuch(*left.blocks), left.epoch, DropReason::kBytes);
  }
  return gone.empty() || !status.ok() ? status : Delete(gone, view.epoch);
}

absl::Status Retention::HideAll(const LiveSet& blocks, uint64_t epoch, DropReason reason) {
  const uint64_t before = dropped_events_;
  uint32_t last_day = 0;
  absl::Status status;
  for (const std::shared_ptr<Block>& block : blocks) {
    status = Hide(*block, epoch);
    if (!status.ok()) {
      break;
    }
    last_day = std::max(last_day, block->info().key.day);
  }
  if (dropped_events_ != before) {
    dropped_(reason, dropped_events_ - before, last_day);
  }
  return status;
}

LiveSet Retention::TooMuch(const LiveSet& blocks) const {
  LiveSet candidates;
  uint64_t bytes = 0;
  for (const std::shared_ptr<Block>& block : blocks) {
    if (block->HiddenAt() != kNever) {
      continue;
    }
    bytes += block->info().stored_bytes;
    const BlockClass one = block->info().key.block_class;
    if (one == BlockClass::kClosed || one == BlockClass::kLong) {
      candidates.push_back(block);
    }
  }
  if (limits_.max_bytes == 0 || bytes <= limits_.max_bytes) {
    return {};
  }
  std::sort(candidates.begin(), candidates.end(), [](const auto& a, const auto& b) {
    return std::pair(a->info().key.day, a->number()) < std::pair(b->info().key.day, b->number());
  });
  LiveSet leaving;
  for (const std::shared_ptr<Block>& block : candidates) {
    if (bytes <= limits_.max_bytes) {
      break;
    }
    bytes -= block->info().stored_bytes;
    leaving.push_back(block);
  }
  return leaving;
}

absl::StatusOr<bool> Retention::HoldsOwnLayers(Block& block) {
  if (known_plain_.contains(block.number())) {
    return false;
  }
  const absl::StatusOr<std::shared_ptr<const HotBlock>> hot = deps_.reader.HotOnce(block);
  if (!hot.ok()) {
    return hot.status();
  }
  const auto layers = (*hot)->texts(static_cast<size_t>(TextField::kLayer));
  const bool holds = std::any_of(layers.begin(), layers.end(), [this](std::string_view layer) {
    EventView event;
    event.text[TextField::kLayer] = layer;
    return limits_.by_layer.contains(std::string(ShownValue(event, FilterField::kLayer)));
  });
  if (!holds) {
    known_plain_.insert(block.number());
  }
  return holds;
}

absl::StatusOr<bool> Retention::IsToBeTakenApart(Block& block, int64_t now_ms) {
  const BlockInfo& info = block.info();
  if (block.IsDamaged() || block.HiddenAt() != kNever || !info.layer.empty()) {
    return false;
  }
  const bool is_mixed = info.key.block_class == BlockClass::kFresh && info.has_open;
  if (is_mixed && IsExpired(info, now_ms)) {
    return true;
  }
  std::chrono::milliseconds least = limits_.closed;
  for (const auto& [layer, kept] : limits_.by_layer) {
    least = std::min(least, kept);
  }
  const bool may_leave = !limits_.by_layer.empty() && IsOlderThan(info, least, now_ms);
  return may_leave ? HoldsOwnLayers(block) : absl::StatusOr<bool>(false);
}

absl::Status Retention::TakeApart(
    const StoreView& view, const SnapshotsInUse& snapshots, int64_t now_ms
) {
  std::map<uint32_t, LiveSet> by_day;
  for (const std::shared_ptr<Block>& block : *view.blocks) {
    const absl::StatusOr<bool> is_wanted = IsToBeTakenApart(*block, now_ms);
    if (is_wanted.ok() && *is_wanted) {
      by_day[block->info().key.day].push_back(block);
    } else if (!is_wanted.ok() && is_wanted.status().code() != absl::StatusCode::kDataLoss) {
      return is_wanted.status();
    }
  }
  absl::erase_if(known_plain_, [&view](uint64_t number) {
    return FindBlock(*view.blocks, number) == nullptr;
  });
  for (const auto& [day, blocks] : by_day) {
    if (absl::Status status = RewriteDay(blocks, snapshots, view.epoch); !status.ok()) {
      return status;
    }
  }
  return absl::OkStatus();
}

absl::Status Retention::RewriteDay(
    const LiveSet& blocks, const SnapshotsInUse& snapshots, uint64_t epoch
) {
  for (auto first = blocks.begin(); first != blocks.end();) {
    LiveSet together;
    size_t rows = 0;
    while (first != blocks.end() && rows < kMostRows) {
      rows += (*first)->rows();
      together.push_back(*first++);
    }
    absl::Status status = compactor_.Rewrite(together, snapshots, epoch);
    if (!status.ok() && status.code() != absl::StatusCode::kDataLoss) {
      return status;
    }
  }
  return absl::OkStatus();
}

absl::Status Retention::Hide(Block& block, uint64_t epoch) {
  BlockIds ids;
  if (!block.IsIndexed()) {
    const absl::Status status =
        AddIdsOf(deps_.reader, block, deps_.state.hash_seed(), /*with_ids=*/true, ids);
    // The ids of a damaged block are not known; they leave all the same.
    if (!status.ok() && status.code() != absl::StatusCode::kDataLoss) {
      return status;
    }
  }
  return deps_.committer.RunBetweenGroups([&]() -> absl::Status {
    StoreState::Change change;
    change.forgotten = ids.ids;
    change.counts -= block.live_counts();
    return WriteHidden(block, epoch, change);
  });
}

absl::Status Retention::WriteHidden(Block& block, uint64_t epoch, StoreState::Change& change) {
  if (absl::Status status = deps_.state.CheckEpoch(epoch); !status.ok()) {
    return status;
  }
  change.sequence = deps_.state.TakeSequences(1);
  change.hidden.push_back(block.number());
  BlockInfo info = block.info();
  info.hidden = change.sequence;
  const std::string record = EncodeBlockInfo(info);
  WriteBatch batch("retention hide");
  PutBlockRecord(batch, info, record);
  if (absl::Status status = deps_.database.Write(batch); !status.ok()) {
    return status;
  }
  deps_.state.Apply(change);
  dropped_events_ += static_cast<uint64_t>(-change.counts.events);
  dropped_open_events_ += static_cast<uint64_t>(-change.counts.open);
  return absl::OkStatus();
}

absl::Status Retention::Delete(const LiveSet& blocks, uint64_t epoch) {
  return deps_.committer.RunBetweenGroups([&]() -> absl::Status {
    if (absl::Status status = deps_.state.CheckEpoch(epoch); !status.ok()) {
      return status;
    }
    StoreState::Change change;
    WriteBatch batch("retention drop");
    for (const std::shared_ptr<Block>& block : blocks) {
      batch.Delete(Space::kRecords, RecordKey(RecordKind::kBlock, block->number()));
      change.removed.push_back(block->number());
    }
    for (const uint64_t record : deps_.state.KillRecordsOnlyOf(change.removed)) {
      batch.Delete(Space::kRecords, RecordKey(RecordKind::kKills, record));
    }
    const std::string counters = EncodeCounters(deps_.state.counters());
    batch.Put(Space::kRecords, RecordKey(RecordKind::kCounters, 0), counters);
    if (absl::Status status = deps_.database.Write(batch); !status.ok()) {
      return status;
    }
    deps_.state.Apply(change);
    return absl::OkStatus();
  });
}

}  // namespace tidings::embedded
