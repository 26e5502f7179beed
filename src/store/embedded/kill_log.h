#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <absl/container/flat_hash_map.h>
#include <absl/status/statusor.h>

#include "store/embedded/block.h"

namespace tidings::embedded {

/// A row, the sequence of the row that replaced it, and what the row counted for.
struct KillMark {
  Location row;
  uint64_t killed = 0;
  EventCounts counts;

  friend bool operator==(const KillMark&, const KillMark&) = default;
};

/// The sealed record of the marks that one write batch makes. Sorts them by row.
std::string EncodeKills(std::vector<KillMark>& marks, uint64_t record);
absl::StatusOr<std::vector<KillMark>> DecodeKills(std::string_view value, uint64_t record);

/// Which kill records name which blocks: a record may go when every block that it names is gone.
///
/// Thread safety: externally synchronised.
class KillLog {
 public:
  void Add(uint64_t record, std::span<const KillMark> marks);
  /// The records that may go with these blocks.
  std::vector<uint64_t> RecordsOnlyOf(std::span<const uint64_t> blocks) const;
  /// Forgets the blocks and the records that may go with them.
  void Forget(std::span<const uint64_t> blocks);

 private:
  absl::flat_hash_map<uint64_t, uint32_t> blocks_of_record_;
  absl::flat_hash_map<uint64_t, std::vector<uint64_t>> records_of_block_;
};

}  // namespace tidings::embedded
