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

#include "event/expression.h"
#include "store/aggregate.h"
#include "store/embedded/hot_block.h"

namespace tidings::embedded {

/// What a compacted block's rows say, without reading them: the values of each hot text with their
/// counts, and the states. Withdrawn rows do not count; killed ones do, so that of a block with
/// killed rows only "no row says that" can be relied on.
///
/// Thread safety: immutable, safe.
class BlockSummary {
 public:
  struct Value {
    std::string_view text;
    TypeCounts counts;
  };
  /// Of a field with more values nothing is told.
  static constexpr size_t kMostValues = 1024;
  static constexpr size_t kStates = 4;

  /// kDataLoss when the value is not what SummaryBuilder wrote for `place`.
  static absl::StatusOr<std::shared_ptr<const BlockSummary>> Read(
      std::string_view value, uint64_t place
  );

  /// Nothing when there are too many.
  const std::optional<std::vector<Value>>& values(size_t field) const { return values_[field]; }
  /// By State.
  const std::array<TypeCounts, kStates>& states() const { return states_; }
  size_t bytes() const;

 private:
  bool ReadValues(std::string_view text);

  std::string text_;
  std::array<std::optional<std::vector<Value>>, kHotTextCount> values_;
  std::array<TypeCounts, kStates> states_;
};

/// Gathers the summary of a block.
class SummaryBuilder {
 public:
  /// A row, and the codes of its texts.
  void Add(const EventView& event, const HotTextCodes& codes);

  /// The sealed value; `dictionaries` are those that the codes belong to.
  std::string Finish(std::span<const DictionaryBuilder, kHotTextCount> dictionaries, uint64_t place)
      const;

 private:
  /// The rows with each value of one text field, by its code.
  struct ValueCounts {
    std::vector<TypeCounts> by_code;
    size_t values = 0;
  };

  static void AppendValues(
      ByteWriter& writer, const ValueCounts& counts, const DictionaryBuilder& texts
  );

  std::array<ValueCounts, kHotTextCount> fields_;
  std::array<TypeCounts, BlockSummary::kStates> states_;
};

/// The verdict on one condition for every row of the block that is not withdrawn: kNo - holds for
/// none, kYes - for all. Conditions that the summary knows nothing of are kUnknown.
Verdict Judge(const BlockSummary& summary, const Condition& condition);

}  // namespace tidings::embedded
