#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace tidings::embedded {

/// The snapshots that someone still reads, beside the present one.
class SnapshotsInUse {
 public:
  /// `cursors` ascending; `present` is the newest sequence: whoever begins later sees at least
  /// that.
  SnapshotsInUse(std::vector<uint64_t> cursors, uint64_t present)
      : cursors_(std::move(cursors)), present_(present) {}

  /// Whether a row of that life can still be seen by anybody, now or later.
  bool CanSee(uint64_t born, uint64_t killed) const {
    if (killed > present_) {
      return true;
    }
    const auto first = std::lower_bound(cursors_.begin(), cursors_.end(), born);
    return first != cursors_.end() && *first < killed;
  }

 private:
  std::vector<uint64_t> cursors_;
  uint64_t present_ = 0;
};

}  // namespace tidings::embedded
