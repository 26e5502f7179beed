#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include "base/clock.h"
#include "store/embedded/block_reader.h"
#include "store/embedded/row_selection.h"
#include "store/embedded/store_state.h"
#include "store/lane_counter.h"

namespace tidings::embedded {

/// Answers EventStore::Lanes: counts by hot columns alone, where no parameter is asked for, and
/// reads ids and whole rows only of what the page shows. Rows are known to the counter by the place
/// of their block in the view and their place in the block.
///
/// Thread safety: one thread.
/// Lifetime:      one query; borrows query, reader and clock.
/// Errors:        kUnavailable. What is damaged is left out and told.
class LanesScan final : private LaneRows {
 public:
  LanesScan(
      const LanesQuery& query, const BlockReader& reader, const Clock& clock, const StoreView& view
  );

  absl::StatusOr<LanesPage> Run();

 private:
  /// Rows of one lane and one bucket that follow each other in their segment: what is handed to the
  /// counter at once.
  struct OpenRun {
    size_t bucket = 0;
    LaneCounter::Run run;
  };
  /// A cold page whose ids were read last.
  struct IdsInUse {
    std::shared_ptr<const HotBlock> hot;
    size_t block = 0;
    size_t page = 0;
    std::shared_ptr<const PageIds> ids;
  };

  absl::StatusOr<std::string> IdOf(uint64_t row) override;
  absl::StatusOr<Event> Load(uint64_t row) override;

  absl::Status CountBlock(const RowSelection::MeantBlock& meant);
  /// The lane of every selected row.
  absl::Status FindLanes(Block& block);
  absl::Status FindLanesByParameters(Block& block);
  /// Rows are numbered from `first_number` on.
  absl::Status CountSelected(uint64_t first_number);
  /// Adds a row to its lane's run, which is handed over when the bucket is another.
  absl::Status CountRow(uint32_t lane, size_t bucket, const LaneCounter::Row& place, int64_t flags);
  /// Hands a lane's run to the counter.
  absl::Status Close(uint32_t lane);

  const LanesQuery& query_;
  const BlockReader& reader_;
  const StoreView view_;
  const RowSelection selection_;
  const bool has_parameters_;
  LaneCounter counter_;
  RowSelection::Rows selected_;
  /// kNoLane where there was no room for it.
  std::vector<uint32_t> lane_of_selected_;
  /// By lane; those in use are named in open_.
  std::vector<OpenRun> runs_;
  std::vector<uint32_t> open_;
  IdsInUse ids_;
};

}  // namespace tidings::embedded
