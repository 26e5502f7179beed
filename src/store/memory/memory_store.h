#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <absl/base/thread_annotations.h>
#include <absl/container/flat_hash_map.h>
#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/mutex.h"
#include "store/event_store.h"

namespace tidings {

/// The reference: what every other store is compared with, and a store for trials (nothing survives
/// the process, nothing expires). Made for reading, not for speed: a query looks at every event.
///
/// Thread safety: safe; every call holds one lock, callbacks run outside it, on the caller's
/// thread. Lifetime:      as EventStore; borrows the clock. Errors:        as EventStore, but for
/// kResourceExhausted and kDataLoss.
class MemoryStore final : public EventStore {
 public:
  explicit MemoryStore(const Clock& clock) : clock_(clock) {}

  void Commit(ReportBatch batch, CommitDone done) override;
  absl::StatusOr<std::optional<Event>> Get(std::string_view id) const override;
  absl::StatusOr<EventPage> Query(const EventQuery& query) const override;
  absl::StatusOr<AggregateResult> Aggregate(const AggregateQuery& query) const override;
  absl::StatusOr<LanesPage> Lanes(const LanesQuery& query) const override;
  absl::StatusOr<ScanEnd> Scan(const ScanQuery& query, const ScanVisitor& visit) const override;
  HeldSnapshot Hold() const override;
  uint64_t LastSequence() const override;
  absl::StatusOr<std::vector<FeedItem>> ReadFeed(uint64_t after, size_t limit) const override;
  absl::StatusOr<std::vector<ServiceLayers>> Services(std::string_view service) const override;
  StoreStats Stats() const override;
  void Stop() override;

 private:
  static constexpr uint64_t kLive = ~uint64_t{0};

  /// What an event was from one change to the next: seen by snapshot S iff born <= S < killed.
  struct Version {
    Event event;
    uint64_t born = 0;
    uint64_t killed = kLive;
  };
  /// Ascending by birth; the last one is live.
  using History = std::vector<std::unique_ptr<Version>>;

  /// What the event was in a snapshot; null when it was not yet there.
  static const Event* SeenBy(const History& history, uint64_t sequence);

  CommitResult JoinAll(const ReportBatch& batch) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Outcome JoinOne(const EventView& report, Arena& arena) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void AddVersion(History& history, const EventView& event) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  /// Drops what no snapshot that is still in use can see.
  void Prune(History& history) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  absl::Status CheckCursor(const Cursor& cursor) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  /// That of the cursor, or the present.
  absl::StatusOr<Cursor> SnapshotOf(const std::optional<Cursor>& cursor) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Cursor PresentSnapshot() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  /// Keeps the cursor's snapshot until it ends.
  void Keep(const Cursor& cursor) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void ForgetOldCursors() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  /// The events of a snapshot that match, in no order.
  std::vector<const Event*> Select(const Filter& filter, uint64_t sequence, int64_t now_ms) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const Clock& clock_;
  mutable Mutex mutex_;
  absl::flat_hash_map<std::string, History> histories_ ABSL_GUARDED_BY(mutex_);
  /// The live versions by birth: the feed.
  std::map<uint64_t, const Version*> live_ ABSL_GUARDED_BY(mutex_);
  /// Snapshots that chains of pages are in, with when the youngest of its chains ends. Reading
  /// makes them, hence mutable.
  mutable std::map<uint64_t, int64_t> cursor_ends_ms_ ABSL_GUARDED_BY(mutex_);
  mutable std::multiset<uint64_t> held_ ABSL_GUARDED_BY(mutex_);
  uint64_t last_sequence_ ABSL_GUARDED_BY(mutex_) = 0;
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace tidings
