#include "pipeline/traffic.h"

#include <algorithm>
#include <utility>

namespace tidings {

Traffic::Traffic(const Clock& clock) : clock_(clock), started_(clock.Steady()) {}

int64_t Traffic::SlotNow() const {
  return std::chrono::duration_cast<std::chrono::seconds>(clock_.Steady() - started_).count() /
         kSlotSeconds;
}

/// Empties the slots that time has passed over.
void Traffic::Advance(Counts& counts, int64_t slot) {
  const int64_t passed = std::min(slot - counts.last_slot, kSlots);
  for (int64_t i = 0; i < passed; ++i) {
    counts.slots[static_cast<size_t>((slot - i) % kSlots)] = 0;
  }
  counts.last_slot = slot;
}

uint64_t Traffic::SumOf(const Counts& counts, int64_t slots, int64_t back) {
  uint64_t sum = 0;
  for (int64_t i = back; i < back + slots && i <= counts.last_slot; ++i) {
    sum += counts.slots[static_cast<size_t>((counts.last_slot - i) % kSlots)];
  }
  return sum;
}

void Traffic::CountReports(const char* protocol, uint64_t reports) {
  const int64_t slot = SlotNow();
  const int64_t now_ms = clock_.NowMs();
  MutexLock lock(mutex_);
  Counts& counts = protocols_[protocol];
  Advance(counts, slot);
  counts.slots[static_cast<size_t>(slot % kSlots)] += reports;
  counts.totals.reports += reports;
  counts.totals.last_report_ms = now_ms;
}

void Traffic::NoteError(const char* protocol, std::string message) {
  const int64_t now_ms = clock_.NowMs();
  MutexLock lock(mutex_);
  OfProtocol& totals = protocols_[protocol].totals;
  totals.last_error_ms = now_ms;
  totals.last_error = std::move(message);
}

std::vector<Traffic::OfProtocol> Traffic::Read() const {
  const int64_t slot = SlotNow();
  const auto up_seconds = std::max<int64_t>(
      1, std::chrono::duration_cast<std::chrono::seconds>(clock_.Steady() - started_).count()
  );
  std::vector<OfProtocol> all;
  MutexLock lock(mutex_);
  for (auto& [protocol, counts] : protocols_) {
    Advance(counts, slot);
    OfProtocol& told = all.emplace_back(counts.totals);
    told.protocol = protocol;
    told.per_second_now = static_cast<double>(SumOf(counts, kSlotsOfAMinute)) /
                          static_cast<double>(std::min<int64_t>(up_seconds, 60));
    told.per_second_2h = static_cast<double>(SumOf(counts, kSlots)) /
                         static_cast<double>(std::min<int64_t>(up_seconds, kSlots * kSlotSeconds));
    for (size_t i = 0; i < kColumns; ++i) {
      const auto later = static_cast<int64_t>(kColumns - 1 - i);
      told.columns[i] = SumOf(counts, kSlotsOfAColumn, later * kSlotsOfAColumn);
    }
  }
  return all;
}

}  // namespace tidings
