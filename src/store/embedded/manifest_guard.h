#pragma once

#include <atomic>
#include <memory>
#include <string>

#include <rocksdb/file_system.h>

namespace tidings::embedded {

/// A file system that makes up for two weaknesses of RocksDB (7.8) about its MANIFEST.
///
/// No table is deleted once a call on a MANIFEST has failed. A record whose sync failed may have
/// reached the disk all the same, so nobody knows which tables the MANIFEST names until it is read
/// again. RocksDB keeps the tables of a flush or compaction then, but deletes those of an
/// ingestion, and a database that names a missing table cannot be opened. What is kept in vain is
/// deleted at the next opening.
///
/// A MANIFEST's name is durable before CURRENT names it: RocksDB syncs the directory only after
/// the rename, and POSIX lets the second name reach the disk without the first.
///
/// For one opening of one database. Thread safety: safe.
class ManifestGuard final : public rocksdb::FileSystemWrapper {
 public:
  using rocksdb::FileSystemWrapper::FileSystemWrapper;

  const char* Name() const override { return "ManifestGuard"; }

  rocksdb::IOStatus NewWritableFile(
      const std::string& name,
      const rocksdb::FileOptions& options,
      std::unique_ptr<rocksdb::FSWritableFile>* file,
      rocksdb::IODebugContext* debug
  ) override;

  /// Busy for a table that is kept.
  rocksdb::IOStatus DeleteFile(
      const std::string& name, const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug
  ) override;

  rocksdb::IOStatus RenameFile(
      const std::string& from,
      const std::string& to,
      const rocksdb::IOOptions& options,
      rocksdb::IODebugContext* debug
  ) override;

 private:
  std::atomic<bool> has_failed_ = false;
};

}  // namespace tidings::embedded
