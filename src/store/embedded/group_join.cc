#include "store/embedded/group_join.h"

#include <bit>
#include <utility>

namespace tidings::embedded {

GroupJoin::GroupJoin(const StoreState& state, const BlockReader& reader, size_t reports)
    : state_(state), loader_(reader), slots_(std::bit_ceil(2 * reports + 1), kFree) {
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
    const ReportBatch& batch, std::span<ProbedId> probed, std::vector<Outcome>& outcomes
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

absl::StatusOr<std::optional<EventView>> GroupJoin::FindOld(GroupRow& row, const ProbedId& probed) {
  for (const RowCandidate& candidate : probed.candidates) {
    absl::StatusOr<EventView> old = loader_.Load(*candidate.block, candidate.row);
    const bool is_damaged = old.status().code() == absl::StatusCode::kDataLoss;
    if (!old.ok() && !is_damaged) {
      return old.status();
    }
    if (is_damaged || old->id == row.event.id) {
      row.old_block = candidate.block;
      row.old_row = candidate.row;
      return is_damaged ? absl::StatusOr<std::optional<EventView>>(old.status()) : *old;
    }
  }
  return std::nullopt;
}

absl::StatusOr<Outcome> GroupJoin::Begin(GroupRow& row, const EventView& report, ProbedId& probed) {
  row.hash = probed.hash;
  row.event = report;
  absl::StatusOr<std::optional<EventView>> old = FindOld(row, probed);
  if (old.ok() && !*old && !probed.candidates.empty()) {
    if (absl::Status status = state_.ProbeFurther(probed); !status.ok()) {
      return status;
    }
    old = FindOld(row, probed);
  }
  if (!old.ok() && row.old_block != nullptr) {
    row.event.incomplete = true;
    row.old_counts = {.events = 1, .open = 0};
    row.change = ++changes_;
    return Outcome::kJoined;
  }
  if (!old.ok()) {
    return old.status();
  }
  if (!*old) {
    row.change = ++changes_;
    return Outcome::kNew;
  }
  row.old_counts = CountsOf(**old);
  row.event = **old;
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
