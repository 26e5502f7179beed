#include "derive/flink_deriver.h"

#include <algorithm>
#include <array>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include <absl/container/flat_hash_set.h>
#include <absl/status/statusor.h>
#include <spdlog/spdlog.h>

#include "base/status.h"
#include "derive/expired_points.h"
#include "derive/interval_report.h"
#include "derive/names.h"
#include "event/interval.h"

namespace tidings::derive {
namespace {

using std::chrono::steady_clock;

constexpr size_t kFeedItems = 2000;
constexpr size_t kReplayEvents = 2000;
/// A job that never keeps still is shown after so many times the settling time.
constexpr int kMostSettlings = 5;
constexpr std::chrono::seconds kSaveEvery{10};
/// When nothing but the position has changed.
constexpr std::chrono::minutes kSavePositionEvery{5};
/// A job without news for that long is made as small as it gets, or forgotten.
constexpr std::chrono::hours kIdle{1};

constexpr auto kNames = [] {
  std::array<std::string_view, kPointNames.size() + kIntervalNames.size()> names;
  std::copy(kIntervalNames.begin(), kIntervalNames.end(), names.begin());
  std::copy(kPointNames.begin(), kPointNames.end(), names.begin() + kIntervalNames.size());
  return names;
}();

/// Whether the event may have been something else when the feed told of it before.
bool HasHistory(const EventView& event) {
  return event.generation > 0 || event.renamed || event.received_last != event.received_first;
}

/// Events of these names.
Expression Named(std::span<const std::string_view> names) {
  return OneOf(FilterField::kName, std::vector<std::string>(names.begin(), names.end()));
}

/// Of these names, and of the job.
Expression OfJob(std::string_view job_id, std::span<const std::string_view> names) {
  Expression where = Named(names);
  where.Require(ConditionOf(ParameterCondition{
      .key = std::string(kJobIdKey), .text = TextPattern::Exactly(job_id), .number = {}}));
  return where;
}

/// Whether a checkpoint has failed that later points may still make an interval of.
bool HasFailedCheckpoint(const FlinkJob& job) {
  return job.sealed().failures.has_value() ||
         std::any_of(job.points().begin(), job.points().end(), [](const FlinkPoint& point) {
           return point.kind == FlinkPoint::Kind::kCheckpoint && !point.is_good;
         });
}

/// Most points of most jobs: a checkpoint that succeeds, as the one before.
bool ChangesNothing(const FlinkJob& job, const FlinkPoint& point) {
  return point.kind == FlinkPoint::Kind::kCheckpoint && point.is_good && !HasFailedCheckpoint(job);
}

/// The latest point tells.
std::string JobName(const FlinkJob& job) {
  const auto& points = job.points();
  const auto named = std::find_if(points.rbegin(), points.rend(), [](const FlinkPoint& point) {
    return !point.job_name.empty();
  });
  return named != points.rend() ? named->job_name : job.sealed().job_name;
}

bool IsEverything(const std::string& /*id*/, const Shown& /*shown*/) {
  return true;
}

/// Forgets the events that will not change any more.
void KeepUnsealed(std::string_view id, JobState& job) {
  std::map<std::string, Shown> kept;
  for (const DerivedInterval& interval : job.job.Intervals()) {
    const auto shown = job.shown.find(IdOf(id, interval));
    if (shown != job.shown.end()) {
      kept.insert(*shown);
    }
  }
  job.shown = std::move(kept);
}

/// Seals the oldest points, and remembers what is sealed.
std::vector<DerivedInterval> SealPoints(std::string_view id, JobState& job, size_t keep) {
  FlinkJob::Sealed sealed = job.job.Seal(keep);
  for (const std::string& point_id : sealed.point_ids) {
    job.sealed_ids.Add(point_id);
  }
  for (const DerivedInterval& interval : sealed.intervals) {
    job.sealed_ids.Add(IdOf(id, interval));
  }
  return std::move(sealed.intervals);
}

}  // namespace

FlinkDeriver::FlinkDeriver(FlinkDeriverOptions options, EventStore& store, const Clock& clock)
    : options_(std::move(options)),
      store_(store),
      clock_(clock),
      writer_(store, clock),
      saved_(clock.Steady()),
      swept_(clock.Steady()) {}

absl::Status FlinkDeriver::Turn(const std::stop_token& stop) {
  if (!is_loaded_) {
    if (absl::Status status = Load(stop); !status.ok() || stop.stop_requested()) {
      return status;
    }
  }
  if (absl::Status status = ReadFeed(stop); !status.ok()) {
    return status;
  }
  if (absl::Status status = ShowSettled(stop); !status.ok()) {
    return status;
  }
  if (absl::Status status = ForgetIdle(); !status.ok()) {
    return status;
  }
  SaveIfDue();
  return absl::OkStatus();
}

absl::Status FlinkDeriver::Load(const std::stop_token& stop) {
  const uint64_t last = store_.LastSequence();
  absl::StatusOr<DeriveState> read = options_.state_path.empty()
                                         ? NotFound("nothing is kept")
                                         : ReadStateFile(options_.state_path);
  if (read.ok() && read->position <= last) {
    state_ = *std::move(read);
  } else {
    if (read.ok()) {
      spdlog::warn(
          "{}: is ahead of the store ({}, the store is at {}); intervals are made from the store",
          options_.state_path,
          read->position,
          last
      );
    } else if (read.status().code() != absl::StatusCode::kNotFound) {
      spdlog::warn("{}; intervals are made from the store", MessageOf(read.status()));
    }
    state_ = {.position = last, .jobs = {}};
    waiting_.clear();
    if (absl::Status status = Replay(std::nullopt, stop); !status.ok()) {
      return status;
    }
    has_news_ = true;
  }
  for (const auto& [id, job] : state_.jobs) {
    if (job.waiting) {
      waiting_.insert(id);
    }
  }
  position_ = state_.position;
  is_loaded_ = !stop.stop_requested();
  return absl::OkStatus();
}

absl::Status FlinkDeriver::ReadFeed(const std::stop_token& stop) {
  const uint64_t last = store_.LastSequence();
  while (state_.position < last && !stop.stop_requested()) {
    const absl::StatusOr<NamedFeed> feed = store_.ReadFeedOf(kNames, state_.position, kFeedItems);
    if (!feed.ok()) {
      return feed.status();
    }
    Changes changes;
    for (const FeedItem& item : feed->items) {
      Take(item, changes);
    }
    TakeAway(changes);
    state_.position = feed->read_to;
    position_ = state_.position;
  }
  if (!stop.stop_requested()) {
    writer_.ForgetWritten();
  }
  return absl::OkStatus();
}

void FlinkDeriver::Take(const FeedItem& item, Changes& changes) {
  const EventView& event = item.event.view();
  if (writer_.HasWritten(event)) {
    return;
  }
  std::string job_id;
  if (IsDerivedInterval(event)) {
    job_id = ParameterText(event, kJobIdKey);
    const auto found = state_.jobs.find(job_id);
    if (found != state_.jobs.end() && item.sequence > found->second.complete_to) {
      TakeDerived(event, found->second, job_id);
    }
  } else if (const std::optional<JobPoint> read = ReadPoint(event)) {
    job_id = read->job_id;
    if (item.sequence > state_.jobs[job_id].complete_to) {
      TakePoint(*read, event);
    }
  }
  if (HasHistory(event)) {
    const std::string id(event.id);
    changes[id] = {
        .sequence = item.sequence, .hash = IdSketch::HashOf(id), .job_id = std::move(job_id)};
  }
}

void FlinkDeriver::TakePoint(const JobPoint& read, const EventView& event) {
  has_news_ = true;
  JobState& job = state_.jobs[read.job_id];
  job.received_ms = std::max(job.received_ms, event.received_last);
  const size_t before = job.job.points().size();
  const FlinkJob::Added added = job.job.Add(read.point);
  // What is new among the latest may have been sealed before it was changed.
  const bool is_moved = HasHistory(event) && job.job.points().size() > before &&
                        job.sealed_ids.MayHave(read.point.id);
  if (added == FlinkJob::Added::kLate || is_moved) {
    job.is_stale = true;
    if (read.point.kind == FlinkPoint::Kind::kSubtasks) {
      job.job.ExpectSubtasks();
    }
  }
  const bool is_shown = added == FlinkJob::Added::kKnown || ChangesNothing(job.job, read.point);
  if (!is_shown || job.is_stale || job.job.points().size() > options_.most_points) {
    Wait(read.job_id, job, event.received_last);
  }
}

void FlinkDeriver::TakeDerived(const EventView& event, JobState& job, const std::string& job_id) {
  const Shown now{.start_ms = event.start, .content = ContentHash(event)};
  const auto shown = job.shown.find(std::string(event.id));
  if (shown != job.shown.end() && shown->second == now) {
    return;
  }
  if (shown == job.shown.end() && job.sealed_ids.MayHave(event.id)) {
    // It was right when it was sealed, and somebody else has changed it.
    job.is_stale = true;
  } else if (shown != job.shown.end() || event.start > job.job.sealed_until_ms()) {
    job.shown.insert_or_assign(std::string(event.id), now);
  } else {
    return;
  }
  Wait(job_id, job, event.received_last);
}

void FlinkDeriver::TakeAway(const Changes& changes) {
  if (changes.empty()) {
    return;
  }
  for (auto& [job_id, job] : state_.jobs) {
    const auto is_away = [&changes, &job_id, &job](const std::string& id) {
      const auto found = changes.find(id);
      return found != changes.end() && found->second.job_id != job_id &&
             found->second.sequence > job.complete_to;
    };
    bool is_changed = job.job.Remove(is_away);
    for (auto& [id, shown] : job.shown) {
      if (is_away(id)) {
        // As of a withdrawn event: whatever it is now, it is not what it was.
        shown.content = 0;
        is_changed = true;
      }
    }
    const bool is_sealed =
        std::any_of(changes.begin(), changes.end(), [&job, &is_away](const auto& change) {
          return job.sealed_ids.MayHave(change.second.hash) && is_away(change.first);
        });
    if (is_sealed) {
      job.is_stale = true;
      job.job.DoubtSubtasks();
    }
    if (is_changed || is_sealed) {
      Wait(job_id, job, clock_.NowMs());
    }
  }
}

void FlinkDeriver::Wait(const std::string& id, JobState& job, int64_t received_ms) {
  has_news_ = true;
  // The clock may have been set back since.
  const int64_t received = std::min(received_ms, clock_.NowMs());
  if (!job.waiting) {
    job.waiting = Waiting{.first_ms = received, .last_ms = received};
  }
  job.waiting->last_ms = std::max(job.waiting->last_ms, received);
  waiting_.insert(id);
}

bool FlinkDeriver::IsSettled(const JobState& job, int64_t now_ms) const {
  const int64_t settle = options_.settle.count();
  const int64_t quiet = now_ms - job.waiting->last_ms;
  const int64_t waited = now_ms - job.waiting->first_ms;
  // The clock was set back: nobody knows how long it has been quiet.
  return quiet >= settle || waited >= kMostSettlings * settle || quiet < 0;
}

absl::StatusOr<std::vector<std::string>> FlinkDeriver::TakeSettled(const std::stop_token& stop) {
  const int64_t now_ms = clock_.NowMs();
  std::vector<std::string> settled;
  for (const std::string& id : std::vector<std::string>(waiting_.begin(), waiting_.end())) {
    JobState& job = state_.jobs[id];
    if (!IsSettled(job, now_ms)) {
      continue;
    }
    if (job.is_stale) {
      if (absl::Status status = MakeAnew(id, stop); !status.ok()) {
        return status;
      }
    }
    if (stop.stop_requested()) {
      return std::vector<std::string>();
    }
    if (!job.is_stale) {
      settled.push_back(id);
    }
  }
  return settled;
}

absl::Status FlinkDeriver::ShowSettled(const std::stop_token& stop) {
  const absl::StatusOr<std::vector<std::string>> settled = TakeSettled(stop);
  if (!settled.ok()) {
    return settled.status();
  }
  writer_.Clear();
  std::vector<std::string> planned;
  for (const std::string& id : *settled) {
    JobState& job = state_.jobs[id];
    absl::Status status =
        writer_.Plan(id, JobName(job.job), job.job.Intervals(), job.shown, IsEverything);
    planned.push_back(id);
    if (status.ok() && writer_.IsFull()) {
      status = Show(std::exchange(planned, {}));
    }
    if (!status.ok()) {
      return status;
    }
  }
  return Show(planned);
}

absl::Status FlinkDeriver::Show(const std::vector<std::string>& jobs) {
  if (absl::Status status = writer_.Commit(); !status.ok()) {
    return status;
  }
  for (const std::string& id : jobs) {
    JobState& job = state_.jobs[id];
    job.waiting.reset();
    waiting_.erase(id);
    has_news_ = true;
    if (job.job.points().size() > options_.most_points) {
      // Everything that is sealed by this has just been shown.
      SealPoints(id, job, options_.points_after_sealing);
    }
    KeepUnsealed(id, job);
  }
  return absl::OkStatus();
}

absl::Status FlinkDeriver::MakeAnew(const std::string& id, const std::stop_token& stop) {
  const uint64_t last = store_.LastSequence();
  JobState& job = state_.jobs[id];
  JobState anew;
  anew.waiting = job.waiting;
  anew.received_ms = job.received_ms;
  // What somebody else has changed is not found any more, and looked at all the same.
  anew.shown = std::move(job.shown);
  if (job.job.has_subtasks()) {
    anew.job.ExpectSubtasks();
  }
  job = std::move(anew);
  const absl::Status status = Replay(id, stop);
  if (!status.ok() || stop.stop_requested()) {
    job.is_stale = true;
    return status;
  }
  job.complete_to = last;
  return absl::OkStatus();
}

absl::Status FlinkDeriver::Replay(
    std::optional<std::string_view> job_id, const std::stop_token& stop
) {
  EventQuery query;
  query.order = Order::kOldestFirst;
  query.limit = kReplayEvents;
  query.filter.where = job_id ? OfJob(*job_id, kNames) : Named(kNames);
  writer_.Clear();
  int64_t reached_ms = std::numeric_limits<int64_t>::min();
  while (!stop.stop_requested()) {
    absl::StatusOr<EventPage> page = store_.Query(query);
    if (page.status().code() == absl::StatusCode::kFailedPrecondition && query.cursor) {
      // A snapshot lives for minutes only. What is read twice is known already.
      query.cursor.reset();
      query.filter.window.from = reached_ms;
      continue;
    }
    if (!page.ok()) {
      return page.status();
    }
    for (const Event& event : page->events) {
      if (absl::Status status = TakeOfReplay(event.view()); !status.ok()) {
        return status;
      }
      reached_ms = std::max(reached_ms, OrderTime(event.view()));
    }
    if (!page->next) {
      break;
    }
    query.cursor = *std::move(page->next);
  }
  return absl::OkStatus();
}

absl::Status FlinkDeriver::TakeOfReplay(const EventView& event) {
  if (IsDerivedInterval(event)) {
    return TakeDerivedOfReplay(event);
  }
  const std::optional<JobPoint> read = ReadPoint(event);
  if (!read) {
    return absl::OkStatus();
  }
  JobState& job = state_.jobs[read->job_id];
  if (read->point.time_ms <= job.job.sealed_until_ms()) {
    return absl::OkStatus();
  }
  if (job.job.Add(read->point) == FlinkJob::Added::kLate) {
    // The job tells of its subtasks, after so many statuses: once more, with that in mind.
    job.job.ExpectSubtasks();
    job.is_stale = true;
  }
  job.received_ms = std::max(job.received_ms, event.received_last);
  Wait(read->job_id, job, event.received_last);
  return job.job.points().size() > options_.most_points ? SealInReplay(read->job_id)
                                                        : absl::OkStatus();
}

absl::Status FlinkDeriver::TakeDerivedOfReplay(const EventView& event) {
  const std::string id = ParameterText(event, kJobIdKey);
  JobState& job = state_.jobs[id];
  if (event.start <= job.job.sealed_until_ms()) {
    return absl::OkStatus();
  }
  job.shown.insert_or_assign(
      std::string(event.id), Shown{.start_ms = event.start, .content = ContentHash(event)}
  );
  Wait(id, job, event.received_last);
  const absl::StatusOr<std::vector<FlinkPoint>> expired = ExpiredPoints(event, store_);
  if (!expired.ok()) {
    return expired.status();
  }
  for (const FlinkPoint& point : *expired) {
    job.job.Add(point);
  }
  return absl::OkStatus();
}

absl::Status FlinkDeriver::SealInReplay(const std::string& id) {
  JobState& job = state_.jobs[id];
  const std::string name = JobName(job.job);
  const std::vector<DerivedInterval> sealed = SealPoints(id, job, options_.points_after_sealing);
  absl::flat_hash_set<std::string> open;
  for (const DerivedInterval& interval : job.job.Intervals()) {
    open.insert(IdOf(id, interval));
  }
  const auto is_sealed = [&open, &job](const std::string& shown_id, const Shown& shown) {
    return shown.start_ms <= job.job.sealed_until_ms() && !open.contains(shown_id);
  };
  absl::Status status = writer_.Plan(id, name, sealed, job.shown, is_sealed);
  if (status.ok()) {
    status = writer_.Commit();
  }
  std::erase_if(job.shown, [&is_sealed](const auto& shown) {
    return is_sealed(shown.first, shown.second);
  });
  return status;
}

absl::Status FlinkDeriver::ForgetIdle() {
  if (clock_.Steady() - swept_ < kIdle) {
    return absl::OkStatus();
  }
  swept_ = clock_.Steady();
  const int64_t idle_since =
      clock_.NowMs() - std::chrono::duration_cast<std::chrono::milliseconds>(kIdle).count();
  for (auto at = state_.jobs.begin(); at != state_.jobs.end();) {
    JobState& job = at->second;
    if (job.waiting || job.received_ms > idle_since) {
      ++at;
      continue;
    }
    has_news_ = true;
    SealPoints(at->first, job, 0);
    KeepUnsealed(at->first, job);
    const absl::StatusOr<bool> has_derived = HasDerived(at->first, job);
    if (!has_derived.ok()) {
      return has_derived.status();
    }
    at = *has_derived ? std::next(at) : state_.jobs.erase(at);
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> FlinkDeriver::HasDerived(const std::string& id, const JobState& job) const {
  for (const auto& [shown_id, shown] : job.shown) {
    const absl::StatusOr<std::optional<Event>> event = store_.Get(shown_id);
    if (!event.ok()) {
      return event.status();
    }
    if (event->has_value()) {
      return true;
    }
  }
  // A job that has no status; or one that has left the store.
  EventQuery query;
  query.limit = 1;
  query.wants_cursor = false;
  query.filter.where = OfJob(id, kIntervalNames);
  query.filter.where.Require(ConditionOf(DerivedCondition{}));
  const absl::StatusOr<EventPage> page = store_.Query(query);
  if (!page.ok()) {
    return page.status();
  }
  return !page->events.empty();
}

void FlinkDeriver::SaveIfDue() {
  const auto age = clock_.Steady() - saved_;
  const bool is_due = (has_news_ && age >= kSaveEvery) ||
                      (state_.position != saved_position_ && age >= kSavePositionEvery);
  if (!is_due) {
    return;
  }
  // Without it the next start takes longer, and comes to the same.
  if (const absl::Status status = Save(); !status.ok()) {
    spdlog::warn("{}; intervals are made all the same", MessageOf(status));
  }
}

absl::Status FlinkDeriver::Save() {
  if (options_.state_path.empty() || !is_loaded_) {
    return absl::OkStatus();
  }
  saved_ = clock_.Steady();
  if (absl::Status status = WriteStateFile(options_.state_path, state_); !status.ok()) {
    return status;
  }
  saved_position_ = state_.position;
  has_news_ = false;
  return absl::OkStatus();
}

}  // namespace tidings::derive
