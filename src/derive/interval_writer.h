#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <absl/container/flat_hash_set.h>
#include <absl/status/status.h>

#include "base/clock.h"
#include "derive/derive_state.h"
#include "derive/flink_fold.h"
#include "event/report.h"
#include "store/event_store.h"

namespace tidings::derive {

/// Makes the store show what a job's intervals are: what is new is reported, what has changed is
/// corrected, what was wrong is withdrawn. What the store has is asked before anything is written,
/// so that doing it again changes nothing.
///
/// Thread safety: one thread.
/// Lifetime:      borrows the store, the clock and the maps that are given to Plan, until Commit.
class IntervalWriter {
 public:
  IntervalWriter(EventStore& store, const Clock& clock) : store_(store), clock_(clock) {}

  /// Forgets what is planned.
  void Clear();

  /// Plans that of the events `shown` those for which `is_meant` become what `intervals` are.
  absl::Status Plan(
      std::string_view job_id,
      std::string_view job_name,
      const std::vector<DerivedInterval>& intervals,
      std::map<std::string, Shown>& shown,
      const std::function<bool(const std::string& id, const Shown& shown)>& is_meant
  );

  /// So much is planned that it should be committed.
  bool IsFull() const { return batch_.reports.size() >= kFullReports; }

  /// Makes all that is planned durable; then `shown` of every plan is as the store shows it. After
  /// an error everything planned is forgotten and nothing is known to have changed.
  absl::Status Commit();

  /// Whether the event is as it was written here, and not as somebody else has made it since.
  bool HasWritten(const EventView& event) const;
  /// Forgets what was written: the feed was read beyond it.
  void ForgetWritten() { written_.clear(); }

 private:
  static constexpr size_t kFullReports = 500;

  /// What becomes of one entry of a `shown` map by the commit.
  struct Effect {
    std::map<std::string, Shown>* shown = nullptr;
    std::string id;
    std::optional<Shown> becomes;
  };

  absl::Status PlanInterval(
      std::string_view job_id,
      std::string_view job_name,
      const DerivedInterval& interval,
      std::map<std::string, Shown>& shown
  );
  absl::Status PlanWithdrawal(const std::string& id, std::map<std::string, Shown>& shown);

  EventStore& store_;
  const Clock& clock_;
  ReportBatch batch_;
  std::vector<Effect> effects_;
  /// Of id and content.
  absl::flat_hash_set<uint64_t> written_;
};

}  // namespace tidings::derive
