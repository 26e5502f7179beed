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
  /// Events by the codes of one block's texts.
  using CodeCounts = std::vector<std::vector<TypeCounts>>;

  absl::Status CountBlock(const std::shared_ptr<Block>& block);
  /// Whether window and snapshot take every row that is not withdrawn.
  bool IsWhollyMeant(const Block& block) const;
  /// False when the summary does not tell all that is asked.
  absl::StatusOr<bool> CountBySummary(Block& block);
  absl::Status CountRows(const SegmentOfBlock& source, bool filter_takes_all);
  void CountAllRows(const SegmentOfBlock& source, const HotBlock& hot, CodeCounts& codes);
  absl::Status CountMatchingRows(BlockStream& stream, CodeCounts& codes);
  CodeCounts MakeCodeCounts(const HotBlock& hot) const;
  void CountRow(const HotBlock& hot, size_t row, const EventView& event, CodeCounts& codes);
  void AddCodes(const HotBlock& hot, const CodeCounts& codes);
  void AddState(State state, const TypeCounts& counts);
  void AddType(const TypeCounts& counts);

  const AggregateQuery& query_;
  const BlockReader& reader_;
  const StoreView view_;
  const StreamContext context_;
  const BlockPruner pruner_;
  EventCounter counter_;
};

}  // namespace tidings::embedded
