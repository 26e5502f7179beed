#include "store/embedded/embedded_store.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "base/status.h"
#include "base/time_text.h"
#include "store/embedded/aggregate_scan.h"
#include "store/embedded/backup.h"
#include "store/embedded/committer.h"
#include "store/embedded/compactor.h"
#include "store/embedded/directory.h"
#include "store/embedded/disk_space.h"
#include "store/embedded/feed_query.h"
#include "store/embedded/maintenance.h"
#include "store/embedded/page_query.h"
#include "store/embedded/recovery.h"
#include "store/embedded/retention.h"
#include "store/embedded/run_keeper.h"
#include "store/embedded/store_telemetry.h"

namespace tidings {

using embedded::DataDirectory;
using embedded::StoreState;

namespace {

/// So many fresh blocks wait until the compaction is woken.
constexpr size_t kFreshBlocksToWake = 16;
/// Pages of id runs, where joins with compacted rows find theirs.
constexpr size_t kRunPageCacheBytes = size_t{32} << 20;

constexpr uint32_t kDaysToAverage = 7;

/// Of the last whole days that have blocks.
std::optional<uint64_t> BytesPerDay(const embedded::LiveSet& blocks, int64_t now_ms) {
  const auto today = static_cast<uint32_t>(now_ms / embedded::kDayMs);
  uint64_t bytes = 0;
  uint32_t first_day = today;
  for (const std::shared_ptr<embedded::Block>& block : blocks) {
    const uint32_t day = block->info().key.day;
    if (day < today && day + kDaysToAverage >= today) {
      bytes += block->info().stored_bytes;
      first_day = std::min(first_day, day);
    }
  }
  return first_day == today ? std::nullopt : std::optional<uint64_t>(bytes / (today - first_day));
}

std::set<std::string> LayersOf(const std::map<std::string, std::chrono::milliseconds>& kept) {
  std::set<std::string> layers;
  for (const auto& [layer, time] : kept) {
    layers.insert(layer);
  }
  return layers;
}

/// `20231114T221320.000Z`: sorts by time, and is no trouble in a shell.
std::string NameOfBackup(int64_t now_ms) {
  std::string name = FormatTimeUtc(now_ms);
  std::erase_if(name, [](char c) { return c == '-' || c == ':'; });
  return name;
}

/// Beside the data directory, so that unchanged files can be shared.
std::string BackupsOf(std::string directory) {
  while (directory.size() > 1 && directory.back() == '/') {
    directory.pop_back();
  }
  return directory + "-backups";
}

}  // namespace

/// Members in the order of their construction; what uses others comes after them.
class EmbeddedStore::Impl {
 public:
  Impl(
      std::unique_ptr<DataDirectory> directory,
      const StoreConfig& config,
      const Clock& clock,
      const EmbeddedStoreOptions& options,
      prometheus::Registry* metrics
  );
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() { Stop(); }

  absl::Status Start();
  void Stop();

  absl::StatusOr<std::optional<Event>> Get(std::string_view id) const;
  absl::StatusOr<AggregateResult> Aggregate(const AggregateQuery& query);
  StoreStats Stats() const;
  absl::StatusOr<BackupInfo> BackUp();
  uint64_t BytesOnDisk(const embedded::StoreView& view) const;

  embedded::Committer& committer() { return committer_; }
  embedded::Maintenance& maintenance() { return maintenance_; }
  const embedded::PageQuery& pages() const { return pages_; }
  const embedded::BlockReader& reader() const { return reader_; }
  embedded::StoreView TakeView() const { return state_.TakeView(); }

 private:
  absl::Status OpenDatabase();
  absl::Status Reopen();
  std::vector<uint64_t> DamagedRuns() const;
  embedded::Committer::Hooks MakeHooks();
  embedded::Compactor::Deps MakeDeps(const Clock& clock) {
    return {state_, database_, reader_, cursors_, committer_, runs_, clock};
  }

  const std::unique_ptr<DataDirectory> directory_;
  const EmbeddedStoreOptions options_;
  const Clock& clock_;
  /// Where backups go.
  const std::string backups_;
  Mutex backup_mutex_;
  embedded::RunPageCache run_pages_;
  /// Only where nobody gave one.
  prometheus::Registry own_metrics_;
  embedded::StoreTelemetry telemetry_;
  embedded::DiskSpace space_;
  embedded::Database database_;
  embedded::BlockReader reader_;
  embedded::CursorRegistry cursors_;
  StoreState state_;
  embedded::GroupCommit groups_;
  embedded::Committer committer_;
  embedded::RunKeeper runs_;
  embedded::Compactor compactor_;
  embedded::Retention retention_;
  embedded::Maintenance maintenance_;
  embedded::PageQuery pages_;
};

EmbeddedStore::Impl::Impl(
    std::unique_ptr<DataDirectory> directory,
    const StoreConfig& config,
    const Clock& clock,
    const EmbeddedStoreOptions& options,
    prometheus::Registry* metrics
)
    : directory_(std::move(directory)),
      options_(options),
      clock_(clock),
      backups_(BackupsOf(directory_->path())),
      run_pages_(kRunPageCacheBytes),
      telemetry_(metrics != nullptr ? *metrics : own_metrics_),
      space_(
          {.directory = directory_->path(),
           .low_water_bytes = config.low_water != 0 ? config.low_water
                                                    : embedded::DefaultLowWater(directory_->path()),
           .ballast_bytes =
               options.keeps_ballast ? embedded::DefaultBallast(directory_->path()) : 0,
           .free_bytes = options.free_disk_bytes}
      ),
      database_(
          {.directory = directory_->database(), .env = options.env, .at_step = options.at_step}
      ),
      reader_(database_, {.damaged = [this](const absl::Status& s) { telemetry_.LostRows(s); }}),
      cursors_(database_, options.max_snapshots),
      state_(std::make_shared<embedded::Graveyard>()),
      groups_(state_, database_, reader_, clock, {.max_recent_ids = options.max_recent_ids}),
      committer_(
          groups_,
          state_,
          {.max_waiting_bytes = options.max_waiting_bytes, .first_reopen = options.first_reopen},
          MakeHooks()
      ),
      runs_(
          {state_, database_, reader_, committer_},
          {.env = options.env != nullptr ? options.env : rocksdb::Env::Default(),
           .cache = &run_pages_,
           .directory = directory_->runs()}
      ),
      compactor_(
          MakeDeps(clock),
          {.staging_directory = directory_->staging(),
           .least_run_entries = options.least_run_entries,
           .least_file_bytes = options.least_file_bytes,
           .most_waiting_rows = options.most_waiting_rows.value_or(embedded::kMostWaitingRows),
           .own_layers = LayersOf(config.layer_retention)}
      ),
      retention_(
          MakeDeps(clock),
          compactor_,
          {.closed = config.retention,
           .open = std::max(config.retention, config.open_retention),
           .by_layer = config.layer_retention,
           .max_bytes = config.max_bytes},
          [this](embedded::DropReason reason, uint64_t events, uint32_t last_day) {
            telemetry_.EventsLeft(reason, events, last_day);
          }
      ),
      maintenance_(compactor_, retention_, runs_, space_, database_, state_, clock),
      pages_(state_, reader_, cursors_, clock) {}

embedded::Committer::Hooks EmbeddedStore::Impl::MakeHooks() {
  return {
      .reopen = [this] { return Reopen(); },
      .check_room = [this] { return space_.Check(); },
      .committed =
          [this](size_t reports, std::chrono::steady_clock::duration took) {
            telemetry_.GroupCommitted(reports, took);
            if (state_.fresh_blocks() >= kFreshBlocksToWake) {
              maintenance_.Wake();
            }
          },
      .read_only =
          [this](const std::string& reason) {
            if (reason.empty()) {
              telemetry_.BecameWritable();
            } else {
              telemetry_.BecameReadOnly(reason);
            }
          }};
}

absl::Status EmbeddedStore::Impl::Start() {
  if (absl::Status status = OpenDatabase(); !status.ok()) {
    return status;
  }
  committer_.Start();
  if (options_.background_maintenance) {
    maintenance_.Start();
    runs_.Start();
  }
  return absl::OkStatus();
}

absl::Status EmbeddedStore::Impl::OpenDatabase() {
  const auto began = std::chrono::steady_clock::now();
  if (absl::Status status = database_.Open(); !status.ok()) {
    return status;
  }
  absl::StatusOr<embedded::Recovered> recovered = embedded::ReadState(
      database_,
      {.reader = reader_, .run_files = runs_.files(), .damaged_runs = DamagedRuns()},
      state_.graveyard()
  );
  if (!recovered.ok()) {
    return recovered.status();
  }
  if (absl::Status status = cursors_.Load(); !status.ok()) {
    return status;
  }
  StoreState::Loaded& loaded = recovered->state;
  loaded.counters.next_sequence =
      std::max(loaded.counters.next_sequence, cursors_.last_sequence() + 1);
  const absl::Status swept = embedded::SweepOrphans(database_, loaded.blocks);
  if (swept.code() == absl::StatusCode::kDataLoss) {
    telemetry_.FoundDamage(swept);
  } else if (!swept.ok()) {
    return swept;
  }
  for (const std::string& run : recovered->damaged_runs) {
    telemetry_.MakesRunAnew(run);
  }
  const size_t blocks = loaded.blocks.size();
  state_.Reset(std::move(loaded));
  telemetry_.Opened(
      directory_->path(),
      blocks,
      std::chrono::duration_cast<std::chrono::milliseconds>(
          std::chrono::steady_clock::now() - began
      )
  );
  return absl::OkStatus();
}

std::vector<uint64_t> EmbeddedStore::Impl::DamagedRuns() const {
  std::vector<uint64_t> damaged;
  for (const std::shared_ptr<const embedded::IdRun>& run : *state_.TakeView().runs) {
    if (run->IsDamaged()) {
      damaged.push_back(run->info().number);
    }
  }
  return damaged;
}

absl::Status EmbeddedStore::Impl::Reopen() {
  database_.Close();
  reader_.Clear();
  absl::Status status = OpenDatabase();
  if (!status.ok()) {
    database_.Close();
  }
  return status;
}

void EmbeddedStore::Impl::Stop() {
  committer_.Stop();
  maintenance_.Stop();
  runs_.Stop();
  database_.Close();
}

absl::StatusOr<std::optional<Event>> EmbeddedStore::Impl::Get(std::string_view id) const {
  const absl::StatusOr<embedded::ProbedId> found = state_.Find(id);
  if (!found.ok()) {
    return found.status();
  }
  embedded::RowLoader loader(reader_);
  const absl::StatusOr<std::optional<EventView>> event = loader.LoadById(id, found->candidates);
  if (!event.ok()) {
    return event.status();
  }
  return *event ? std::optional<Event>(**event) : std::nullopt;
}

absl::StatusOr<AggregateResult> EmbeddedStore::Impl::Aggregate(const AggregateQuery& query) {
  embedded::CursorRegistry::Pin pin;
  const embedded::StoreView view = state_.TakeView(cursors_, pin);
  return embedded::AggregateScan(query, reader_, clock_, view).Run();
}

absl::StatusOr<BackupInfo> EmbeddedStore::Impl::BackUp() {
  const MutexLock lock(backup_mutex_);
  return embedded::BackUp(
      database_,
      [this] { return state_.TakeView().runs; },
      directory_->path(),
      backups_ + "/" + NameOfBackup(clock_.NowMs())
  );
}

uint64_t EmbeddedStore::Impl::BytesOnDisk(const embedded::StoreView& view) const {
  uint64_t bytes = database_.DiskBytes();
  for (const std::shared_ptr<const embedded::IdRun>& run : *view.runs) {
    bytes += run->info().bytes();
  }
  return bytes;
}

StoreStats EmbeddedStore::Impl::Stats() const {
  const embedded::EventCounts counts = state_.counts();
  StoreStats stats;
  stats.events = static_cast<uint64_t>(std::max<int64_t>(counts.events, 0));
  stats.open_events = static_cast<uint64_t>(std::max<int64_t>(counts.open, 0));
  const embedded::StoreView view = state_.TakeView();
  stats.blocks = view.blocks->size();
  stats.last_sequence = view.sequence;
  stats.recent_ids = state_.recent_ids();
  stats.id_runs = view.runs->size();
  stats.bytes = BytesOnDisk(view);
  stats.bytes_per_day = BytesPerDay(*view.blocks, clock_.NowMs());
  stats.read_only_reason = committer_.read_only_reason();
  if (const absl::Status room = space_.Check(); stats.read_only_reason.empty() && !room.ok()) {
    stats.read_only_reason = MessageOf(room);
  }
  stats.expired_events = retention_.dropped_events();
  stats.expired_open_events = retention_.dropped_open_events();
  stats.compactions = compactor_.compactions();
  stats.compacted_rows = compactor_.compacted_rows();
  // Figures are given as far as the disk tells them.
  stats.oldest_ms = pages_.FirstTime(Order::kOldestFirst).value_or(std::nullopt);
  stats.newest_ms = pages_.FirstTime(Order::kNewestFirst).value_or(std::nullopt);
  return stats;
}

namespace {

absl::StatusOr<std::unique_ptr<DataDirectory>> OpenDirectory(const StoreConfig& config) {
  if (config.directory.empty()) {
    return InvalidArgument("store.directory: is empty, expected a directory");
  }
  return DataDirectory::Open(config.directory);
}

}  // namespace

absl::StatusOr<std::unique_ptr<EmbeddedStore>> EmbeddedStore::Open(
    const StoreConfig& config, const Clock& clock, prometheus::Registry& metrics
) {
  absl::StatusOr<std::unique_ptr<DataDirectory>> directory = OpenDirectory(config);
  if (!directory.ok()) {
    return directory.status();
  }
  const EmbeddedStoreOptions options = {.keeps_ballast = true};
  auto impl = std::make_unique<Impl>(*std::move(directory), config, clock, options, &metrics);
  if (absl::Status status = impl->Start(); !status.ok()) {
    return status;
  }
  return std::unique_ptr<EmbeddedStore>(new EmbeddedStore(std::move(impl)));
}

absl::StatusOr<std::unique_ptr<EmbeddedStore>> EmbeddedStore::Open(
    const StoreConfig& config, const Clock& clock, const EmbeddedStoreOptions& options
) {
  absl::StatusOr<std::unique_ptr<DataDirectory>> directory = OpenDirectory(config);
  if (!directory.ok()) {
    return directory.status();
  }
  auto impl = std::make_unique<Impl>(*std::move(directory), config, clock, options, nullptr);
  if (absl::Status status = impl->Start(); !status.ok()) {
    return status;
  }
  return std::unique_ptr<EmbeddedStore>(new EmbeddedStore(std::move(impl)));
}

EmbeddedStore::EmbeddedStore(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

EmbeddedStore::~EmbeddedStore() = default;

void EmbeddedStore::Commit(ReportBatch batch, CommitDone done) {
  impl_->committer().Commit(std::move(batch), std::move(done));
}

absl::StatusOr<std::optional<Event>> EmbeddedStore::Get(std::string_view id) const {
  return impl_->Get(id);
}

absl::StatusOr<EventPage> EmbeddedStore::Query(const EventQuery& query) const {
  std::vector<Event> events;
  absl::StatusOr<EventPage> page =
      QueryEach(query, [&events](const EventView& event) { events.emplace_back(event); });
  if (page.ok()) {
    page->events = std::move(events);
  }
  return page;
}

absl::StatusOr<EventPage> EmbeddedStore::QueryEach(
    const EventQuery& query, const EventVisitor& take
) const {
  return impl_->pages().Run(query, take);
}

absl::StatusOr<AggregateResult> EmbeddedStore::Aggregate(const AggregateQuery& query) const {
  if (absl::Status status = CheckAggregateQuery(query); !status.ok()) {
    return status;
  }
  return impl_->Aggregate(query);
}

absl::StatusOr<LanesPage> EmbeddedStore::Lanes(const LanesQuery& query) const {
  if (absl::Status status = CheckLanesQuery(query); !status.ok()) {
    return status;
  }
  return impl_->pages().Lanes(query);
}

absl::StatusOr<ScanEnd> EmbeddedStore::Scan(const ScanQuery& query, const ScanVisitor& visit)
    const {
  return impl_->pages().Scan(query, visit);
}

HeldSnapshot EmbeddedStore::Hold() const {
  return impl_->pages().Hold();
}

uint64_t EmbeddedStore::LastSequence() const {
  return impl_->TakeView().sequence;
}

absl::StatusOr<std::vector<FeedItem>> EmbeddedStore::ReadFeed(uint64_t after, size_t limit) const {
  return embedded::ReadFeed(impl_->TakeView(), impl_->reader(), after, limit);
}

absl::StatusOr<NamedFeed> EmbeddedStore::ReadFeedOf(
    std::span<const std::string_view> names, uint64_t after, size_t limit
) const {
  return embedded::ReadFeedOf(impl_->TakeView(), impl_->reader(), names, after, limit);
}

absl::StatusOr<std::vector<ServiceLayers>> EmbeddedStore::Services(std::string_view service) const {
  return embedded::ReadServices(impl_->TakeView(), impl_->reader(), service);
}

StoreStats EmbeddedStore::Stats() const {
  return impl_->Stats();
}

void EmbeddedStore::Stop() {
  impl_->Stop();
}

absl::Status EmbeddedStore::CompactNow() {
  return impl_->maintenance().CompactEverything();
}

absl::StatusOr<BackupInfo> EmbeddedStore::BackUpNow() {
  return impl_->BackUp();
}

absl::Status EmbeddedStore::DropExpiredNow() {
  return impl_->maintenance().DropExpired();
}

}  // namespace tidings
