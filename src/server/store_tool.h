#pragma once

#include <cstdint>
#include <string>

#include <absl/status/statusor.h>

#include "store/config.h"

namespace tidings {

/// Work on the directory of a store that no server has open.
struct StoreWork {
  enum class Kind : uint8_t { kCheck, kCompact, kStats, kBackup, kRestore };

  Kind kind = Kind::kCheck;
  StoreConfig config;
  /// Of kCheck: cuts damage off.
  bool repair = false;
  /// Of kRestore: the backup's directory.
  std::string backup;
};

struct StoreWorkReport {
  /// For people, lines.
  std::string text;
  /// Of kCheck: no damage was found.
  bool is_sound = true;
};

/// kNotFound - no data directory, or no backup; kUnavailable - it is in use (by whom is told), or
/// the disk fails; kFailedPrecondition - another format version, or the place is taken; kDataLoss -
/// the store is damaged: a check tells more.
absl::StatusOr<StoreWorkReport> WorkOnStore(const StoreWork& work);

}  // namespace tidings
