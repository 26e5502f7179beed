#include "derive/interval_writer.h"

#include <memory>
#include <optional>
#include <set>
#include <utility>

#include <absl/base/thread_annotations.h>

#include "base/hash.h"
#include "base/mutex.h"
#include "derive/expired_points.h"
#include "derive/interval_report.h"

namespace tidings::derive {
namespace {

constexpr const char* kProtocol = "derive";

/// The one report of `batch` as an event, of which the hash is taken.
uint64_t HashOfLast(const ReportBatch& batch) {
  return ContentHash(ViewOf(batch.reports.back(), batch));
}

/// Of id and content; how often an event has changed does not count.
uint64_t WrittenHash(const EventView& event) {
  return Xxh3Low(event.id, ContentHash(event));
}

absl::Status CommitAndWait(EventStore& store, ReportBatch batch) {
  struct Outcome {
    Mutex mutex;
    std::optional<absl::Status> status ABSL_GUARDED_BY(mutex);
  };
  const auto outcome = std::make_shared<Outcome>();
  store.Commit(std::move(batch), [outcome](const absl::StatusOr<CommitResult>& result) {
    const MutexLock lock(outcome->mutex);
    outcome->status = result.status();
  });
  const MutexLock lock(outcome->mutex);
  outcome->mutex.Await([&outcome] {
    outcome->mutex.AssertHeld();
    return outcome->status.has_value();
  });
  return *outcome->status;
}

}  // namespace

void IntervalWriter::Clear() {
  batch_ = {};
  effects_.clear();
}

absl::Status IntervalWriter::Plan(
    std::string_view job_id,
    std::string_view job_name,
    const std::vector<DerivedInterval>& intervals,
    std::map<std::string, Shown>& shown,
    const std::function<bool(const std::string& id, const Shown& shown)>& is_meant
) {
  std::set<std::string> wanted;
  for (const DerivedInterval& interval : intervals) {
    wanted.insert(IdOf(job_id, interval));
    if (absl::Status status = PlanInterval(job_id, job_name, interval, shown); !status.ok()) {
      return status;
    }
  }
  for (const auto& [id, one] : shown) {
    if (wanted.contains(id) || !is_meant(id, one)) {
      continue;
    }
    if (absl::Status status = PlanWithdrawal(id, shown); !status.ok()) {
      return status;
    }
  }
  return absl::OkStatus();
}

absl::Status IntervalWriter::PlanInterval(
    std::string_view job_id,
    std::string_view job_name,
    const DerivedInterval& interval,
    std::map<std::string, Shown>& shown
) {
  ReportBatch draft;
  AppendReport({.id = job_id, .name = job_name}, interval, 0, draft);
  const std::string id(draft.reports.back().id);
  const Shown becomes{.start_ms = interval.draft.start_ms, .content = HashOfLast(draft)};
  const auto known = shown.find(id);
  if (known != shown.end() && known->second == becomes) {
    return absl::OkStatus();
  }
  const absl::StatusOr<std::optional<Event>> stored = store_.Get(id);
  if (!stored.ok()) {
    return stored.status();
  }
  effects_.push_back({.shown = &shown, .id = id, .becomes = becomes});
  if (!stored->has_value()) {
    AppendReport({.id = job_id, .name = job_name}, interval, 0, batch_);
    return absl::OkStatus();
  }
  const EventView& event = (*stored)->view();
  if (ContentHash(event) == becomes.content) {
    return absl::OkStatus();
  }
  if (IsDerivedInterval(event) && event.end == interval.end_ms.value_or(0)) {
    // The same interval, made of fewer points: those that are missing may have left the store.
    const absl::StatusOr<std::optional<Event>> first = store_.Get(interval.draft.first_point);
    if (!first.ok() || !first->has_value()) {
      return first.status();
    }
  }
  AppendReport({.id = job_id, .name = job_name}, interval, event.generation + 1, batch_);
  return absl::OkStatus();
}

absl::Status IntervalWriter::PlanWithdrawal(
    const std::string& id, std::map<std::string, Shown>& shown
) {
  const absl::StatusOr<std::optional<Event>> stored = store_.Get(id);
  if (!stored.ok()) {
    return stored.status();
  }
  effects_.push_back({.shown = &shown, .id = id, .becomes = std::nullopt});
  if (!stored->has_value() || (*stored)->view().withdrawn) {
    return absl::OkStatus();
  }
  const EventView& event = (*stored)->view();
  // Without its points it cannot be told to be wrong: they have left the store before it.
  const absl::StatusOr<bool> is_judged =
      IsDerivedInterval(event) ? HasFirstPoint(event, store_) : true;
  if (!is_judged.ok()) {
    return is_judged.status();
  }
  if (*is_judged) {
    AppendWithdrawal(id, event.generation + 1, batch_);
  }
  return absl::OkStatus();
}

bool IntervalWriter::HasWritten(const EventView& event) const {
  return !written_.empty() && written_.contains(WrittenHash(event));
}

absl::Status IntervalWriter::Commit() {
  ReportBatch batch = std::exchange(batch_, {});
  const std::vector<Effect> effects = std::exchange(effects_, {});
  if (!batch.reports.empty()) {
    batch.receipt.protocol = kProtocol;
    batch.receipt.received_at_ms = clock_.NowMs();
    for (const Report& report : batch.reports) {
      written_.insert(WrittenHash(ViewOf(report, batch)));
    }
    if (absl::Status status = CommitAndWait(store_, std::move(batch)); !status.ok()) {
      return status;
    }
  }
  for (const Effect& effect : effects) {
    if (effect.becomes) {
      effect.shown->insert_or_assign(effect.id, *effect.becomes);
    } else {
      effect.shown->erase(effect.id);
    }
  }
  return absl::OkStatus();
}

}  // namespace tidings::derive
