#pragma once

#include <memory>
#include <string>

#include <absl/status/statusor.h>

namespace tidings::embedded {

/// The version of everything that the embedded store writes.
inline constexpr int kFormatVersion = 3;
/// What this version reads as it is: a directory of an older one gets the present version's number
/// when it is opened, before anything is written to it.
inline constexpr int kOldestFormatVersion = 1;

/// A data directory that this process holds.
///
/// Thread safety: immutable, safe.
/// Lifetime:      the directory is free again when the object is gone, or the process.
class DataDirectory {
 public:
  /// Makes the directory if there is none, locks it, and looks at its version.
  /// kUnavailable: another process holds it (its id is told), or the file system fails;
  /// kFailedPrecondition: a newer version, or a directory with other things in it; kDataLoss: its
  /// database is gone.
  static absl::StatusOr<std::unique_ptr<DataDirectory>> Open(const std::string& path);
  /// The same, but makes none: kNotFound.
  static absl::StatusOr<std::unique_ptr<DataDirectory>> OpenExisting(const std::string& path);

  DataDirectory(const DataDirectory&) = delete;
  DataDirectory& operator=(const DataDirectory&) = delete;
  ~DataDirectory();

  const std::string& path() const { return path_; }
  /// Where the database's own files are.
  std::string database() const { return path_ + "/db"; }
  /// Where compacted blocks are built before the database takes them.
  std::string staging() const { return path_ + "/staging"; }
  /// Where the id runs are.
  std::string runs() const { return path_ + "/runs"; }
  /// The file that is given up when the disk is full.
  std::string ballast() const { return path_ + "/ballast"; }

 private:
  DataDirectory(std::string path, int lock_file) : path_(std::move(path)), lock_file_(lock_file) {}

  absl::Status CheckVersion() const;
  /// kDataLoss: it is not, and there was one.
  absl::Status CheckDatabaseIsThere() const;

  const std::string path_;
  const int lock_file_;
};

/// The version that the directory says it is of: kFailedPrecondition for one that is not read.
absl::StatusOr<int> CheckFormat(const std::string& path);
/// Says that the directory is of this program's version.
absl::Status WriteFormat(const std::string& path);

}  // namespace tidings::embedded
