#include "store/embedded/block.h"

#include <algorithm>
#include <utility>

namespace tidings::embedded {

void Graveyard::Add(const BlockInfo& block) {
  const MutexLock lock(mutex_);
  blocks_.push_back(block);
}

std::vector<BlockInfo> Graveyard::TakeAll() {
  const MutexLock lock(mutex_);
  return std::exchange(blocks_, {});
}

Block::Block(const BlockInfo& info, std::shared_ptr<Graveyard> graveyard)
    : info_(info),
      graveyard_(std::move(graveyard)),
      hidden_(info.hidden),
      live_counts_(info.counts) {}

Block::~Block() {
  if (retired_) {
    graveyard_->Add(info_);
  }
}

void Block::Kill(size_t row, uint64_t sequence, const EventCounts& counts) {
  if (marks_ == nullptr) {
    marks_ = std::make_unique_for_overwrite<std::atomic<uint64_t>[]>(info_.rows);
    for (size_t i = 0; i < info_.rows; ++i) {
      marks_[i].store(kNever, std::memory_order_relaxed);
    }
    killed_.store(marks_.get(), std::memory_order_release);
  }
  if (marks_[row].load(std::memory_order_relaxed) == kNever) {
    marks_[row].store(sequence, std::memory_order_relaxed);
    dead_rows_.fetch_add(1, std::memory_order_relaxed);
    live_counts_ -= counts;
  }
}

std::shared_ptr<Block> FindBlock(const LiveSet& blocks, uint64_t number) {
  const auto at = std::lower_bound(
      blocks.begin(),
      blocks.end(),
      number,
      [](const std::shared_ptr<Block>& block, uint64_t wanted) { return block->number() < wanted; }
  );
  return at != blocks.end() && (*at)->number() == number ? *at : nullptr;
}

}  // namespace tidings::embedded
