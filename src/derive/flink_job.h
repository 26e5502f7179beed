#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "derive/flink_fold.h"
#include "derive/flink_point.h"

namespace tidings::derive {

/// The points of one job, and the intervals that they make: a pure function of the set of points,
/// in whatever order they come. What has happened long ago is kept as what it means for later
/// points (FoldState), so that a job of any age is small: its intervals are sealed, and a point
/// that belongs among them is told to be late.
class FlinkJob {
 public:
  enum class Added : uint8_t {
    kNew,    ///< taken, also in place of what the point was before
    kKnown,  ///< already there
    kLate,   ///< not taken: it belongs before sealed intervals, so that all must be made anew
  };
  Added Add(const FlinkPoint& point);

  /// Takes out the points at hand whose id `is_gone`; false when there is none.
  bool Remove(const std::function<bool(const std::string& id)>& is_gone);

  /// The job tells of its subtasks, somewhere: its downtimes come from that alone.
  void ExpectSubtasks() { sealed_.has_subtasks = true; }
  /// Whether it does is to be seen: the word may have been one of those that are no more.
  void DoubtSubtasks() { sealed_.has_subtasks = false; }

  /// All intervals but the sealed ones.
  std::vector<DerivedInterval> Intervals() const;

  struct Sealed {
    /// Those that are sealed by this: the others go on in Intervals().
    std::vector<DerivedInterval> intervals;
    /// Of the points that were sealed by this, but for those without which all would be the same.
    std::vector<std::string> point_ids;
  };
  /// Seals the oldest points until `keep` are left, or no more than one millisecond's.
  Sealed Seal(size_t keep);

  /// Points that are not sealed.
  const std::vector<FlinkPoint>& points() const { return points_; }
  /// What the sealed points mean, and the time of the last of them.
  const FoldState& sealed() const { return sealed_; }
  int64_t sealed_until_ms() const { return sealed_until_ms_; }
  bool has_subtasks() const;

  /// As it was when it was saved; the points are sorted here.
  static FlinkJob Restore(
      FoldState sealed,
      int64_t sealed_until_ms,
      bool has_sealed_downtimes,
      std::vector<FlinkPoint> points
  );
  bool has_sealed_downtimes() const { return has_sealed_downtimes_; }

  friend bool operator==(const FlinkJob&, const FlinkJob&) = default;

 private:
  FoldState sealed_;
  int64_t sealed_until_ms_ = std::numeric_limits<int64_t>::min();
  /// Downtimes by status were sealed: they are wrong if the job tells of its subtasks after all.
  bool has_sealed_downtimes_ = false;
  /// Sorted.
  std::vector<FlinkPoint> points_;
};

}  // namespace tidings::derive
