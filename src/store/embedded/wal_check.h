#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <absl/status/status.h>
#include <absl/status/statusor.h>

/// A look at RocksDB's write-ahead log before RocksDB opens it: its own recovery modes drop damage
/// in the middle silently, or refuse a tail that a crash tore. Format: 32 KiB blocks of records,
/// each checksum (masked CRC32C), length, type, and for recyclable types the log's number.
namespace tidings::embedded {

/// What a log file holds, from its front.
struct WalVerdict {
  /// The end of the last whole record before anything that is wrong.
  uint64_t good_bytes = 0;
  /// Whether something else than zeros follows it.
  bool is_torn = false;
  /// Where a whole record begins behind what is wrong; 0 = nowhere.
  uint64_t resumes_at = 0;
};
WalVerdict InspectWal(std::string_view log, uint32_t log_number);

/// Walks every log of the directory. A torn tail of the last log with anything in it (a write that
/// was never acknowledged) is cut off, which the log tells; a bad record that a whole one follows,
/// in its file or a later one, is kDataLoss and names file and offset.
absl::Status CheckWals(const std::string& directory);

/// Where CheckWals gives kDataLoss: cuts the first damaged log off where the damage begins, and
/// puts the later ones aside (`.damaged`). What was written behind it is lost. Says what it did, a
/// sentence each.
absl::StatusOr<std::vector<std::string>> CutDamagedWals(const std::string& directory);

}  // namespace tidings::embedded
