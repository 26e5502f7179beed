#pragma once

#include <cstdint>
#include <vector>

#include "event/filter.h"
#include "store/embedded/hot_block.h"

namespace tidings::embedded {

/// A filter made ready for one block: conditions on texts become sets of codes, so that a row costs
/// a few loads. Conditions on ids are not looked at here: ids are not hot.
///
/// Lifetime: borrows filter and block.
class RowFilter {
 public:
  RowFilter(const Filter& filter, const HotBlock& block, int64_t now_ms);

  /// No row can match.
  bool IsEmpty() const { return is_empty_; }
  bool Matches(size_t row) const;

 private:
  struct AllowedCodes {
    size_t field = 0;
    std::vector<bool> is_allowed;
  };

  void AddTextCondition(const FieldCondition& condition, size_t field);

  const Filter& filter_;
  const HotBlock& block_;
  const int64_t now_ms_;
  bool is_empty_ = false;
  std::vector<AllowedCodes> texts_;
  /// The conditions that times and type decide, and the window: asked of tidings::Matches.
  Filter of_times_;
};

/// Whether the filter has a condition on ids.
bool HasIdCondition(const Filter& filter);
/// Whether `id` passes the filter's conditions on ids.
bool MatchesId(const Filter& filter, std::string_view id);

}  // namespace tidings::embedded
