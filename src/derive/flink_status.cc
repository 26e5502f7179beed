#include "derive/flink_status.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <tuple>

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

/// More orders than this of one millisecond's points are not tried.
constexpr size_t kMostTried = 6;

size_t RankOf(std::string_view status) {
  const auto found = std::find_if(kStatuses.begin(), kStatuses.end(), [&](const Status& known) {
    return known.name == status;
  });
  return static_cast<size_t>(found - kStatuses.begin());
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

size_t CountWrongSteps(
    std::string_view before, const std::vector<const FlinkPoint*>& points, size_t most
) {
  size_t wrong = 0;
  for (const FlinkPoint* point : points) {
    wrong += MayFollow(before, point->status) ? 0 : 1;
    before = point->status;
    if (wrong >= most) {
      break;
    }
  }
  return wrong;
}

bool IsRankedBefore(const FlinkPoint* a, const FlinkPoint* b) {
  const size_t rank_a = RankOf(a->status);
  const size_t rank_b = RankOf(b->status);
  return std::tie(rank_a, a->status, a->id) < std::tie(rank_b, b->status, b->id);
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

std::vector<const FlinkPoint*> OrderStatuses(
    std::string_view before, std::span<const FlinkPoint> points
) {
  std::vector<const FlinkPoint*> order;
  order.reserve(points.size());
  for (const FlinkPoint& point : points) {
    order.push_back(&point);
  }
  std::sort(order.begin(), order.end(), IsRankedBefore);
  if (order.size() < 2 || order.size() > kMostTried) {
    return order;
  }
  // Orders are tried by rank: the first with the fewest wrong steps is kept.
  std::vector<const FlinkPoint*> best = order;
  size_t fewest = points.size() + 1;
  do {
    const size_t wrong = CountWrongSteps(before, order, fewest);
    if (wrong < fewest) {
      fewest = wrong;
      best = order;
    }
  } while (fewest > 0 && std::next_permutation(order.begin(), order.end(), IsRankedBefore));
  return best;
}

}  // namespace tidings::derive
