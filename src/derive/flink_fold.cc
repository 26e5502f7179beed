#include "derive/flink_fold.h"

#include <algorithm>
#include <array>
#include <utility>

#include "derive/flink_status.h"

namespace tidings::derive {
namespace {

using Intervals = std::vector<DerivedInterval>;
using Kind = FlinkPoint::Kind;

/// One failed checkpoint is no news: they come and go.
constexpr int64_t kLeastFailures = 2;

Draft Begin(const FlinkPoint& point) {
  return {
      .start_ms = point.time_ms,
      .first_point = point.id,
      .last_point = point.id,
      .points = point.weight,
      .labels = {}};
}

void Count(Draft& draft, const FlinkPoint& point) {
  draft.last_point = point.id;
  draft.points += point.weight;
}

void AddLabels(Labels& labels, const Labels& later) {
  for (const auto& [key, value] : later) {
    labels.insert_or_assign(key, value);
  }
}

/// The interval ends with this point.
void Close(
    IntervalKind kind, std::optional<Draft>& draft, const FlinkPoint& point, Intervals& closed
) {
  Count(*draft, point);
  closed.push_back({.kind = kind, .draft = *std::exchange(draft, {}), .end_ms = point.time_ms});
}

/// The downtimes that a state has, with their kinds.
struct Downtime {
  IntervalKind kind;
  std::optional<Draft>* draft;
};
std::array<Downtime, 2> DowntimesOf(FoldState& state) {
  return {
      {{IntervalKind::kDowntime, &state.downtime},
       {IntervalKind::kStatusDowntime, &state.status_downtime}}};
}

std::string_view StatusOf(const FoldState& state) {
  return state.status ? std::string_view(state.status->status) : std::string_view();
}

void EndFailures(FoldState& state, const FlinkPoint& point, Intervals& closed) {
  if (state.failures && state.failures->failures >= kLeastFailures) {
    Close(IntervalKind::kCheckpointFailures, state.failures, point, closed);
  }
  state.failures.reset();
}

void FoldCheckpoint(FoldState& state, const FlinkPoint& point, Intervals& closed) {
  if (point.is_good) {
    EndFailures(state, point, closed);
    return;
  }
  // Flink gives up what was under way when a job ends, and tells of it afterwards.
  if (IsTerminal(StatusOf(state))) {
    return;
  }
  if (state.failures) {
    Count(*state.failures, point);
  } else {
    state.failures = Begin(point);
  }
  state.failures->failures += point.weight;
}

void FoldFailure(FoldState& state, const FlinkPoint& point) {
  for (std::optional<Draft>* draft :
       {&state.downtime, &state.status_downtime, &state.failures, &state.status}) {
    const bool is_over = draft == &state.status && IsTerminal(StatusOf(state));
    if (*draft && !is_over) {
      AddLabels((*draft)->labels, point.labels);
    }
  }
  AddLabels(state.pending_labels, point.labels);
}

void BeginDowntime(const FoldState& state, const FlinkPoint& point, std::optional<Draft>& draft) {
  draft = Begin(point);
  draft->labels = state.pending_labels;
  draft->restarts = StatusOf(state) == kRestarting ? 1 : 0;
}

void FoldSubtasks(FoldState& state, const FlinkPoint& point, Intervals& closed) {
  state.has_subtasks = true;
  state.all_running = point.is_good;
  if (point.is_good) {
    state.pending_labels.clear();
    if (state.downtime) {
      Close(IntervalKind::kDowntime, state.downtime, point, closed);
    }
    return;
  }
  if (state.downtime) {
    Count(*state.downtime, point);
  } else if (!IsWantedEnd(StatusOf(state)) && StatusOf(state) != kFailed) {
    BeginDowntime(state, point, state.downtime);
  }
}

/// What a new status means for downtimes: those that were wanted are none.
void FoldIntoDowntimes(FoldState& state, const FlinkPoint& point, Intervals& closed) {
  for (const auto& [kind, draft] : DowntimesOf(state)) {
    if (!*draft) {
      continue;
    }
    if (IsWantedEnd(point.status)) {
      draft->reset();
    } else if (point.status == kFailed) {
      Close(kind, *draft, point, closed);
    } else if (point.status == kRestarting) {
      ++(*draft)->restarts;
    }
  }
  if (point.status == kRunning && state.status_downtime) {
    Close(IntervalKind::kStatusDowntime, state.status_downtime, point, closed);
  } else if (state.status_downtime && IsErrorStatus(point.status)) {
    Count(*state.status_downtime, point);
  }
}

/// The job enters a status that it was not in.
void EnterStatus(FoldState& state, const FlinkPoint& point, Intervals& closed) {
  if (state.status && IsTerminal(state.status->status)) {
    const int64_t instant = state.status->start_ms;
    closed.push_back(
        {.kind = IntervalKind::kJobStatus, .draft = *std::move(state.status), .end_ms = instant}
    );
  } else if (state.status) {
    Close(IntervalKind::kJobStatus, state.status, point, closed);
  }
  state.status = Begin(point);
  state.status->status = point.status;
}

void FoldStatus(FoldState& state, const FlinkPoint& point, Intervals& closed) {
  FoldIntoDowntimes(state, point, closed);
  if (StatusOf(state) == point.status) {
    Count(*state.status, point);
  } else {
    EnterStatus(state, point, closed);
  }
  const bool fails = point.status == kFailing || point.status == kRestarting;
  if (point.status == kRestarting) {
    ++state.status->restarts;
    if (state.failures) {
      ++state.failures->restarts;
    }
  }
  if (fails && !state.status_downtime) {
    BeginDowntime(state, point, state.status_downtime);
  }
  if (!fails) {
    state.pending_labels.clear();
  }
  if (IsTerminal(point.status)) {
    EndFailures(state, point, closed);
  }
}

/// Words on subtasks in the order in which they must have come: none follows itself.
std::vector<const FlinkPoint*> OrderSubtasks(
    std::optional<bool> before, std::span<const FlinkPoint> points
) {
  std::vector<const FlinkPoint*> down;
  std::vector<const FlinkPoint*> up;
  for (const FlinkPoint& point : points) {
    (point.is_good ? up : down).push_back(&point);
  }
  std::vector<const FlinkPoint*> order;
  bool wants_up = before.has_value() && !*before;
  for (size_t next_up = 0, next_down = 0; order.size() < points.size();) {
    const bool takes_up = next_down == down.size() || (wants_up && next_up < up.size());
    order.push_back(takes_up ? up[next_up++] : down[next_down++]);
    wants_up = !takes_up;
  }
  return order;
}

using Points = std::span<const FlinkPoint* const>;

/// Statuses and words on subtasks of one millisecond, each in its own order. All run only once the
/// job does: such a word comes behind the RUNNING that it needs; the last one, which goes on to
/// hold, behind the last.
void FoldTogether(FoldState& state, Points words, Points statuses, Intervals& closed) {
  const auto take_first = [&](size_t count) {
    for (const FlinkPoint* const status : statuses.first(count)) {
      FoldStatus(state, *status, closed);
    }
    statuses = statuses.subspan(count);
  };
  const auto is_running = [](const FlinkPoint* status) { return status->status == kRunning; };
  for (const FlinkPoint* const word : words) {
    if (word->is_good && word == words.back()) {
      const auto last = std::find_if(statuses.rbegin(), statuses.rend(), is_running);
      take_first(static_cast<size_t>(statuses.rend() - last));
    } else if (word->is_good) {
      const auto first = std::find_if(statuses.begin(), statuses.end(), is_running);
      take_first(first == statuses.end() ? 0 : static_cast<size_t>(first - statuses.begin()) + 1);
    }
    FoldSubtasks(state, *word, closed);
  }
  take_first(statuses.size());
}

}  // namespace

void Fold(
    FoldState& state, std::span<const FlinkPoint> points, std::vector<DerivedInterval>& closed
) {
  const auto of_kind = [&points](Kind kind) {
    const auto is_it = [kind](const FlinkPoint& point) { return point.kind == kind; };
    const auto first = std::find_if(points.begin(), points.end(), is_it);
    return std::span<const FlinkPoint>(first, std::find_if_not(first, points.end(), is_it));
  };
  for (const FlinkPoint& point : points) {
    if (!point.job_name.empty()) {
      state.job_name = point.job_name;
    }
  }
  for (const FlinkPoint& point : of_kind(Kind::kCheckpoint)) {
    FoldCheckpoint(state, point, closed);
  }
  for (const FlinkPoint& point : of_kind(Kind::kFailure)) {
    FoldFailure(state, point);
  }
  FoldTogether(
      state,
      OrderSubtasks(state.all_running, of_kind(Kind::kSubtasks)),
      OrderStatuses(StatusOf(state), of_kind(Kind::kStatus)),
      closed
  );
}

void AppendOpen(const FoldState& state, std::vector<DerivedInterval>& intervals) {
  if (state.status) {
    const bool is_over = IsTerminal(state.status->status);
    intervals.push_back(
        {.kind = IntervalKind::kJobStatus,
         .draft = *state.status,
         .end_ms = is_over ? std::optional<int64_t>(state.status->start_ms) : std::nullopt}
    );
  }
  if (state.downtime) {
    intervals.push_back({.kind = IntervalKind::kDowntime, .draft = *state.downtime, .end_ms = {}});
  }
  if (state.status_downtime) {
    intervals.push_back(
        {.kind = IntervalKind::kStatusDowntime, .draft = *state.status_downtime, .end_ms = {}}
    );
  }
  if (state.failures && state.failures->failures >= kLeastFailures) {
    intervals.push_back(
        {.kind = IntervalKind::kCheckpointFailures, .draft = *state.failures, .end_ms = {}}
    );
  }
}

}  // namespace tidings::derive
