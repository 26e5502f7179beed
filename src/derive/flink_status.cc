#include "derive/flink_status.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <tuple>
#include <vector>

namespace tidings::derive {
namespace {

struct Status {
  std::string_view name;
  /// What may follow, each name between spaces.
  std::string_view next;
};

/// By rank. What Flink documents, and what it was seen to send.
constexpr auto kStatuses = std::to_array<Status>(
    {{"INITIALIZING", " RECONCILING CREATED RUNNING FAILING CANCELLING CANCELED FAILED SUSPENDED "},
     {"RECONCILING", " CREATED RUNNING FAILING CANCELLING RESTARTING FINISHED FAILED SUSPENDED "},
     {"CREATED", " RUNNING FAILING CANCELLING RESTARTING CANCELED FAILED SUSPENDED "},
     {kRunning, " FAILING CANCELLING RESTARTING FINISHED SUSPENDED "},
     {kFailing, " CANCELLING RESTARTING FAILED SUSPENDED "},
     {kCancelling, " FAILING CANCELED FAILED FINISHED SUSPENDED "},
     {kRestarting, " CREATED RUNNING FAILING CANCELLING FAILED CANCELED SUSPENDED "},
     {kFinished, " "},
     {kCanceled, " "},
     {kFailed, " "},
     {kSuspended, " INITIALIZING RECONCILING CREATED RUNNING RESTARTING "}}
);

/// What is known of more ways to go on is not kept: a few MiB, some ms.
constexpr size_t kMostWays = size_t{1} << 20;

size_t RankOf(std::string_view status) {
  const auto found = std::find_if(kStatuses.begin(), kStatuses.end(), [&](const Status& known) {
    return known.name == status;
  });
  return static_cast<size_t>(found - kStatuses.begin());
}

bool IsRankedBefore(const FlinkPoint* a, const FlinkPoint* b) {
  const size_t rank_a = RankOf(a->status);
  const size_t rank_b = RankOf(b->status);
  return std::tie(rank_a, a->status, a->id) < std::tie(rank_b, b->status, b->id);
}

/// The points of one millisecond that have one status, by id.
using Alike = std::vector<const FlinkPoint*>;

/// By rank.
std::vector<Alike> GroupByStatus(std::span<const FlinkPoint> points) {
  std::vector<const FlinkPoint*> sorted;
  sorted.reserve(points.size());
  for (const FlinkPoint& point : points) {
    sorted.push_back(&point);
  }
  std::sort(sorted.begin(), sorted.end(), IsRankedBefore);
  std::vector<Alike> groups;
  for (const FlinkPoint* const point : sorted) {
    if (groups.empty() || groups.back().front()->status != point->status) {
      groups.emplace_back();
    }
    groups.back().push_back(point);
  }
  return groups;
}

/// All ways to go on: how many of each status are left, and which came last. A way with more left
/// is judged by those with one less, so that each is looked at once.
class Ways {
 public:
  explicit Ways(const std::vector<Alike>& groups) : groups_(groups) {
    for (const Alike& group : groups) {
      strides_.push_back(rests_);
      // How far beyond what is kept does not matter.
      rests_ = std::min(rests_ * (group.size() + 1), kMostWays + 1);
    }
  }

  bool AreTooMany() const { return rests_ * groups_.size() > kMostWays; }

  /// The order with the fewest wrong steps, of several the first by rank.
  std::vector<const FlinkPoint*> BestOrder(std::string_view before) {
    FindFewest();
    std::vector<const FlinkPoint*> order;
    for (size_t rest = rests_ - 1; rest > 0;) {
      const size_t next = BestStep(rest, [&](size_t group) {
                            return !MayFollow(before, groups_[group].front()->status);
                          }).next;
      const Alike& group = groups_[next];
      order.push_back(group[group.size() - Left(rest, next)]);
      before = order.back()->status;
      rest -= strides_[next];
    }
    return order;
  }

 private:
  struct Step {
    size_t next = 0;
    uint32_t wrong = std::numeric_limits<uint32_t>::max();
  };

  /// How many of a group are in `rest`.
  size_t Left(size_t rest, size_t group) const {
    return rest / strides_[group] % (groups_[group].size() + 1);
  }

  /// The first of the best; something is left.
  template <typename IsWrong>
  Step BestStep(size_t rest, const IsWrong& is_wrong) const {
    Step best;
    for (size_t next = 0; next < groups_.size(); ++next) {
      if (Left(rest, next) == 0) {
        continue;
      }
      const uint32_t wrong =
          fewest_[(rest - strides_[next]) * groups_.size() + next] + (is_wrong(next) ? 1 : 0);
      if (wrong < best.wrong) {
        best = {.next = next, .wrong = wrong};
      }
    }
    return best;
  }

  void FindFewest() {
    const size_t size = groups_.size();
    std::vector<bool> is_wrong;
    for (const Alike& before : groups_) {
      for (const Alike& next : groups_) {
        is_wrong.push_back(!MayFollow(before.front()->status, next.front()->status));
      }
    }
    fewest_.assign(rests_ * size, 0);
    for (size_t rest = 1; rest < rests_; ++rest) {
      for (size_t last = 0; last < size; ++last) {
        const Step step = BestStep(rest, [&](size_t next) { return is_wrong[last * size + next]; });
        fewest_[rest * size + last] = step.wrong;
      }
    }
  }

  const std::vector<Alike>& groups_;
  /// What is left is one number: of each group how many, times its stride.
  std::vector<size_t> strides_;
  size_t rests_ = 1;
  /// Wrong steps to come, by what is left, then by which came last.
  std::vector<uint32_t> fewest_;
};

/// Where there are too many ways: each step is one that Flink knows, if there is such; what ends a
/// job comes last, and what most is left of comes first.
std::vector<const FlinkPoint*> OrderStepByStep(
    std::string_view before, const std::vector<Alike>& groups
) {
  std::vector<size_t> taken(groups.size());
  const auto left = [&](size_t group) { return groups[group].size() - taken[group]; };
  const auto merit = [&](size_t group) {
    const std::string_view status = groups[group].front()->status;
    return std::tuple(left(group) > 0, MayFollow(before, status), !IsTerminal(status), left(group));
  };
  std::vector<const FlinkPoint*> order;
  while (true) {
    size_t best = 0;
    for (size_t group = 1; group < groups.size(); ++group) {
      best = merit(group) > merit(best) ? group : best;
    }
    if (left(best) == 0) {
      return order;
    }
    order.push_back(groups[best][taken[best]++]);
    before = order.back()->status;
  }
}

}  // namespace

bool IsTerminal(std::string_view status) {
  return status == kFinished || status == kCanceled || status == kFailed || status == kSuspended;
}

bool IsErrorStatus(std::string_view status) {
  return status == kFailing || status == kFailed || status == kRestarting;
}

bool IsWantedEnd(std::string_view status) {
  return status == kCancelling || status == kCanceled || status == kFinished;
}

bool MayFollow(std::string_view before, std::string_view status) {
  if (before == status) {
    return false;
  }
  const size_t rank = RankOf(before);
  if (before.empty() || rank == kStatuses.size() || RankOf(status) == kStatuses.size()) {
    return true;
  }
  const std::string_view next = kStatuses[rank].next;
  for (size_t at = next.find(status); at != std::string_view::npos;
       at = next.find(status, at + 1)) {
    if (next[at - 1] == ' ' && next[at + status.size()] == ' ') {
      return true;
    }
  }
  return false;
}

std::vector<const FlinkPoint*> OrderStatuses(
    std::string_view before, std::span<const FlinkPoint> points
) {
  if (points.empty()) {
    return {};
  }
  const std::vector<Alike> groups = GroupByStatus(points);
  Ways ways(groups);
  return ways.AreTooMany() ? OrderStepByStep(before, groups) : ways.BestOrder(before);
}

}  // namespace tidings::derive
