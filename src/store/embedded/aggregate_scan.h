#pragma once

#include <absl/status/statusor.h>

#include "base/clock.h"
#include "store/aggregate.h"
#include "store/embedded/block_reader.h"
#include "store/embedded/row_selection.h"
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
  absl::Status CountBlock(const RowSelection::MeantBlock& meant);
  /// A compacted block of which every row is meant: what the summary tells from there, the rest
  /// from its columns. Without a summary nothing of it is counted: false.
  absl::StatusOr<bool> CountWholly(Block& block);
  /// All rows that are not withdrawn.
  absl::Status SelectAll(Block& block);
  /// False when the summary does not tell the field.
  bool CountBySummary(size_t field, const BlockSummary& summary);
  absl::Status CountParameters(Block& block);
  /// What is asked of the selected rows, but for parameters.
  void CountSelected();
  void CountField(size_t field);
  /// Of a field whose values have the codes 0 to `codes` - 1.
  template <typename CodeOf, typename TextOf>
  void CountCodes(size_t field, size_t codes, const CodeOf& code_of, const TextOf& text_of);
  void CountTimes();

  const AggregateQuery& query_;
  const BlockReader& reader_;
  const RowSelection selection_;
  EventCounter counter_;
  RowSelection::Rows selected_;
};

}  // namespace tidings::embedded
