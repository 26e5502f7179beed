#include "store/embedded/group_join.h"

#include <bit>
#include <utility>

namespace tidings::embedded {

GroupJoin::GroupJoin(const BlockReader& reader, size_t reports)
    : loader_(reader), slots_(std::bit_ceil(2 * reports + 1), kFree) {
  rows_.reserve(reports);
}

uint32_t& GroupJoin::SlotOf(std::string_view id, uint64_t hash) {
  const size_t mask = slots_.size() - 1;
  size_t slot = hash & mask;
  while (slots_[slot] != kFree) {
    const GroupRow& row = rows_[slots_[slot]];
    if (row.hash == hash && row.event.id == id) {
      break;
    }
    slot = (slot + 1) & mask;
  }
  return slots_[slot];
}

absl::Status GroupJoin::Add(
    const ReportBatch& batch, std::span<const ProbedId> probed, std::vector<Outcome>& outcomes
) {
  outcomes.reserve(batch.reports.size());
  for (size_t i = 0; i < batch.reports.size(); ++i) {
    const EventView report = ViewOf(batch.reports[i], batch);
    uint32_t& slot = SlotOf(report.id, probed[i].hash);
    if (slot != kFree) {
      outcomes.push_back(JoinInto(rows_[slot], report));
      continue;
    }
    slot = static_cast<uint32_t>(rows_.size());
    rows_.emplace_back();
    const absl::StatusOr<Outcome> outcome = Begin(rows_.back(), report, probed[i]);
    if (!outcome.ok()) {
      return outcome.status();
    }
    outcomes.push_back(*outcome);
  }
  return absl::OkStatus();
}

absl::StatusOr<Outcome> GroupJoin::Begin(
    GroupRow& row, const EventView& report, const ProbedId& probed
) {
  row.hash = probed.hash;
  row.event = report;
  if (probed.block == nullptr) {
    row.change = ++changes_;
    return Outcome::kNew;
  }
  absl::StatusOr<EventView> old = loader_.Load(*probed.block, probed.row);
  const bool is_damaged = old.status().code() == absl::StatusCode::kDataLoss;
  if (!old.ok() && !is_damaged) {
    return old.status();
  }
  if (old.ok() && old->id != report.id) {
    row.change = ++changes_;
    return Outcome::kNew;
  }
  row.old_block = probed.block;
  row.old_row = probed.row;
  if (is_damaged) {
    row.event.incomplete = true;
    row.old_counts = {.events = 1, .open = 0};
    row.change = ++changes_;
    return Outcome::kJoined;
  }
  row.old_counts = CountsOf(*old);
  row.event = *old;
  return JoinInto(row, report);
}

Outcome GroupJoin::JoinInto(GroupRow& row, const EventView& report) {
  const JoinResult joined = Join(row.event, report, arena_);
  if (joined.outcome == Outcome::kJoined) {
    row.event = joined.event;
    row.change = ++changes_;
  }
  return joined.outcome;
}

}  // namespace tidings::embedded
