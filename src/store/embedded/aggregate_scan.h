#pragma once

#include <array>
#include <vector>

#include <absl/status/statusor.h>

#include "base/clock.h"
#include "store/aggregate.h"
#include "store/embedded/block_pruner.h"
#include "store/embedded/block_reader.h"
#include "store/embedded/block_stream.h"
#include "store/embedded/store_state.h"
#include "store/event_counter.h"

namespace tidings::embedded {

/// Answers EventStore::Aggregate: block by block, from its summary where that tells all, from its
/// codes where the filter takes every row of it, else row by row.
///
/// Thread safety: one thread.
/// Lifetime:      one query; borrows query, reader and clock.
/// Errors:        kUnavailable. Damaged blocks are left out and told.
class AggregateScan {
 public:
  AggregateScan(
      const AggregateQuery& query,
      const BlockReader& reader,
      const Clock& clock,
      const StoreView& view
  );

  absl::StatusOr<AggregateResult> Run();

 private:
  absl::Status CountBlock(const std::shared_ptr<Block>& block);
  /// Whether window and snapshot take every row that is not withdrawn.
  bool IsWhollyMeant(const Block& block) const;
  /// A compacted block of which every row is meant: what the summary tells from there, the rest
  /// from its columns. Without a summary nothing of it is counted: false.
  absl::StatusOr<bool> CountWholly(Block& block);
  /// False when the summary does not tell the field.
  bool CountBySummary(size_t field, const BlockSummary& summary);
  absl::Status CountSegment(const SegmentOfBlock& source, bool filter_takes_all);
  /// The rows of a segment that window and snapshot take.
  void SelectVisible(const SegmentOfBlock& source, const HotBlock& hot);
  /// Those that the filter takes too; counts their parameters.
  absl::Status SelectMatching(BlockStream& stream);
  /// What is asked of the selected rows, but for parameters.
  void CountSelected(const HotBlock& hot);
  void CountField(size_t field, const HotBlock& hot);
  void CountTimes(const HotBlock& hot);

  const AggregateQuery& query_;
  const BlockReader& reader_;
  const StoreView view_;
  const StreamContext context_;
  const BlockPruner pruner_;
  EventCounter counter_;
  /// Rows of the present block, ascending.
  std::vector<uint32_t> selected_;
};

}  // namespace tidings::embedded
