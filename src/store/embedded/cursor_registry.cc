#include "store/embedded/cursor_registry.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/status.h"
#include "store/embedded/bytes.h"

namespace tidings::embedded {
namespace {

/// Ends are rounded up to this, so that a snapshot that many chains begin in is written rarely.
constexpr int64_t kEndGranularityMs = 60'000;

int64_t LifetimeMs() {
  return absl::ToInt64Milliseconds(kCursorLifetime);
}

std::string EncodeEnd(uint64_t sequence, int64_t end_ms) {
  std::string value = BeginSealed();
  ByteWriter(value).Signed(end_ms);
  Seal(value, ValueKind::kCursor, sequence);
  return value;
}

}  // namespace

CursorRegistry::Pin::Pin(CursorRegistry& registry, uint64_t sequence)
    : registry_(&registry), sequence_(sequence) {
  const MutexLock lock(registry.mutex_);
  ++registry.pins_[sequence];
}

CursorRegistry::Pin::Pin(Pin&& other) noexcept
    : registry_(std::exchange(other.registry_, nullptr)), sequence_(other.sequence_) {}

CursorRegistry::Pin& CursorRegistry::Pin::operator=(Pin&& other) noexcept {
  std::swap(registry_, other.registry_);
  std::swap(sequence_, other.sequence_);
  return *this;
}

CursorRegistry::Pin::~Pin() {
  if (registry_ != nullptr) {
    registry_->Unpin(sequence_);
  }
}

void CursorRegistry::Unpin(uint64_t sequence) {
  const MutexLock lock(mutex_);
  const auto pin = pins_.find(sequence);
  if (--pin->second == 0) {
    pins_.erase(pin);
  }
}

absl::StatusOr<CursorRegistry::Pin> CursorRegistry::Use(const Cursor& cursor, int64_t now_ms) {
  if (now_ms - cursor.created_ms > LifetimeMs()) {
    return FailedPrecondition(
        "the cursor is older than {} minutes; start again from the first page",
        absl::ToInt64Minutes(kCursorLifetime)
    );
  }
  Pin pin(*this, cursor.sequence);
  const MutexLock lock(mutex_);
  const bool is_pinned_by_another = pins_.at(cursor.sequence) > 1;
  if (!is_pinned_by_another && !ends_ms_.contains(cursor.sequence)) {
    return FailedPrecondition(
        "the cursor's snapshot ({}) is not kept any more (of too many, the oldest go, or it is "
        "another store's); start again from the first page",
        cursor.sequence
    );
  }
  return pin;
}

void CursorRegistry::Register(const Cursor& cursor) {
  const int64_t end_ms = (cursor.created_ms + LifetimeMs() + kEndGranularityMs) /
                         kEndGranularityMs * kEndGranularityMs;
  std::vector<uint64_t> ended;
  {
    const MutexLock lock(mutex_);
    int64_t& known = ends_ms_[cursor.sequence];
    if (known >= end_ms) {
      return;
    }
    known = end_ms;
    if (ends_ms_.size() > max_snapshots_) {
      const auto first =
          std::min_element(ends_ms_.begin(), ends_ms_.end(), [](const auto& a, const auto& b) {
            return a.second < b.second;
          });
      ended_.push_back(first->first);
      ends_ms_.erase(first);
    }
    ended.swap(ended_);
  }
  const std::string value = EncodeEnd(cursor.sequence, end_ms);
  WriteBatch batch("cursor");
  for (const uint64_t sequence : ended) {
    batch.Delete(Space::kRecords, RecordKey(RecordKind::kCursor, sequence));
  }
  batch.Put(Space::kRecords, RecordKey(RecordKind::kCursor, cursor.sequence), value);
  database_.Write(batch).IgnoreError();
}

void CursorRegistry::ForgetEnded(int64_t now_ms) {
  for (auto at = ends_ms_.begin(); at != ends_ms_.end();) {
    if (at->second >= now_ms) {
      ++at;
      continue;
    }
    ended_.push_back(at->first);
    at = ends_ms_.erase(at);
  }
}

std::vector<uint64_t> CursorRegistry::InUse(int64_t now_ms) {
  const MutexLock lock(mutex_);
  ForgetEnded(now_ms);
  std::vector<uint64_t> sequences;
  sequences.reserve(ends_ms_.size() + pins_.size());
  for (const auto& [sequence, end_ms] : ends_ms_) {
    sequences.push_back(sequence);
  }
  for (const auto& [sequence, count] : pins_) {
    sequences.push_back(sequence);
  }
  std::sort(sequences.begin(), sequences.end());
  sequences.erase(std::unique(sequences.begin(), sequences.end()), sequences.end());
  return sequences;
}

absl::Status CursorRegistry::Load() {
  std::map<uint64_t, int64_t> ends_ms;
  absl::Status status = database_.ForEachRecord(
      RecordKind::kCursor,
      [&ends_ms](uint64_t sequence, std::string_view value) -> absl::Status {
        const absl::StatusOr<std::string_view> payload =
            Unseal(value, ValueKind::kCursor, sequence);
        if (!payload.ok()) {
          return DataLoss("the record of cursor {}: {}", sequence, MessageOf(payload.status()));
        }
        ends_ms[sequence] = ByteReader(*payload).Signed();
        return absl::OkStatus();
      }
  );
  if (!status.ok()) {
    return status;
  }
  const MutexLock lock(mutex_);
  // What could not be written while the disk failed is still known here.
  ends_ms_.merge(ends_ms);
  return absl::OkStatus();
}

uint64_t CursorRegistry::last_sequence() const {
  const MutexLock lock(mutex_);
  return ends_ms_.empty() ? 0 : ends_ms_.rbegin()->first;
}

}  // namespace tidings::embedded
