#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include <absl/base/thread_annotations.h>
#include <absl/status/status.h>

#include "base/mutex.h"
#include "store/embedded/database.h"
#include "store/event_store.h"

namespace tidings::embedded {

/// The snapshots that chains of pages are in: what compaction must keep killed rows for. Few,
/// bounded, kept over restarts.
///
/// Thread safety: safe.
/// Errors:        kFailedPrecondition - a cursor whose snapshot is not kept (any more).
class CursorRegistry {
 public:
  /// Above `max_snapshots` the one that ends first goes.
  CursorRegistry(Database& database, size_t max_snapshots)
      : database_(database), max_snapshots_(max_snapshots) {}

  /// Keeps a snapshot while a query reads it.
  class Pin {
   public:
    Pin() = default;
    Pin(CursorRegistry& registry, uint64_t sequence);
    Pin(Pin&& other) noexcept;
    Pin& operator=(Pin&& other) noexcept;
    Pin(const Pin&) = delete;
    Pin& operator=(const Pin&) = delete;
    ~Pin();

   private:
    CursorRegistry* registry_ = nullptr;
    uint64_t sequence_ = 0;
  };

  /// Refuses a cursor that is too old or whose snapshot is neither kept nor pinned; else pins it.
  absl::StatusOr<Pin> Use(const Cursor& cursor, int64_t now_ms);
  /// Keeps the cursor's snapshot until the cursor ends. The record may be lost where the disk
  /// fails: then the cursor does not survive a restart.
  void Register(const Cursor& cursor);

  /// All snapshots that are in use, ascending. Forgets those that ended.
  std::vector<uint64_t> InUse(int64_t now_ms);

  /// Takes over what the database holds.
  absl::Status Load();
  /// The greatest sequence of a snapshot.
  uint64_t last_sequence() const;

 private:
  void Unpin(uint64_t sequence);
  void ForgetEnded(int64_t now_ms) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  Database& database_;
  const size_t max_snapshots_;
  mutable Mutex mutex_;
  /// When each snapshot's last chain ends, ms.
  std::map<uint64_t, int64_t> ends_ms_ ABSL_GUARDED_BY(mutex_);
  std::map<uint64_t, uint32_t> pins_ ABSL_GUARDED_BY(mutex_);
  /// Records of snapshots that ended, deleted with the next one that is written.
  std::vector<uint64_t> ended_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace tidings::embedded
