#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include "base/patience.h"
#include "event/event.h"
#include "event/filter.h"
#include "event/join.h"
#include "event/report.h"
#include "store/aggregate.h"
#include "store/cursor.h"
#include "store/lanes.h"

namespace tidings {

/// What became of a committed batch.
struct CommitResult {
  /// One per report of the batch, in its order.
  std::vector<Outcome> outcomes;
};
/// Called once, from any thread; must be quick and must not call back into the store.
using CommitDone = std::function<void(absl::StatusOr<CommitResult>)>;

enum class Order : uint8_t { kNewestFirst, kOldestFirst };

struct EventQuery {
  Filter filter;
  Order order = Order::kNewestFirst;
  size_t limit = 100;
  /// Events to skip before the first of the page (pages by number); not together with `cursor`.
  size_t offset = 0;
  std::optional<Cursor> cursor;
  /// A page ends early when its events hold this many bytes.
  size_t page_bytes = size_t{16} << 20;
  Patience patience;
  /// Whether a further page is wanted. Without it no cursor is made: nothing is kept for it.
  bool wants_cursor = true;
};

struct EventPage {
  std::vector<Event> events;
  /// Set when there are more events behind the last one.
  std::optional<Cursor> next;
  std::vector<Incompleteness> incomplete;
  /// The instant that open events last until in this answer.
  int64_t now_ms = 0;
};

/// Takes one event. The view lives as long as the call. Must not call back into the store.
using EventVisitor = std::function<void(const EventView&)>;

/// What a scan reads of each event. What it does not read is empty in the views.
enum class ScanColumns : uint8_t {
  /// All but id, message, parameters and the clocks of registers.
  kHot,
  kWhole
};

struct ScanQuery {
  Filter filter;
  ScanColumns columns = ScanColumns::kHot;
  /// The instant that open events last until.
  int64_t now_ms = 0;
  /// The snapshot to read, of an earlier page, or one that is held; the present without it.
  std::optional<Cursor> cursor;
  Patience patience;
};
/// Takes one event; false ends the scan. The view lives as long as the call. Must not call back
/// into the store.
using ScanVisitor = std::function<bool(const EventView&)>;
struct ScanEnd {
  std::vector<Incompleteness> incomplete;
};

/// A snapshot that is kept for as long as somebody holds it. Its cursor has no position.
struct HeldSnapshot {
  Cursor cursor;
  std::shared_ptr<const void> hold;
};

/// One committed change: the event as it became.
struct FeedItem {
  uint64_t sequence = 0;
  Event event;
};

/// A piece of the feed that tells only of events of some names, and of those that may have had such
/// a name: withdrawn ones, which have none any more, and renamed ones.
struct NamedFeed {
  std::vector<FeedItem> items;
  /// Nothing that was asked for is left up to this sequence: where the next piece begins.
  uint64_t read_to = 0;
};

struct StoreStats {
  uint64_t events = 0;  ///< live and not withdrawn
  uint64_t open_events = 0;
  uint64_t blocks = 0;
  uint64_t bytes = 0;  ///< on disk
  /// What a day brought, on average over the last seven whole days; nothing before the first.
  std::optional<uint64_t> bytes_per_day;
  uint64_t last_sequence = 0;
  std::optional<int64_t> oldest_ms;  ///< least and greatest OrderTime
  std::optional<int64_t> newest_ms;
  /// Why commits fail at present, empty when they do not.
  std::string read_only_reason;
  /// Ids of rows that are not compacted yet, in memory, and the runs that hold the others.
  uint64_t recent_ids = 0;
  uint64_t id_runs = 0;
  /// Events that left because their retention was over, since the start; open ones among them.
  uint64_t expired_events = 0;
  uint64_t expired_open_events = 0;
  uint64_t compactions = 0;
  uint64_t compacted_rows = 0;
};

/// A distinct service and the layers that its events name (an event without one counts as GENERAL).
struct ServiceLayers {
  std::string service;
  std::vector<std::string> layers;
};

/// Keeps events: joins what is reported, makes it durable, answers from snapshots.
///
/// Thread safety: safe.
/// Lifetime:      outlives every receiver and every query; owned by Server.
/// Errors:        kUnavailable        - no room, disk trouble, stopping: the same call may succeed
/// later;
///                kResourceExhausted  - will not be taken however often it is tried (a full index);
///                kFailedPrecondition - a cursor that is no longer alive;
///                kInvalidArgument    - a query that means nothing;
///                kCancelled          - nobody waits for the query's answer any more;
///                kDataLoss           - what was asked for is damaged; names the block.
class EventStore {
 public:
  virtual ~EventStore() = default;

  /// Joins the batch's reports (normalised, see event/normalise.h) in their order, makes the result
  /// durable and visible to every later query, then calls `done`. All or nothing. Never blocks.
  virtual void Commit(ReportBatch batch, CommitDone done) = 0;

  /// The event, also a withdrawn one (told by its flag); nothing when the id is not known.
  virtual absl::StatusOr<std::optional<Event>> Get(std::string_view id) const = 0;

  /// A page of the events that match, ordered by (OrderTime, id), as of one snapshot. May block on
  /// disk: call it from a query thread.
  virtual absl::StatusOr<EventPage> Query(const EventQuery& query) const = 0;

  /// As Query, but shows each event of the page to `take`, in order, instead of keeping it: the
  /// page's `events` are empty. A store that need not copy them does not. Before an error some may
  /// have been shown.
  virtual absl::StatusOr<EventPage> QueryEach(const EventQuery& query, const EventVisitor& take)
      const;

  /// The figures of the events that match, as of one snapshot. May block on disk.
  virtual absl::StatusOr<AggregateResult> Aggregate(const AggregateQuery& query) const = 0;

  /// A page of lanes of the events that match; the pages of a chain are one snapshot. May block on
  /// disk.
  virtual absl::StatusOr<LanesPage> Lanes(const LanesQuery& query) const = 0;

  /// Visits the events that match, each once, in no order, as of one snapshot; without copying
  /// them. May block on disk.
  virtual absl::StatusOr<ScanEnd> Scan(const ScanQuery& query, const ScanVisitor& visit) const = 0;

  /// The present, for several scans that see the same events. To be let go of before the store
  /// ends, and soon: nothing that it sees can be dropped. Cheap.
  virtual HeldSnapshot Hold() const = 0;

  /// The sequence of the last change that queries see. Cheap.
  virtual uint64_t LastSequence() const = 0;

  /// Changes with a sequence above `after`, ascending, at most `limit`, each event once in its
  /// latest state (a change that a later one replaced is not told). Withdrawn events are told too.
  virtual absl::StatusOr<std::vector<FeedItem>> ReadFeed(uint64_t after, size_t limit) const = 0;

  /// As ReadFeed, but only of events that have one of `names`, and of withdrawn and renamed ones:
  /// for readers that want little of what is committed. A store that can tell them without reading
  /// all does.
  virtual absl::StatusOr<NamedFeed> ReadFeedOf(
      std::span<const std::string_view> names, uint64_t after, size_t limit
  ) const;

  /// The layers of one service, or nothing when it has no event; all services when `service` is
  /// empty.
  virtual absl::StatusOr<std::vector<ServiceLayers>> Services(std::string_view service) const = 0;

  virtual StoreStats Stats() const = 0;

  /// Refuses further commits, completes the accepted ones, closes. Idempotent.
  virtual void Stop() = 0;
};

}  // namespace tidings
