#include "store/embedded/backup.h"

#include <filesystem>
#include <system_error>
#include <vector>

#include <fmt/format.h>

#include "base/durable_file.h"
#include "base/status.h"
#include "store/embedded/directory.h"
#include "store/saved_views.h"

namespace tidings::embedded {
namespace {

namespace fs = std::filesystem;

absl::Status ToFileStatus(const std::error_code& error, const std::string& path) {
  return error ? Unavailable("{}: {}", path, error.message()) : absl::OkStatus();
}

/// Files first, then the directories that name them.
absl::Status SyncTree(const std::string& path) {
  std::error_code error;
  std::vector<std::string> directories = {path};
  for (auto at = fs::recursive_directory_iterator(path, error);
       !error && at != fs::recursive_directory_iterator();
       at.increment(error)) {
    if (at->is_directory()) {
      directories.push_back(at->path().string());
    } else if (absl::Status status = SyncPath(at->path().string()); !status.ok()) {
      return status;
    }
  }
  for (const std::string& directory : directories) {
    if (absl::Status status = SyncPath(directory); !status.ok()) {
      return status;
    }
  }
  return ToFileStatus(error, path);
}

uint64_t BytesOfTree(const std::string& path) {
  std::error_code error;
  uint64_t bytes = 0;
  for (auto at = fs::recursive_directory_iterator(path, error);
       !error && at != fs::recursive_directory_iterator();
       at.increment(error)) {
    std::error_code gone;
    const uint64_t size = at->is_regular_file() ? at->file_size(gone) : 0;
    bytes += gone ? 0 : size;
  }
  return bytes;
}

/// The same file under another name; a copy where that cannot be.
absl::Status Link(const std::string& from, const std::string& to) {
  std::error_code error;
  if (fs::exists(to, error)) {
    return absl::OkStatus();
  }
  fs::create_hard_link(from, to, error);
  if (error) {
    fs::copy_file(from, to, error);
  }
  return ToFileStatus(error, to);
}

absl::Status LinkRuns(const RunSet& runs, const std::string& from, const std::string& to) {
  for (const std::shared_ptr<const IdRun>& run : runs) {
    const uint64_t number = run->info().number;
    absl::Status status = Link(RunFileName(from, number), RunFileName(to, number));
    if (!status.ok()) {
      return status;
    }
  }
  return absl::OkStatus();
}

/// Puts what was made beside its name under it.
absl::Status MoveIntoPlace(const std::string& made, const std::string& target) {
  if (absl::Status status = SyncTree(made); !status.ok()) {
    return status;
  }
  std::error_code error;
  fs::rename(made, target, error);
  if (error) {
    return ToFileStatus(error, target);
  }
  return SyncPath(fs::absolute(target).parent_path().string());
}

}  // namespace

absl::StatusOr<BackupInfo> BackUp(
    Database& database,
    const std::function<std::shared_ptr<const RunSet>()>& runs,
    const std::string& directory,
    const std::string& target
) {
  std::error_code error;
  if (fs::exists(target, error)) {
    return absl::AlreadyExistsError(fmt::format("{}: exists", target));
  }
  const std::string made = target + ".partial";
  fs::remove_all(made, error);
  fs::create_directories(made + "/runs", error);
  if (error) {
    return ToFileStatus(error, made);
  }
  // A run that the records of the copy name is of the set before or of the one after.
  const std::shared_ptr<const RunSet> before = runs();
  absl::Status status = database.Checkpoint(made + "/db");
  for (const std::shared_ptr<const RunSet>& set : {before, runs()}) {
    if (status.ok()) {
      status = LinkRuns(*set, directory + "/runs", made + "/runs");
    }
  }
  if (status.ok() && fs::exists(directory + "/" + kSavedViewsFile, error)) {
    status = Link(directory + "/" + kSavedViewsFile, made + "/" + kSavedViewsFile);
  }
  if (status.ok()) {
    status = WriteFormat(made);
  }
  if (status.ok()) {
    status = MoveIntoPlace(made, target);
  }
  if (!status.ok()) {
    fs::remove_all(made, error);
    return status;
  }
  return BackupInfo{.directory = target, .bytes = BytesOfTree(target)};
}

absl::Status RestoreBackup(const std::string& backup, const std::string& target) {
  std::error_code error;
  for (const char* const name : {"FORMAT", "db/CURRENT"}) {
    if (!fs::exists(fmt::format("{}/{}", backup, name), error)) {
      return NotFound("{}: is no backup: it has no file {}", backup, name);
    }
  }
  if (absl::Status status = CheckFormat(backup).status(); !status.ok()) {
    return status;
  }
  if (fs::exists(target, error) && !fs::is_empty(target, error)) {
    return FailedPrecondition(
        "{}: is not empty; move it away, or restore to another directory", target
    );
  }
  fs::remove(target, error);
  const std::string made = target + ".restoring";
  fs::remove_all(made, error);
  fs::create_directories(made, error);
  for (const char* const name : {"FORMAT", "db", "runs", kSavedViewsFile}) {
    if (!error && fs::exists(fmt::format("{}/{}", backup, name))) {
      fs::copy(
          fmt::format("{}/{}", backup, name),
          fmt::format("{}/{}", made, name),
          fs::copy_options::recursive,
          error
      );
    }
  }
  if (error) {
    return ToFileStatus(error, made);
  }
  return MoveIntoPlace(made, target);
}

}  // namespace tidings::embedded
