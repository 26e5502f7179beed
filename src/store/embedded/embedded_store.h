#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <absl/status/statusor.h>
#include <prometheus/registry.h>

#include "base/clock.h"
#include "store/config.h"
#include "store/event_store.h"
#include "store/store_admin.h"

namespace rocksdb {
class Env;
}  // namespace rocksdb

namespace tidings {

/// What is no user's business but a test's.
struct EmbeddedStoreOptions {
  /// Null: the machine's. A test's injects failures.
  rocksdb::Env* env = nullptr;
  /// Compaction and retention in their own time. Without: only by CompactNow and DropExpiredNow.
  bool background_maintenance = true;
  /// Ids of rows that are not compacted yet, kept in memory, 20 to 39 bytes each. A batch that
  /// could bring more is refused with kUnavailable.
  size_t max_recent_ids = 8'000'000;
  /// Compacted blocks of fewer rows wait in memory until there are as many.
  size_t least_run_entries = 4096;
  /// Compacted blocks of fewer bytes go through the log.
  uint64_t least_file_bytes = uint64_t{1} << 20;
  /// As embedded::CompactionDemand, where it is set.
  std::optional<size_t> most_waiting_rows;
  /// Snapshots that cursors keep alive; of more, the one that ends first goes.
  size_t max_snapshots = 1000;
  /// Bytes of batches that wait for their commit; above, Commit refuses with kUnavailable.
  size_t max_waiting_bytes = size_t{64} << 20;
  /// The free bytes of the disk, as a test says; null: as they are.
  std::function<std::optional<uint64_t>()> free_disk_bytes;
  /// Keeps a ballast file on the disk.
  bool keeps_ballast = false;
  /// Between a failed write and the first attempt to open the database again.
  std::chrono::milliseconds first_reopen{250};
  /// As Database::Options::at_step.
  std::function<void(std::string_view)> at_step;
};

/// Keeps events in a directory of this machine: blocks of columns in RocksDB, one sync per group of
/// commits. docs/formats/embedded-store-v3.md tells every byte.
///
/// Thread safety: safe. Queries block on the disk; Commit does not.
/// Lifetime:      as EventStore; borrows clock and registry.
/// Errors:        as EventStore. Of Open: kUnavailable - another process holds the directory (its
/// id is told), or the disk fails; kFailedPrecondition - a newer version, or no data directory;
/// kDataLoss - a log or a record is damaged, with file and place.
class EmbeddedStore final : public EventStore, public StoreAdmin {
 public:
  static absl::StatusOr<std::unique_ptr<EmbeddedStore>> Open(
      const StoreConfig& config, const Clock& clock, prometheus::Registry& metrics
  );
  /// With metrics of its own.
  static absl::StatusOr<std::unique_ptr<EmbeddedStore>> Open(
      const StoreConfig& config, const Clock& clock, const EmbeddedStoreOptions& options = {}
  );

  EmbeddedStore(const EmbeddedStore&) = delete;
  EmbeddedStore& operator=(const EmbeddedStore&) = delete;
  /// As Stop().
  ~EmbeddedStore() override;

  void Commit(ReportBatch batch, CommitDone done) override;
  absl::StatusOr<std::optional<Event>> Get(std::string_view id) const override;
  absl::StatusOr<EventPage> Query(const EventQuery& query) const override;
  absl::StatusOr<EventPage> QueryEach(const EventQuery& query, const EventVisitor& take)
      const override;
  absl::StatusOr<AggregateResult> Aggregate(const AggregateQuery& query) const override;
  absl::StatusOr<LanesPage> Lanes(const LanesQuery& query) const override;
  absl::StatusOr<ScanEnd> Scan(const ScanQuery& query, const ScanVisitor& visit) const override;
  HeldSnapshot Hold() const override;
  uint64_t LastSequence() const override;
  absl::StatusOr<std::vector<FeedItem>> ReadFeed(uint64_t after, size_t limit) const override;
  absl::StatusOr<NamedFeed> ReadFeedOf(
      std::span<const std::string_view> names, uint64_t after, size_t limit
  ) const override;
  absl::StatusOr<std::vector<ServiceLayers>> Services(std::string_view service) const override;
  StoreStats Stats() const override;
  void Stop() override;

  absl::Status CompactNow() override;
  absl::StatusOr<BackupInfo> BackUpNow() override;
  /// Lets everything leave whose retention is over.
  absl::Status DropExpiredNow();

 private:
  class Impl;

  explicit EmbeddedStore(std::unique_ptr<Impl> impl);

  const std::unique_ptr<Impl> impl_;
};

}  // namespace tidings
