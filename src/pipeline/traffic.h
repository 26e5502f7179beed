#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <absl/base/thread_annotations.h>

#include "base/clock.h"
#include "base/mutex.h"

namespace tidings {

/// What each protocol brought lately, for people who ask whether reports arrive.
///
/// Thread safety: safe. Memory: fixed per protocol.
class Traffic {
 public:
  explicit Traffic(const Clock& clock);

  void CountReports(const char* protocol, uint64_t reports);
  void NoteError(const char* protocol, std::string message);

  /// How the last two hours are told piece by piece.
  static constexpr size_t kColumns = 24;
  static constexpr std::chrono::minutes kColumnLength{5};

  struct OfProtocol {
    std::string protocol;
    uint64_t reports = 0;       ///< since the start
    double per_second_now = 0;  ///< over the last minute
    double per_second_2h = 0;   ///< over two hours, or since the start
    /// Reports of each kColumnLength, oldest first; the last one ends now.
    std::array<uint64_t, kColumns> columns{};
    std::optional<int64_t> last_report_ms;
    std::optional<int64_t> last_error_ms;
    std::string last_error;
  };
  /// By name of the protocol.
  std::vector<OfProtocol> Read() const;

 private:
  static constexpr int64_t kSlotSeconds = 10;
  static constexpr int64_t kSlotsOfAColumn =
      std::chrono::seconds(kColumnLength).count() / kSlotSeconds;
  static constexpr int64_t kSlots = kSlotsOfAColumn * int64_t{kColumns};
  static constexpr int64_t kSlotsOfAMinute = 60 / kSlotSeconds;

  struct Counts {
    OfProtocol totals;
    std::array<uint64_t, kSlots> slots{};
    /// The slot that was counted in last; those between it and now are stale.
    int64_t last_slot = 0;
  };

  int64_t SlotNow() const;
  static void Advance(Counts& counts, int64_t slot);
  /// Of `slots` slots, the last of which is `back` slots before the present one.
  static uint64_t SumOf(const Counts& counts, int64_t slots, int64_t back = 0);

  const Clock& clock_;
  const std::chrono::steady_clock::time_point started_;
  mutable Mutex mutex_;
  mutable std::map<std::string, Counts, std::less<>> protocols_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace tidings
