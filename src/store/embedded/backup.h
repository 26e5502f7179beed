#pragma once

#include <memory>
#include <string>

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include "store/embedded/database.h"
#include "store/embedded/id_run.h"
#include "store/store_admin.h"

/// Copies of a store. A backup is a data directory like any other: files that never change are
/// shared with the original by hard links, where both are on one file system.
namespace tidings::embedded {

/// Of an open store, consistent as of one moment; commits go on. `runs` gives the id runs of the
/// moment, before and after; `directory` is the data directory. The target must not exist.
/// kAlreadyExists; kUnavailable - the disk fails.
absl::StatusOr<BackupInfo> BackUp(
    Database& database,
    const std::function<std::shared_ptr<const RunSet>()>& runs,
    const std::string& directory,
    const std::string& target
);

/// Copies a backup to `target`, which must be empty or missing, and syncs it.
/// kNotFound - no backup; kFailedPrecondition - of another format version, or the target holds
/// something; kUnavailable - the disk fails.
absl::Status RestoreBackup(const std::string& backup, const std::string& target);

}  // namespace tidings::embedded
