#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Keys of the database. Integers in keys are big-endian, so that keys ascend as they do.
namespace tidings::embedded {

/// How long a block's rows are kept, and whether compaction has sorted them apart.
enum class BlockClass : uint8_t {
  kFresh = 0,   ///< as committed: open and other rows together
  kClosed = 1,  ///< compacted, no open rows
  kOpen = 2,    ///< compacted, open rows only
  kLong = 3,    ///< compacted, no open rows, only long ones (see duration_class.h)
};
inline constexpr uint8_t kBlockClassCount = 4;

inline constexpr int64_t kDayMs = int64_t{24} * 60 * 60 * 1000;

/// Where a block's values stand. Blocks are numbered in commit order; a number is never used again.
struct BlockKey {
  BlockClass block_class = BlockClass::kFresh;
  /// Days since the epoch, UTC, of the commits that made the rows.
  uint32_t day = 0;
  uint64_t number = 0;

  friend auto operator<=>(const BlockKey&, const BlockKey&) = default;
};

/// Part 0 is the hot value, the cold pages follow; behind them, in compacted blocks, the parts of
/// the word filter and the summary.
inline constexpr uint16_t kHotPart = 0;
inline constexpr uint16_t kFirstWordPart = 0xFF00;
inline constexpr uint16_t kSummaryPart = 0xFFFF;

std::string DataKey(const BlockKey& block, uint16_t part);
/// What a value under that key is sealed with.
uint64_t PlaceOf(uint64_t block_number, uint16_t part);

struct KeyAndValue {
  std::string key;
  std::string value;
};

/// The kinds of records beside the blocks' values.
enum class RecordKind : char {
  kBlock = 'L',     ///< a block of the live set, by its number
  kKills = 'K',     ///< kill marks, by the number of the record
  kCursor = 'C',    ///< a snapshot that chains of pages are in, by its sequence
  kCounters = 'N',  ///< numbers that must not go back
  kRun = 'R',       ///< an id run of the live set, by its number
  kHashSeed = 'H',  ///< what ids are hashed with
};
std::string RecordKey(RecordKind kind, uint64_t number);
std::optional<uint64_t> ParseRecordKey(std::string_view key, RecordKind kind);

}  // namespace tidings::embedded
