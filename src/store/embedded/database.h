#pragma once

#include <array>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <absl/base/thread_annotations.h>
#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/write_batch.h>

#include "base/mutex.h"
#include "store/embedded/keys.h"

namespace tidings::embedded {

/// The database's keyspaces.
enum class Space : uint8_t {
  kRecords = 0,  ///< RecordKey: few and small
  kFresh = 1,    ///< DataKey of fresh blocks: most die before they leave the memtable
  kPacked = 2,   ///< DataKey of compacted blocks, put in as files
};
inline constexpr size_t kSpaceCount = 3;

Space SpaceOf(BlockClass block_class);

/// Puts and deletes that happen together or not at all.
class WriteBatch {
 public:
  WriteBatch() = default;
  /// Of a named step of the store's life, see Database::Options::at_step.
  explicit WriteBatch(std::string_view step) : step_(step) {}

  void Put(Space space, std::string_view key, std::string_view value);
  void Delete(Space space, std::string_view key);
  size_t bytes() const;

 private:
  friend class Database;

  struct Operation {
    Space space = Space::kRecords;
    bool is_delete = false;
    std::string key;
    std::string_view value;
  };
  std::string_view step_;
  std::vector<Operation> operations_;
};

/// A table file, read to its last byte.
struct TableVerdict {
  std::string path;
  uint64_t bytes = 0;
  /// kDataLoss where a checksum does not fit.
  absl::Status status;
};
/// All table files of a closed database.
absl::StatusOr<std::vector<TableVerdict>> VerifyTables(const std::string& directory);

/// RocksDB, tuned for few large values that are written once, and closed and opened again while
/// others read.
///
/// Thread safety: safe; Close and Open wait for reads under way, which then fail.
/// Errors:        kUnavailable - it is closed, or the disk fails; kDataLoss - a log or file is
/// damaged.
class Database {
 public:
  struct Options {
    std::string directory;
    /// Null: the machine's. A test's injects failures.
    rocksdb::Env* env = nullptr;
    /// Whether logs must be as long as the database remembers: not after one was cut off.
    bool verifies_logs = true;
    /// Told `before block commit`, `after block commit`, and so on, of each named step: a test ends
    /// the process there.
    std::function<void(std::string_view)> at_step;
  };

  explicit Database(Options options) : options_(std::move(options)) {}
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database();

  /// Looks at the logs, then opens.
  absl::Status Open();
  void Close();

  /// Durable when it returns OK. After an error the database must be closed and opened again.
  absl::Status Write(const WriteBatch& batch);
  /// Puts a block's values in as a file, built in `staging`. Durable when it returns OK. Keys
  /// ascend.
  absl::Status Ingest(Space space, const std::string& staging, std::span<const KeyAndValue> values);

  /// kDataLoss when there is none.
  absl::StatusOr<std::string> Get(Space space, std::string_view key) const;
  /// All records of a kind, by number.
  absl::Status ForEachRecord(
      RecordKind kind,
      const std::function<absl::Status(uint64_t number, std::string_view value)>& visit
  ) const;
  /// The keys of a data space that belong to none of the `live` blocks, which ascend.
  absl::StatusOr<std::vector<std::string>> FindOrphans(Space space, std::span<const BlockKey> live)
      const;

  /// Of all files.
  uint64_t DiskBytes() const;

  /// A consistent copy, which shares the files that never change. The directory must not exist.
  absl::Status Checkpoint(const std::string& directory);
  /// The file that holds a key, or the log.
  std::string FileOf(Space space, std::string_view key) const;

 private:
  void Tell(const char* when, std::string_view step) const;
  absl::Status OpenLocked() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void CloseLocked() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status CheckOpen() const ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  rocksdb::ColumnFamilyHandle* Handle(Space space) const ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    return handles_[static_cast<size_t>(space)];
  }

  const Options options_;
  mutable SharedMutex mutex_;
  /// The present opening's; outlives db_.
  std::unique_ptr<rocksdb::Env> guarded_env_ ABSL_GUARDED_BY(mutex_);
  std::unique_ptr<rocksdb::DB> db_ ABSL_GUARDED_BY(mutex_);
  std::array<rocksdb::ColumnFamilyHandle*, kSpaceCount> handles_ ABSL_GUARDED_BY(mutex_){};
  /// One writer at a time: none begins beside one that is about to fail.
  Mutex write_mutex_;
  /// A write failed: the log is not touched again before it was read anew.
  bool has_failed_ ABSL_GUARDED_BY(write_mutex_) = false;
};

}  // namespace tidings::embedded
