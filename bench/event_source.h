#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include <absl/base/thread_annotations.h>
#include <absl/status/status.h>

#include "base/mutex.h"
#include "event/report.h"
#include "load/dataset.h"
#include "store/event_store.h"

/// What the benchmarks of the store share: the data set as decoded batches, and a client.
namespace tidings::bench {

/// Tells what went wrong, and ends the program.
[[noreturn]] void Die(const absl::Status& status);

/// Of the whole process.
double CpuSeconds();

inline constexpr size_t kBatch = 1000;
/// As many as 4 clients with 2 batches each.
inline constexpr size_t kBatchesInFlight = 8;

enum class Part : uint8_t { kWhole, kStart, kEnd };

/// Batches of a data set without end: a pool of events, each time with another id and later times.
class EventSource {
 public:
  EventSource();

  ReportBatch Make(uint64_t first, size_t count, Part part) const;
  /// A random UUID that `index` decides.
  static std::string_view IdOf(uint64_t index, Arena& arena);

 private:
  void Fill(uint64_t index, Part part, Report& report, ReportBatch& batch) const;

  std::vector<load::DatasetEvent> pool_;
};

/// Keeps a number of commits in flight, and the time that each took.
class CommitClient {
 public:
  explicit CommitClient(EventStore& store) : store_(store) {}

  void Commit(ReportBatch batch);
  /// Waits for all; ascending.
  std::vector<double> FinishLatenciesMs();
  /// Those since the last call; waits for nothing.
  std::vector<double> TakeLatenciesMs();

 private:
  bool HasRoom() const { return in_flight_ < kBatchesInFlight; }
  bool IsIdle() const { return in_flight_ == 0; }

  EventStore& store_;
  Mutex mutex_;
  size_t in_flight_ = 0;
  std::vector<double> latencies_ms_;
};

}  // namespace tidings::bench
