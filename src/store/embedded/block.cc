#include "store/embedded/block.h"

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
    : info_(info), graveyard_(std::move(graveyard)), hidden_(info.hidden) {}

Block::~Block() {
  if (retired_) {
    graveyard_->Add(info_);
  }
}

void Block::Kill(size_t row, uint64_t sequence) {
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
  }
}

}  // namespace tidings::embedded
