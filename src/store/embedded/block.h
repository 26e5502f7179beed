#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include <absl/base/thread_annotations.h>

#include "base/mutex.h"
#include "store/embedded/block_info.h"

namespace tidings::embedded {

/// Blocks that nobody refers to any more and whose values may go.
///
/// Thread safety: safe.
class Graveyard {
 public:
  void Add(const BlockInfo& block);
  std::vector<BlockInfo> TakeAll();

 private:
  Mutex mutex_;
  std::vector<BlockInfo> blocks_ ABSL_GUARDED_BY(mutex_);
};

/// Where a row stands.
struct Location {
  uint64_t block = 0;
  uint32_t row = 0;

  friend auto operator<=>(const Location&, const Location&) = default;
};

/// A block of the live set: its record, and which of its rows were replaced, and when.
///
/// Thread safety: Kill, Hide and Retire by one thread at a time (the committer), the rest by any,
/// also at once. A reader of snapshot S needs no lock: what is killed meanwhile is killed after S.
/// Lifetime: shared by the live set and by every query that began before the block left it; when
/// the last one lets go of a retired block, its values go to the graveyard.
class Block {
 public:
  Block(const BlockInfo& info, std::shared_ptr<Graveyard> graveyard);
  Block(const Block&) = delete;
  Block& operator=(const Block&) = delete;
  ~Block();

  const BlockInfo& info() const { return info_; }
  uint64_t number() const { return info_.key.number; }
  uint32_t rows() const { return info_.rows; }

  /// A row is visible at snapshot S iff born <= S < killed, and S < hidden.
  bool IsVisible(size_t row, uint64_t born, uint64_t snapshot) const {
    return born <= snapshot && snapshot < KilledAt(row) && snapshot < HiddenAt();
  }
  uint64_t KilledAt(size_t row) const {
    const std::atomic<uint64_t>* const killed = killed_.load(std::memory_order_acquire);
    return killed == nullptr ? kNever : killed[row].load(std::memory_order_relaxed);
  }
  uint64_t HiddenAt() const { return hidden_.load(std::memory_order_relaxed); }
  /// Of the rows without a kill mark. By the thread that kills.
  const EventCounts& live_counts() const { return live_counts_; }
  /// Its ids stand in a run, not in memory. Set by the thread that kills.
  bool IsIndexed() const { return indexed_.load(std::memory_order_relaxed); }
  void SetIndexed(bool is_indexed) { indexed_ = is_indexed; }
  /// Rows with a kill mark.
  uint32_t dead_rows() const { return dead_rows_.load(std::memory_order_relaxed); }

  /// The first mark of a row counts.
  void Kill(size_t row, uint64_t sequence, const EventCounts& counts);
  void Hide(uint64_t sequence) { hidden_ = sequence; }
  /// The block has left the live set for good.
  void Retire() { retired_ = true; }

  /// A value could not be read: compaction leaves the block alone. True: that is news.
  bool MarkDamaged() { return !damaged_.exchange(true); }
  bool IsDamaged() const { return damaged_; }

 private:
  const BlockInfo info_;
  const std::shared_ptr<Graveyard> graveyard_;
  /// One per row, made with the first mark.
  std::unique_ptr<std::atomic<uint64_t>[]> marks_;
  std::atomic<const std::atomic<uint64_t>*> killed_ = nullptr;
  std::atomic<uint64_t> hidden_;
  std::atomic<uint32_t> dead_rows_ = 0;
  EventCounts live_counts_;
  std::atomic<bool> indexed_ = false;
  std::atomic<bool> retired_ = false;
  std::atomic<bool> damaged_ = false;
};

/// A row that may be an id's: its id is yet to be compared.
struct RowCandidate {
  std::shared_ptr<Block> block;
  uint32_t row = 0;
};

/// The blocks of one moment, ascending by number. Immutable; a commit and a switch make a new one.
using LiveSet = std::vector<std::shared_ptr<Block>>;

/// Null when the set has no block of that number.
std::shared_ptr<Block> FindBlock(const LiveSet& blocks, uint64_t number);

}  // namespace tidings::embedded
