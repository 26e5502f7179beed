#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <absl/status/statusor.h>

/// Looks at every byte of a stopped store.
namespace tidings::embedded {

struct StoreCheck {
  /// Something that is not as it was written.
  struct Finding {
    /// The file, or the record or value of the database.
    std::string where;
    /// What is wrong, and what it held.
    std::string what;
  };
  std::vector<Finding> findings;
  uint64_t blocks = 0;
  uint64_t rows = 0;
  uint64_t values = 0;
  uint64_t runs = 0;
  uint64_t files = 0;
  uint64_t bytes = 0;
  /// What was cut off, a sentence each.
  std::vector<std::string> repairs;
};

struct StoreCheckOptions {
  /// Cuts a damaged log off where the damage begins: what was written behind it is lost. Nothing
  /// else ever does that.
  bool repair = false;
};

/// Locks the directory, reads all of it, and tells all damage that it finds. Changes nothing
/// without `repair`, but for what opening does (a torn tail of a log goes).
/// kNotFound - no data directory; kUnavailable - it is in use (by whom is told), or cannot be read;
/// kFailedPrecondition - another format version.
absl::StatusOr<StoreCheck> CheckStore(
    const std::string& directory, const StoreCheckOptions& options
);

}  // namespace tidings::embedded
