#include "store/memory/memory_store.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "base/status.h"
#include "event/interval.h"
#include "store/event_counter.h"
#include "store/lane_counter.h"

namespace tidings {
namespace {

int64_t CursorLifetimeMs() {
  return absl::ToInt64Milliseconds(kCursorLifetime);
}

using Place = std::pair<int64_t, std::string_view>;

Place PlaceOf(const EventView& event) {
  return {OrderTime(event), event.id};
}

/// Whether `a` stands before `b` in the order.
bool IsBefore(Order order, const Place& a, const Place& b) {
  return order == Order::kOldestFirst ? a < b : b < a;
}

absl::Status CheckQuery(const EventQuery& query) {
  if (query.limit == 0) {
    return InvalidArgument("limit: is 0, expected at least 1");
  }
  if (query.offset != 0 && query.cursor) {
    return InvalidArgument("offset: is {} beside a cursor, expected one of both", query.offset);
  }
  const TimeWindow& window = query.filter.window;
  if (window.from > window.to) {
    return InvalidArgument("from: is {}, after to, {}", window.from, window.to);
  }
  return absl::OkStatus();
}

/// All is in memory: there is time for that, but not where nobody waits.
absl::Status CheckAbandoned(const Patience& patience) {
  return patience.abandoned.stop_requested()
             ? absl::CancelledError("nobody waits for the answer any more")
             : absl::OkStatus();
}

/// Sorts and skips what stands on earlier pages.
void Arrange(const EventQuery& query, std::vector<const Event*>& events) {
  const auto before = [&query](const Event* a, const Event* b) {
    return IsBefore(query.order, PlaceOf(a->view()), PlaceOf(b->view()));
  };
  std::sort(events.begin(), events.end(), before);
  auto first = events.begin();
  if (query.cursor) {
    const Place position(query.cursor->position_time, query.cursor->position_id);
    first = std::find_if(events.begin(), events.end(), [&](const Event* event) {
      return IsBefore(query.order, position, PlaceOf(event->view()));
    });
  } else {
    first += static_cast<ptrdiff_t>(std::min(query.offset, events.size()));
  }
  events.erase(events.begin(), first);
}

/// Copies as many events as the page may hold, at least one.
std::vector<Event> Fill(const EventQuery& query, const std::vector<const Event*>& events) {
  std::vector<Event> page;
  size_t bytes = 0;
  for (const Event* event : events) {
    bytes += event->bytes();
    if (page.size() == query.limit || (bytes > query.page_bytes && !page.empty())) {
      break;
    }
    page.emplace_back(event->view());
  }
  return page;
}

/// Events by their places in a list.
class SelectedEvents final : public LaneRows {
 public:
  explicit SelectedEvents(const std::vector<const Event*>& events) : events_(events) {}

  absl::StatusOr<std::string> IdOf(uint64_t row) override {
    return std::string(events_[row]->view().id);
  }
  absl::StatusOr<Event> Load(uint64_t row) override { return Event(events_[row]->view()); }

 private:
  const std::vector<const Event*>& events_;
};

absl::Status CountLane(
    const LanesQuery& query, const EventView& event, uint64_t row, LaneCounter& counter
) {
  std::vector<std::string> values;
  values.reserve(query.group.size());
  for (const FacetField& field : query.group) {
    values.push_back(ValueOf(event, field));
  }
  const std::vector<std::string_view> key(values.begin(), values.end());
  const std::optional<uint32_t> lane = counter.LaneOf(key);
  if (!lane) {
    return absl::OkStatus();
  }
  if (counter.WantsSpans(1)) {
    counter.AddSpan(*lane, row);
  }
  const LaneCounter::Row place = {.time_ms = OrderTime(event), .number = row};
  const TypeCounts one = {.events = 1, .errors = event.type == EventType::kError ? 1U : 0U};
  return counter.Add(
      *lane, counter.BucketOf(place.time_ms), {.counts = one, .first = place, .last = place}
  );
}

}  // namespace

void MemoryStore::Commit(ReportBatch batch, CommitDone done) {
  absl::StatusOr<CommitResult> result;
  {
    const MutexLock lock(mutex_);
    if (stopped_) {
      result = Unavailable("the store is stopped: nothing of this batch was taken");
    } else {
      result = JoinAll(batch);
    }
  }
  done(std::move(result));
}

CommitResult MemoryStore::JoinAll(const ReportBatch& batch) {
  CommitResult result;
  Arena arena;
  for (const Report& report : batch.reports) {
    result.outcomes.push_back(JoinOne(ViewOf(report, batch), arena));
  }
  return result;
}

Outcome MemoryStore::JoinOne(const EventView& report, Arena& arena) {
  History& history = histories_[std::string(report.id)];
  if (history.empty()) {
    AddVersion(history, report);
    return Outcome::kNew;
  }
  const JoinResult joined = Join(history.back()->event.view(), report, arena);
  if (joined.outcome == Outcome::kJoined) {
    AddVersion(history, joined.event);
  }
  return joined.outcome;
}

void MemoryStore::AddVersion(History& history, const EventView& event) {
  const uint64_t sequence = ++last_sequence_;
  auto version = std::make_unique<Version>(Version{.event = Event(event), .born = sequence});
  if (!history.empty()) {
    live_.erase(history.back()->born);
    history.back()->killed = sequence;
  }
  live_.emplace(sequence, version.get());
  history.push_back(std::move(version));
  Prune(history);
}

void MemoryStore::Prune(History& history) {
  ForgetOldCursors();
  const auto is_unseen = [this](const std::unique_ptr<Version>& version) {
    mutex_.AssertHeld();
    const auto cursor = cursor_ends_ms_.lower_bound(version->born);
    const auto held = held_.lower_bound(version->born);
    return version->killed != kLive &&
           (cursor == cursor_ends_ms_.end() || cursor->first >= version->killed) &&
           (held == held_.end() || *held >= version->killed);
  };
  history.erase(std::remove_if(history.begin(), history.end(), is_unseen), history.end());
}

absl::StatusOr<std::optional<Event>> MemoryStore::Get(std::string_view id) const {
  const MutexLock lock(mutex_);
  const auto found = histories_.find(std::string(id));
  if (found == histories_.end()) {
    return std::optional<Event>();
  }
  return Event(found->second.back()->event.view());
}

const Event* MemoryStore::SeenBy(const History& history, uint64_t sequence) {
  for (const std::unique_ptr<Version>& version : history) {
    if (version->born <= sequence && sequence < version->killed) {
      return &version->event;
    }
  }
  return nullptr;
}

absl::Status MemoryStore::CheckCursor(const Cursor& cursor) const {
  if (clock_.NowMs() - cursor.created_ms > CursorLifetimeMs()) {
    return FailedPrecondition(
        "the cursor is older than {} minutes; start again from the first page",
        absl::ToInt64Minutes(kCursorLifetime)
    );
  }
  if (!cursor_ends_ms_.contains(cursor.sequence) && !held_.contains(cursor.sequence)) {
    return FailedPrecondition(
        "the cursor's snapshot ({}) is not kept here (made by another store, or before a restart); "
        "start again from the first page",
        cursor.sequence
    );
  }
  return absl::OkStatus();
}

void MemoryStore::ForgetOldCursors() const {
  const int64_t now_ms = clock_.NowMs();
  std::erase_if(cursor_ends_ms_, [now_ms](const auto& entry) { return entry.second < now_ms; });
}

Cursor MemoryStore::PresentSnapshot() const {
  const int64_t now_ms = clock_.NowMs();
  return {.sequence = last_sequence_, .now_ms = now_ms, .created_ms = now_ms, .position_id = {}};
}

absl::StatusOr<Cursor> MemoryStore::SnapshotOf(const std::optional<Cursor>& cursor) const {
  if (!cursor) {
    return PresentSnapshot();
  }
  absl::Status status = CheckCursor(*cursor);
  return status.ok() ? absl::StatusOr<Cursor>(*cursor) : status;
}

void MemoryStore::Keep(const Cursor& cursor) const {
  int64_t& end_ms = cursor_ends_ms_[cursor.sequence];
  end_ms = std::max(end_ms, cursor.created_ms + CursorLifetimeMs());
}

std::vector<const Event*> MemoryStore::Select(
    const Filter& filter, uint64_t sequence, int64_t now_ms
) const {
  std::vector<const Event*> events;
  for (const auto& [id, history] : histories_) {
    const Event* const event = SeenBy(history, sequence);
    if (event != nullptr && Matches(filter, event->view(), now_ms)) {
      events.push_back(event);
    }
  }
  return events;
}

absl::StatusOr<EventPage> MemoryStore::Query(const EventQuery& query) const {
  if (absl::Status status = CheckQuery(query); !status.ok()) {
    return status;
  }
  if (absl::Status status = CheckAbandoned(query.patience); !status.ok()) {
    return status;
  }
  const MutexLock lock(mutex_);
  absl::StatusOr<Cursor> snapshot = SnapshotOf(query.cursor);
  if (!snapshot.ok()) {
    return snapshot.status();
  }
  Cursor& cursor = *snapshot;

  EventPage page;
  page.now_ms = cursor.now_ms;
  std::vector<const Event*> events = Select(query.filter, cursor.sequence, cursor.now_ms);
  Arrange(query, events);
  page.events = Fill(query, events);
  if (!query.wants_cursor || page.events.size() == events.size()) {
    return page;
  }
  std::tie(cursor.position_time, cursor.position_id) = PlaceOf(page.events.back().view());
  Keep(cursor);
  page.next = std::move(cursor);
  return page;
}

absl::StatusOr<AggregateResult> MemoryStore::Aggregate(const AggregateQuery& query) const {
  if (absl::Status status = CheckAggregateQuery(query); !status.ok()) {
    return status;
  }
  if (absl::Status status = CheckAbandoned(query.patience); !status.ok()) {
    return status;
  }
  const MutexLock lock(mutex_);
  const int64_t now_ms = query.now_ms.value_or(clock_.NowMs());
  EventCounter counter(query, now_ms);
  for (const Event* const event : Select(query.filter, last_sequence_, now_ms)) {
    counter.Add(event->view());
  }
  return counter.Finish();
}

absl::StatusOr<LanesPage> MemoryStore::Lanes(const LanesQuery& query) const {
  if (absl::Status status = CheckLanesQuery(query); !status.ok()) {
    return status;
  }
  const MutexLock lock(mutex_);
  absl::StatusOr<Cursor> snapshot = SnapshotOf(query.cursor);
  if (!snapshot.ok()) {
    return snapshot.status();
  }
  Cursor& cursor = *snapshot;
  const std::vector<const Event*> events = Select(query.filter, cursor.sequence, query.now_ms);
  SelectedEvents rows(events);
  LaneCounter counter(query, rows);
  for (uint64_t row = 0; row < events.size(); ++row) {
    if (absl::Status status = CheckAbandoned(query.patience); !status.ok()) {
      return status;
    }
    if (absl::Status status = CountLane(query, events[row]->view(), row, counter); !status.ok()) {
      return status;
    }
  }
  absl::StatusOr<LanesPage> page = counter.Finish();
  if (page.ok() && page->next) {
    cursor.position_time = page->next->position_time;
    Keep(cursor);
    page->next = std::move(cursor);
  }
  return page;
}

absl::StatusOr<ScanEnd> MemoryStore::Scan(const ScanQuery& query, const ScanVisitor& visit) const {
  const MutexLock lock(mutex_);
  const absl::StatusOr<Cursor> snapshot = SnapshotOf(query.cursor);
  if (!snapshot.ok()) {
    return snapshot.status();
  }
  for (const Event* event : Select(query.filter, snapshot->sequence, query.now_ms)) {
    if (absl::Status status = CheckAbandoned(query.patience); !status.ok()) {
      return status;
    }
    if (!visit(event->view())) {
      break;
    }
  }
  return ScanEnd();
}

HeldSnapshot MemoryStore::Hold() const {
  const MutexLock lock(mutex_);
  const Cursor cursor = PresentSnapshot();
  const auto let_go = [this, held = held_.insert(cursor.sequence)](const void*) {
    const MutexLock later(mutex_);
    held_.erase(held);
  };
  return {.cursor = cursor, .hold = std::shared_ptr<const void>(this, let_go)};
}

uint64_t MemoryStore::LastSequence() const {
  const MutexLock lock(mutex_);
  return last_sequence_;
}

absl::StatusOr<std::vector<FeedItem>> MemoryStore::ReadFeed(uint64_t after, size_t limit) const {
  const MutexLock lock(mutex_);
  std::vector<FeedItem> items;
  for (auto at = live_.upper_bound(after); at != live_.end() && items.size() < limit; ++at) {
    items.push_back({.sequence = at->first, .event = Event(at->second->event.view())});
  }
  return items;
}

absl::StatusOr<std::vector<ServiceLayers>> MemoryStore::Services(std::string_view service) const {
  const MutexLock lock(mutex_);
  std::map<std::string_view, std::set<std::string_view>> layers;
  for (const auto& [sequence, version] : live_) {
    const EventView& event = version->event.view();
    const std::string_view name = event.text[TextField::kService];
    const bool asked = service.empty() ? !name.empty() : name == service;
    if (asked && !event.withdrawn) {
      layers[name].insert(ShownValue(event, FilterField::kLayer));
    }
  }
  std::vector<ServiceLayers> services;
  services.reserve(layers.size());
  for (const auto& [name, names] : layers) {
    services.push_back({.service = std::string(name), .layers = {names.begin(), names.end()}});
  }
  return services;
}

StoreStats MemoryStore::Stats() const {
  const MutexLock lock(mutex_);
  StoreStats stats;
  stats.last_sequence = last_sequence_;
  for (const auto& [sequence, version] : live_) {
    const EventView& event = version->event.view();
    if (event.withdrawn) {
      continue;
    }
    const int64_t time_ms = OrderTime(event);
    ++stats.events;
    stats.open_events += StateOf(event) == State::kOpen ? 1 : 0;
    stats.oldest_ms = std::min(stats.oldest_ms.value_or(time_ms), time_ms);
    stats.newest_ms = std::max(stats.newest_ms.value_or(time_ms), time_ms);
  }
  return stats;
}

void MemoryStore::Stop() {
  const MutexLock lock(mutex_);
  stopped_ = true;
}

}  // namespace tidings
