#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "event/filter.h"
#include "store/embedded/hot_block.h"

namespace tidings::embedded {

/// A filter made ready for one block: what it asks of one hot text becomes a set of codes, so that
/// a row costs a few loads. What it asks of cold columns stays open.
///
/// Lifetime: borrows filter and block.
class RowFilter {
 public:
  RowFilter(const Filter& filter, const HotBlock& block, int64_t now_ms);

  /// No row can match.
  bool IsEmpty() const;
  /// By the hot columns of a row alone.
  Verdict Judge(size_t row) const;

  /// The cold columns that decide where Judge does not.
  enum class ColdColumns : uint8_t { kNone, kIds, kAll };
  ColdColumns NeededCold() const { return needed_cold_; }

 private:
  /// An expression whose conditions on one hot text are joined into one leaf.
  struct Node {
    Expression::Kind kind = Expression::Kind::kAll;
    std::vector<Node> children;
    /// Of kCondition: the text that decides, and for which codes the leaf holds; or
    std::optional<size_t> field;
    std::vector<bool> holds_for;
    /// the condition.
    const Condition* condition = nullptr;
    bool is_cold = false;
  };

  Node Prepare(const Expression& expression);
  Node PrepareText(const Expression& expression, FilterField field, size_t hot_text) const;
  Node PrepareCondition(const Condition& condition);

  const HotBlock& block_;
  const TimeWindow window_;
  const int64_t now_ms_;
  bool needs_count_ = false;
  ColdColumns needed_cold_ = ColdColumns::kNone;
  Node root_;
};

}  // namespace tidings::embedded
