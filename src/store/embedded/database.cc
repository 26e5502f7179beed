#include "store/embedded/database.h"

#include <algorithm>
#include <filesystem>
#include <limits>
#include <optional>
#include <system_error>

#include <rocksdb/options.h>
#include <rocksdb/sst_file_reader.h>
#include <rocksdb/sst_file_writer.h>
#include <rocksdb/table.h>
#include <rocksdb/utilities/checkpoint.h>

#include "base/status.h"
#include "store/embedded/manifest_guard.h"
#include "store/embedded/wal_check.h"

namespace tidings::embedded {
namespace {

constexpr std::array<const char*, kSpaceCount> kSpaceNames = {"default", "fresh", "packed"};

/// Fresh blocks of some seconds: most are compacted before they would be flushed.
constexpr size_t kFreshMemtableBytes = size_t{128} << 20;
constexpr size_t kOtherMemtableBytes = size_t{16} << 20;
constexpr uint64_t kMaxLogBytes = uint64_t{128} << 20;
/// Background writes are synced in pieces, or a flush delays a commit's sync.
constexpr uint64_t kBytesPerSync = uint64_t{1} << 20;

rocksdb::Slice ToSlice(std::string_view bytes) {
  return {bytes.data(), bytes.size()};
}

constexpr std::string_view kIngestStep = "file ingest";

absl::Status ToStatus(const rocksdb::Status& status, std::string_view what) {
  if (status.ok()) {
    return absl::OkStatus();
  }
  if (status.IsCorruption()) {
    return DataLoss("{}: {}", what, status.ToString());
  }
  return Unavailable("{}: {}", what, status.ToString());
}

rocksdb::DBOptions MakeDbOptions(rocksdb::Env* env, bool verifies_logs = true) {
  rocksdb::DBOptions options;
  if (env != nullptr) {
    options.env = env;
  }
  options.create_missing_column_families = true;
  options.paranoid_checks = true;
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  options.track_and_verify_wals_in_manifest = verifies_logs;
  options.max_total_wal_size = kMaxLogBytes;
  options.bytes_per_sync = kBytesPerSync;
  options.max_background_jobs = 2;
  options.max_open_files = 512;
  options.keep_log_file_num = 2;
  options.max_log_file_size = size_t{4} << 20;
  options.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  // A failed write is never retried behind our back: the store opens the database again.
  options.max_bgerror_resume_count = 0;
  return options;
}

rocksdb::ColumnFamilyOptions MakeSpaceOptions(Space space) {
  rocksdb::ColumnFamilyOptions options;
  options.write_buffer_size = space == Space::kFresh ? kFreshMemtableBytes : kOtherMemtableBytes;
  options.max_write_buffer_number = 4;
  // Values are compressed already, and cached unpacked by the store itself.
  options.compression = rocksdb::kNoCompression;
  options.bottommost_compression = rocksdb::kDisableCompressionOption;
  rocksdb::BlockBasedTableOptions table;
  table.no_block_cache = true;
  // Who looks for keys need not read values.
  table.index_type = rocksdb::BlockBasedTableOptions::kBinarySearchWithFirstKey;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  // A write that RocksDB slows down would be late for a client that waits a second.
  options.level0_file_num_compaction_trigger = 8;
  options.level0_slowdown_writes_trigger = 64;
  options.level0_stop_writes_trigger = 128;
  options.soft_pending_compaction_bytes_limit = 0;
  options.hard_pending_compaction_bytes_limit = 0;
  return options;
}

/// Whether a database is to be made: nothing of one is there. RocksDB would make a new one beside
/// the files of one whose CURRENT is lost, and then delete them. A database that was never whole
/// has neither tables nor logs.
absl::StatusOr<bool> IsToBeMade(const std::string& directory) {
  std::error_code error;
  if (std::filesystem::exists(directory + "/CURRENT", error)) {
    return false;
  }
  for (auto at = std::filesystem::directory_iterator(directory, error);
       !error && at != std::filesystem::directory_iterator();
       at.increment(error)) {
    const std::string kind = at->path().extension().string();
    if (kind == ".sst" || kind == ".log") {
      return DataLoss(
          "{}: the file CURRENT is missing, but {} is there: part of the database is lost. Nothing "
          "was changed",
          directory,
          at->path().filename().string()
      );
    }
  }
  return !error ? absl::StatusOr<bool>(true)
                : Unavailable("{}: cannot be read: {}", directory, error.message());
}

/// The first key behind all values of a block.
std::string KeyBehind(const BlockKey& block) {
  BlockKey next = block;
  ++next.number;
  return DataKey(next, kHotPart);
}

}  // namespace

Space SpaceOf(BlockClass block_class) {
  return block_class == BlockClass::kFresh ? Space::kFresh : Space::kPacked;
}

void WriteBatch::Put(Space space, std::string_view key, std::string_view value) {
  operations_.push_back({.space = space, .key = std::string(key), .value = value});
}

void WriteBatch::Delete(Space space, std::string_view key) {
  operations_.push_back({.space = space, .is_delete = true, .key = std::string(key), .value = {}});
}

size_t WriteBatch::bytes() const {
  size_t bytes = 0;
  for (const Operation& operation : operations_) {
    bytes += operation.key.size() + operation.value.size() + 16;
  }
  return bytes;
}

Database::~Database() {
  Close();
}

absl::Status Database::Open() {
  const MutexLock lock(mutex_);
  return OpenLocked();
}

absl::Status Database::OpenLocked() {
  std::error_code error;
  std::filesystem::create_directories(options_.directory, error);
  if (error) {
    return Unavailable("{}: cannot be made: {}", options_.directory, error.message());
  }
  const absl::StatusOr<bool> is_to_be_made = IsToBeMade(options_.directory);
  if (!is_to_be_made.ok()) {
    return is_to_be_made.status();
  }
  if (absl::Status status = CheckWals(options_.directory); !status.ok()) {
    return status;
  }
  std::vector<rocksdb::ColumnFamilyDescriptor> spaces;
  spaces.reserve(kSpaceCount);
  for (size_t i = 0; i < kSpaceCount; ++i) {
    spaces.emplace_back(kSpaceNames[i], MakeSpaceOptions(static_cast<Space>(i)));
  }
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* db = nullptr;
  rocksdb::Env* const env = options_.env != nullptr ? options_.env : rocksdb::Env::Default();
  guarded_env_ = rocksdb::NewCompositeEnv(std::make_shared<ManifestGuard>(env->GetFileSystem()));
  rocksdb::DBOptions db_options = MakeDbOptions(guarded_env_.get(), options_.verifies_logs);
  db_options.create_if_missing = *is_to_be_made;
  const rocksdb::Status status =
      rocksdb::DB::Open(db_options, options_.directory, spaces, &handles, &db);
  if (!status.ok()) {
    return ToStatus(status, options_.directory);
  }
  db_.reset(db);
  {
    const MutexLock lock(write_mutex_);
    has_failed_ = false;
  }
  std::copy(handles.begin(), handles.end(), handles_.begin());
  return absl::OkStatus();
}

void Database::Close() {
  const MutexLock lock(mutex_);
  CloseLocked();
}

void Database::CloseLocked() {
  if (db_ == nullptr) {
    return;
  }
  for (rocksdb::ColumnFamilyHandle*& handle : handles_) {
    db_->DestroyColumnFamilyHandle(handle).PermitUncheckedError();
    handle = nullptr;
  }
  db_->Close().PermitUncheckedError();
  db_.reset();
}

absl::Status Database::CheckOpen() const {
  return db_ != nullptr ? absl::OkStatus() : Unavailable("the store is closed at present");
}

void Database::Tell(const char* when, std::string_view step) const {
  if (options_.at_step && !step.empty()) {
    options_.at_step(when + std::string(step));
  }
}

absl::Status Database::Write(const WriteBatch& batch) {
  const ReaderLock lock(mutex_);
  if (absl::Status status = CheckOpen(); !status.ok()) {
    return status;
  }
  rocksdb::WriteBatch operations(batch.bytes());
  for (const WriteBatch::Operation& operation : batch.operations_) {
    rocksdb::ColumnFamilyHandle* const handle = Handle(operation.space);
    const rocksdb::Status status =
        operation.is_delete ? operations.Delete(handle, operation.key)
                            : operations.Put(handle, operation.key, ToSlice(operation.value));
    if (!status.ok()) {
      return ToStatus(status, "a write batch");
    }
  }
  const MutexLock write_lock(write_mutex_);
  if (has_failed_) {
    return Unavailable("an earlier write failed; the database is to be opened again");
  }
  rocksdb::WriteOptions options;
  options.sync = true;
  Tell("before ", batch.step_);
  const rocksdb::Status status = db_->Write(options, &operations);
  if (!status.ok()) {
    has_failed_ = true;
  }
  Tell("after ", batch.step_);
  return ToStatus(status, "the log could not be written");
}

absl::Status Database::Ingest(
    Space space, const std::string& staging, std::span<const KeyAndValue> values
) {
  const ReaderLock lock(mutex_);
  if (absl::Status status = CheckOpen(); !status.ok()) {
    return status;
  }
  const rocksdb::Options options(MakeDbOptions(options_.env), MakeSpaceOptions(space));
  // What was written is asked for next: the newest events, and ids that runs find from now on.
  constexpr bool kDropsFromPageCache = false;
  rocksdb::SstFileWriter writer(rocksdb::EnvOptions(), options, Handle(space), kDropsFromPageCache);
  rocksdb::Status status = writer.Open(staging);
  for (const KeyAndValue& value : values) {
    if (status.ok()) {
      status = writer.Put(value.key, value.value);
    }
  }
  if (status.ok()) {
    status = writer.Finish();
  }
  if (status.ok()) {
    rocksdb::IngestExternalFileOptions how;
    how.move_files = true;
    how.write_global_seqno = false;
    Tell("before ", kIngestStep);
    status = db_->IngestExternalFile(Handle(space), {staging}, how);
    Tell("after ", kIngestStep);
  }
  return ToStatus(status, staging);
}

absl::StatusOr<std::string> Database::Get(Space space, std::string_view key) const {
  const ReaderLock lock(mutex_);
  if (absl::Status status = CheckOpen(); !status.ok()) {
    return status;
  }
  std::string value;
  const rocksdb::Status status =
      db_->Get(rocksdb::ReadOptions(), Handle(space), ToSlice(key), &value);
  if (status.IsNotFound()) {
    return DataLoss("the value is missing");
  }
  if (!status.ok()) {
    return ToStatus(status, "the database could not be read");
  }
  return value;
}

absl::Status Database::ForEachRecord(
    RecordKind kind,
    const std::function<absl::Status(uint64_t number, std::string_view value)>& visit
) const {
  const ReaderLock lock(mutex_);
  if (absl::Status status = CheckOpen(); !status.ok()) {
    return status;
  }
  const std::unique_ptr<rocksdb::Iterator> at(
      db_->NewIterator(rocksdb::ReadOptions(), Handle(Space::kRecords))
  );
  for (at->Seek(RecordKey(kind, 0)); at->Valid(); at->Next()) {
    const std::optional<uint64_t> number = ParseRecordKey(at->key().ToStringView(), kind);
    if (!number) {
      break;
    }
    if (absl::Status status = visit(*number, at->value().ToStringView()); !status.ok()) {
      return status;
    }
  }
  return ToStatus(at->status(), "the records could not be read");
}

absl::StatusOr<std::vector<std::string>> Database::FindOrphans(
    Space space, std::span<const BlockKey> live
) const {
  const ReaderLock lock(mutex_);
  if (absl::Status status = CheckOpen(); !status.ok()) {
    return status;
  }
  std::vector<std::string> orphans;
  const auto take_keys = [&](const std::string& from, const rocksdb::Slice* end) {
    rocksdb::ReadOptions options;
    options.iterate_upper_bound = end;
    const std::unique_ptr<rocksdb::Iterator> at(db_->NewIterator(options, Handle(space)));
    for (at->Seek(from); at->Valid(); at->Next()) {
      orphans.push_back(at->key().ToString());
    }
    return at->status();
  };
  rocksdb::Status status;
  std::string from;
  for (size_t i = 0; i < live.size() && status.ok(); ++i) {
    // The block's first value, a large one, is not read: its key stands in the table's index.
    const std::string first = DataKey(live[i], kHotPart);
    const rocksdb::Slice end(first);
    status = take_keys(from, &end);
    from = KeyBehind(live[i]);
  }
  if (status.ok()) {
    status = take_keys(from, nullptr);
  }
  if (!status.ok()) {
    return ToStatus(status, "the keys could not be read");
  }
  return orphans;
}

uint64_t Database::DiskBytes() const {
  uint64_t bytes = 0;
  std::error_code error;
  for (auto at = std::filesystem::directory_iterator(options_.directory, error);
       !error && at != std::filesystem::directory_iterator();
       at.increment(error)) {
    std::error_code gone;
    const uint64_t size = at->file_size(gone);
    bytes += gone ? 0 : size;
  }
  return bytes;
}

absl::Status Database::Checkpoint(const std::string& directory) {
  const ReaderLock lock(mutex_);
  if (absl::Status status = CheckOpen(); !status.ok()) {
    return status;
  }
  rocksdb::Checkpoint* made = nullptr;
  rocksdb::Status status = rocksdb::Checkpoint::Create(db_.get(), &made);
  const std::unique_ptr<rocksdb::Checkpoint> checkpoint(made);
  if (status.ok()) {
    // No flush: the log is copied.
    status = checkpoint->CreateCheckpoint(directory, std::numeric_limits<uint64_t>::max());
  }
  return ToStatus(status, directory);
}

absl::StatusOr<std::vector<TableVerdict>> VerifyTables(const std::string& directory) {
  const rocksdb::Options options(MakeDbOptions(nullptr), MakeSpaceOptions(Space::kRecords));
  std::vector<TableVerdict> verdicts;
  std::error_code error;
  for (auto at = std::filesystem::directory_iterator(directory, error);
       !error && at != std::filesystem::directory_iterator();
       at.increment(error)) {
    if (at->path().extension() != ".sst") {
      continue;
    }
    TableVerdict verdict{.path = at->path().string(), .bytes = at->file_size(error)};
    rocksdb::SstFileReader reader(options);
    rocksdb::Status status = reader.Open(verdict.path);
    if (status.ok()) {
      status = reader.VerifyChecksum();
    }
    // Whatever keeps it from being read to its end, the disk apart, is damage.
    verdict.status = status.ok()          ? absl::OkStatus()
                     : status.IsIOError() ? Unavailable("{}", status.ToString())
                                          : DataLoss("{}", status.ToString());
    verdicts.push_back(std::move(verdict));
  }
  if (error) {
    return Unavailable("{}: {}", directory, error.message());
  }
  return verdicts;
}

std::string Database::FileOf(Space space, std::string_view key) const {
  const ReaderLock lock(mutex_);
  std::vector<rocksdb::LiveFileMetaData> live;
  if (db_ != nullptr) {
    db_->GetLiveFilesMetaData(&live);
  }
  for (const rocksdb::LiveFileMetaData& file : live) {
    if (file.column_family_name == kSpaceNames[static_cast<size_t>(space)] &&
        file.smallestkey <= key && key <= file.largestkey) {
      return options_.directory + file.name;
    }
  }
  return options_.directory + " (its log)";
}

}  // namespace tidings::embedded
