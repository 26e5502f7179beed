#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <absl/container/flat_hash_set.h>
#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include "store/config.h"
#include "store/embedded/clock_watch.h"
#include "store/embedded/compactor.h"

namespace tidings::embedded {

/// Why events leave.
enum class DropReason { kAge, kBytes };

/// Lets whole commit days leave when they are older than the retention, and the oldest blocks when
/// there are too many bytes: hidden first, deleted when no cursor can see them any more. Open rows
/// stay for the longer open retention, and rows of some layers for a time of their own: blocks that
/// hold several kinds are taken apart first.
///
/// Thread safety: one thread at a time, the compactor's.
/// Errors:        as Compactor.
class Retention {
 public:
  struct Limits {
    std::chrono::milliseconds closed{};
    std::chrono::milliseconds open{};
    /// Instead of `closed`, for layers as they are shown.
    std::map<std::string, std::chrono::milliseconds> by_layer;
    /// Of all blocks; 0: no limit.
    uint64_t max_bytes = 0;
  };

  /// Told of events that left together, and of the last commit day (since 1970) among them.
  using Dropped = std::function<void(DropReason reason, uint64_t events, uint32_t last_day)>;

  Retention(Compactor::Deps deps, Compactor& compactor, Limits limits, Dropped dropped)
      : deps_(deps),
        compactor_(compactor),
        limits_(std::move(limits)),
        dropped_(std::move(dropped)) {}

  /// Does nothing within an hour of a step of the wall clock.
  absl::Status DropExpired();
  /// Events that left, open ones among them, since the start.
  uint64_t dropped_events() const { return dropped_events_; }
  uint64_t dropped_open_events() const { return dropped_open_events_; }

 private:
  std::chrono::milliseconds KeptOf(const BlockInfo& block) const;
  bool IsExpired(const BlockInfo& block, int64_t now_ms) const;
  /// The blocks of the oldest days, as many as are too much. Open events stay.
  LiveSet TooMuch(const LiveSet& blocks) const;
  /// Whether rows of the block are to leave at different times, and some of them now.
  absl::StatusOr<bool> IsToBeTakenApart(Block& block, int64_t now_ms);
  absl::StatusOr<bool> HoldsOwnLayers(Block& block);
  /// Takes blocks apart whose rows are to leave at different times.
  absl::Status TakeApart(const StoreView& view, const SnapshotsInUse& snapshots, int64_t now_ms);
  /// Here and below: blocks of a view of that epoch.
  absl::Status RewriteDay(const LiveSet& blocks, const SnapshotsInUse& snapshots, uint64_t epoch);
  absl::Status Hide(Block& block, uint64_t epoch);
  absl::Status HideAll(const LiveSet& blocks, uint64_t epoch, DropReason reason);
  absl::Status WriteHidden(Block& block, uint64_t epoch, StoreState::Change& change);
  absl::Status Delete(const LiveSet& blocks, uint64_t epoch);

  const Compactor::Deps deps_;
  Compactor& compactor_;
  const Limits limits_;
  const Dropped dropped_;
  ClockWatch clock_watch_;
  /// Compacted blocks of no layer that were found to hold no layer with a time of its own.
  absl::flat_hash_set<uint64_t> known_plain_;
  std::atomic<uint64_t> dropped_events_ = 0;
  std::atomic<uint64_t> dropped_open_events_ = 0;
};

}  // namespace tidings::embedded
