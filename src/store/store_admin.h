#pragma once

#include <cstdint>
#include <string>

#include <absl/status/status.h>
#include <absl/status/statusor.h>

namespace tidings {

struct BackupInfo {
  std::string directory;
  /// Of its files, shared ones too.
  uint64_t bytes = 0;
};

/// What an operator can ask of a running store.
///
/// Thread safety: safe. Calls block as long as the work takes.
/// Lifetime:      as the store.
class StoreAdmin {
 public:
  virtual ~StoreAdmin() = default;

  /// Rewrites all that can be rewritten.
  virtual absl::Status CompactNow() = 0;

  /// A consistent copy as of one moment, beside the store's directory; commits go on. kUnavailable:
  /// the disk fails, or another backup is under way.
  virtual absl::StatusOr<BackupInfo> BackUpNow() = 0;
};

}  // namespace tidings
