#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <absl/status/statusor.h>

#include "event/condition.h"
#include "event/event.h"
#include "store/embedded/bit_column.h"
#include "store/embedded/dictionary.h"

/// The hot columns of a block: what decides which events a query means.
/// docs/formats/embedded-store-v3.md
namespace tidings::embedded {

inline constexpr size_t kMaxBlockRows = size_t{1} << 17;

/// A row to be stored.
struct BlockRow {
  const EventView* event = nullptr;
  uint64_t born = 0;
  /// Whatever the caller knows the row by; not stored.
  uint32_t tag = 0;
};

/// What a row is, in HotBlock::Flags.
enum RowFlag : uint8_t {
  kHasStart = 1,
  kHasEnd = 2,
  kIsError = 4,
  kIsDerived = 8,
  kIsWithdrawn = 16,
  kIsTruncated = 32,
  kIsIncomplete = 64,
  kWasRenamed = 128,
};

/// The text fields that stand in hot columns: all but the message.
inline constexpr size_t kHotTextCount = 5;
static_assert(static_cast<size_t>(TextField::kMessage) == kHotTextCount);

/// The hot text that a field of a filter is about.
std::optional<TextField> HotTextOf(FilterField field);

/// The codes of a row's texts.
using HotTextCodes = std::array<uint32_t, kHotTextCount>;

/// Gathers the hot columns of a block.
///
/// Lifetime: keeps views of the rows' texts until Finish.
class HotBlockBuilder {
 public:
  /// Of a block of so many rows.
  explicit HotBlockBuilder(size_t rows);

  /// The next row, in their final order; gives the codes of its texts in the dictionaries.
  HotTextCodes Add(const BlockRow& row);
  /// Of each text field.
  const std::array<DictionaryBuilder, kHotTextCount>& dictionaries() const { return dictionaries_; }

  /// The sealed value; all rows were added. `page_rows` are the rows of each cold page.
  std::string Finish(std::span<const uint32_t> page_rows, uint64_t place) const;

 private:
  static constexpr size_t kScalarCount = 8;

  /// In their stored order. Filled row by row: rows are large and far apart in memory.
  std::array<std::vector<int64_t>, kScalarCount + kHotTextCount> columns_;
  std::array<DictionaryBuilder, kHotTextCount> dictionaries_;
  size_t rows_ = 0;
};

/// Hot columns in memory, read in place: still packed, any row at once.
///
/// Thread safety: immutable, safe.
class HotBlock {
 public:
  /// kDataLoss when the value is not what HotBlockBuilder wrote for `place`.
  static absl::StatusOr<std::shared_ptr<const HotBlock>> Read(std::string value, uint64_t place);

  size_t rows() const { return rows_; }
  uint64_t Born(size_t row) const { return static_cast<uint64_t>(born_[row]); }
  /// OrderTime of the row; rows ascend by it.
  int64_t Time(size_t row) const { return time_[row]; }
  /// From the order time to the end, ms, where both start and end are known; else 0.
  int64_t Span(size_t row) const { return span_[row]; }
  /// Of RowFlag.
  int64_t Flags(size_t row) const { return flags_[row]; }
  bool IsWithdrawn(size_t row) const { return (Flags(row) & kIsWithdrawn) != 0; }
  bool WasRenamed(size_t row) const { return (Flags(row) & kWasRenamed) != 0; }
  /// False: no row was. Cheap.
  bool MayHaveRenamed() const { return flags_.bound() >= kWasRenamed; }
  /// The code of a text field's value in texts().
  uint32_t Code(size_t field, size_t row) const {
    return static_cast<uint32_t>(codes_[field][row]);
  }
  std::span<const std::string_view> texts(size_t field) const { return texts_[field]; }

  int64_t Count(size_t row) const { return count_[row]; }
  /// Sets what state, interval and type come from, `derived` and `withdrawn`.
  void FillTimes(size_t row, EventView& event) const;
  /// Sets all that is hot.
  void Fill(size_t row, EventView& event) const;

  size_t pages() const { return page_ends_.size(); }
  /// The cold page of a row, and the row's place in it.
  struct PagePlace {
    size_t page = 0;
    size_t row = 0;
  };
  PagePlace PageOf(size_t row) const;
  /// The row behind the last one of a page.
  size_t EndOfPage(size_t page) const { return page_ends_[page]; }

  /// Bytes held, for budgets.
  size_t bytes() const;

 private:
  absl::Status ReadPayload(std::string_view payload);
  bool ReadPageEnds(ByteReader& reader);
  absl::Status ReadTexts(std::string_view& payload);
  bool ReadColumns(ByteReader& reader);
  bool AreCodesKnown() const;

  std::string value_;
  std::string text_bytes_;
  size_t rows_ = 0;
  std::vector<uint32_t> page_ends_;
  std::array<std::vector<std::string_view>, kHotTextCount> texts_;
  std::array<BitColumn, kHotTextCount> codes_;
  BitColumn born_;
  BitColumn time_;
  BitColumn span_;
  BitColumn flags_;
  BitColumn count_;
  BitColumn generation_;
  BitColumn received_first_;
  BitColumn received_after_;
};

}  // namespace tidings::embedded
