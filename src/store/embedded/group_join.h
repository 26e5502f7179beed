#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include <absl/status/status.h>

#include "base/arena.h"
#include "event/event.h"
#include "event/report.h"
#include "store/embedded/block_reader.h"
#include "store/embedded/store_state.h"
#include "store/event_store.h"

namespace tidings::embedded {

/// An event that a group's reports are about.
struct GroupRow {
  EventView event;
  uint64_t hash = 0;
  /// The row that was live before the group, if there was one.
  std::shared_ptr<Block> old_block;
  uint32_t old_row = 0;
  EventCounts old_counts;
  /// Counts the group's changes from 1: that of the last one that this event saw; 0 = none.
  uint64_t change = 0;
};

/// Joins the batches of one commit group among themselves and with the rows that are live, beside
/// the store's memory: nothing is seen by others, and a group that fails leaves nothing behind.
///
/// Lifetime: rows() are views into the batches and into the join.
/// Errors:   kUnavailable - an old row cannot be read at present; kDataLoss - a run of ids is
/// damaged. An old row that is damaged is told by
/// the new row's flag `incomplete`.
class GroupJoin {
 public:
  GroupJoin(const StoreState& state, const BlockReader& reader, size_t reports);

  /// `probed` belongs to the reports of `batch`.
  absl::Status Add(
      const ReportBatch& batch, std::span<ProbedId> probed, std::vector<Outcome>& outcomes
  );

  std::span<GroupRow> rows() { return rows_; }
  uint64_t changes() const { return changes_; }

 private:
  static constexpr uint32_t kFree = ~uint32_t{0};

  /// The slot of the id: of its row, or free.
  uint32_t& SlotOf(std::string_view id, uint64_t hash);
  absl::StatusOr<Outcome> Begin(GroupRow& row, const EventView& report, ProbedId& probed);
  /// Sets the old row, where one of the candidates has the id: gives its event, or kDataLoss where
  /// it cannot be told any more.
  absl::StatusOr<std::optional<EventView>> FindOld(GroupRow& row, const ProbedId& probed);
  Outcome JoinInto(GroupRow& row, const EventView& report);

  const StoreState& state_;
  RowLoader loader_;
  Arena arena_;
  std::vector<GroupRow> rows_;
  /// Open addressing; a power of two, at most half full.
  std::vector<uint32_t> slots_;
  uint64_t changes_ = 0;
};

}  // namespace tidings::embedded
