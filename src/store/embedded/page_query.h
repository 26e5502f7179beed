#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include <absl/status/statusor.h>

#include "base/clock.h"
#include "store/embedded/block_reader.h"
#include "store/embedded/cursor_registry.h"
#include "store/embedded/row_merge.h"
#include "store/embedded/store_state.h"
#include "store/event_store.h"

namespace tidings::embedded {

class PageFiller;

/// Answers EventStore::QueryEach and EventStore::Lanes, one page each, and EventStore::Scan.
///
/// Thread safety: safe. Blocks on the disk.
/// Errors:        as EventStore::Query.
class PageQuery {
 public:
  PageQuery(
      const StoreState& state,
      const BlockReader& reader,
      CursorRegistry& cursors,
      const Clock& clock
  )
      : state_(state), reader_(reader), cursors_(cursors), clock_(clock) {}

  absl::StatusOr<EventPage> Run(const EventQuery& query, const EventVisitor& take) const;
  absl::StatusOr<LanesPage> Lanes(const LanesQuery& query) const;
  absl::StatusOr<ScanEnd> Scan(const ScanQuery& query, const ScanVisitor& visit) const;
  HeldSnapshot Hold() const;
  /// The OrderTime of the first event in that order, withdrawn ones left out.
  absl::StatusOr<std::optional<int64_t>> FirstTime(Order order) const;

 private:
  struct Snapshot {
    StoreView view;
    CursorRegistry::Pin pin;
    /// What the page's cursor begins with.
    Cursor cursor;
    /// The rows of the ids that the filter names, if it does.
    std::vector<std::string> ids;
    std::vector<ProbedId> rows;
  };
  /// A page whose events were handed out.
  struct Filled {
    EventPage page;
    bool has_more = false;
  };

  absl::StatusOr<Snapshot> TakeSnapshot(const EventQuery& query) const;
  /// The present one; pinned if cursors may come to stand in it.
  Snapshot PresentSnapshot(bool is_pinned) const;
  absl::StatusOr<Snapshot> SnapshotOf(const Cursor& cursor) const;
  absl::StatusOr<Filled> RunByMerge(
      const EventQuery& query, const Snapshot& snapshot, PageFiller& filler
  ) const;
  absl::StatusOr<Filled> RunByIds(
      const EventQuery& query, const Snapshot& snapshot, PageFiller& filler
  ) const;

  const StoreState& state_;
  const BlockReader& reader_;
  CursorRegistry& cursors_;
  const Clock& clock_;
};

}  // namespace tidings::embedded
