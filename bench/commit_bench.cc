// The commit path of the embedded store alone: batches of reports that are decoded already, joined,
// indexed and made durable, beside a floor of the same run: the same bytes appended to a file, with
// a sync per group. Prints one row per case, in Markdown.
//
//   commit_bench [EVENTS] [DIRECTORY]      default 4000000, a new folder below /tmp

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

#include <sys/resource.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/mutex.h"
#include "base/status.h"
#include "load/dataset.h"
#include "store/embedded/embedded_store.h"

namespace tidings::bench {
namespace {

using load::Dataset;
using load::DatasetEvent;

constexpr size_t kPool = 100'000;
constexpr size_t kBatch = 1000;
/// As many as 4 clients with 2 batches each.
constexpr size_t kBatchesInFlight = 8;

[[noreturn]] void Die(const absl::Status& status) {
  std::fprintf(stderr, "commit_bench: %s\n", std::string(MessageOf(status)).c_str());
  std::exit(1);
}

double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

enum class Part { kWhole, kStart, kEnd };

/// Batches of a data set without end: a pool of events, each time with another id and later times.
class Source {
 public:
  Source() {
    const Dataset dataset{.size = kPool};
    for (uint64_t i = 0; i < kPool; ++i) {
      pool_.push_back(dataset.At(i));
    }
  }

  ReportBatch Make(uint64_t first, size_t count, Part part) const {
    ReportBatch batch;
    batch.receipt = {.protocol = "bench", .received_at_ms = SystemClock().NowMs()};
    batch.reports.resize(count);
    for (size_t i = 0; i < count; ++i) {
      Fill(first + i, part, batch.reports[i], batch);
    }
    return batch;
  }

 private:
  /// The id is a random UUID that `index` decides.
  static std::string_view IdOf(uint64_t index, Arena& arena) {
    std::string hex = Xxh3({reinterpret_cast<const char*>(&index), sizeof(index)}).ToHex();
    for (const size_t dash : {8U, 13U, 18U, 23U}) {
      hex.insert(dash, 1, '-');
    }
    return arena.Copy(hex);
  }

  void Fill(uint64_t index, Part part, Report& report, ReportBatch& batch) const {
    const DatasetEvent& event = pool_[index % kPool];
    const auto lap_ms = static_cast<int64_t>(index / kPool) * 86'400'000;
    report.id = IdOf(index, batch.arena);
    report.end = part == Part::kStart ? 0 : event.end_ms + lap_ms;
    if (part == Part::kEnd) {
      return;
    }
    report.start = event.start_ms + lap_ms;
    report.text[TextField::kService] = event.service;
    report.text[TextField::kInstance] = event.instance;
    report.text[TextField::kLayer] = "K8S";
    report.text[TextField::kName] = event.name;
    report.text[TextField::kMessage] = event.message;
    report.type = event.is_error ? EventType::kError : EventType::kNormal;
    report.first_parameter = static_cast<uint32_t>(batch.parameters.size());
    report.parameter_count = static_cast<uint32_t>(event.parameters.size());
    for (const auto& [key, value] : event.parameters) {
      batch.parameters.push_back({.key = key, .value = value, .clock = ClockOf(report)});
    }
    std::sort(
        batch.parameters.end() - report.parameter_count,
        batch.parameters.end(),
        [](const Parameter& a, const Parameter& b) { return a.key < b.key; }
    );
  }

  std::vector<DatasetEvent> pool_;
};

/// Keeps a number of commits in flight, and the time that each took.
class Client {
 public:
  explicit Client(EventStore& store) : store_(store) {}

  void Commit(ReportBatch batch) {
    {
      const MutexLock lock(mutex_);
      mutex_.Await([this] { return HasRoom(); });
      ++in_flight_;
    }
    const auto began = std::chrono::steady_clock::now();
    store_.Commit(std::move(batch), [this, began](absl::StatusOr<CommitResult> result) {
      if (!result.ok()) {
        Die(result.status());
      }
      const MutexLock lock(mutex_);
      --in_flight_;
      latencies_ms_.push_back(
          std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began)
              .count()
      );
    });
  }

  std::vector<double> Finish() {
    const MutexLock lock(mutex_);
    mutex_.Await([this] { return IsIdle(); });
    std::sort(latencies_ms_.begin(), latencies_ms_.end());
    return latencies_ms_;
  }

 private:
  bool HasRoom() const { return in_flight_ < kBatchesInFlight; }
  bool IsIdle() const { return in_flight_ == 0; }

  EventStore& store_;
  Mutex mutex_;
  size_t in_flight_ = 0;
  std::vector<double> latencies_ms_;
};

void PrintRow(const char* name, double reports, double seconds, double cpu, const char* rest) {
  std::printf(
      "| %-40s | %9.0f | %5.2f | %s |\n", name, reports / seconds, cpu / reports * 1e6, rest
  );
  std::fflush(stdout);
}

void MeasureFloor(size_t events, const std::filesystem::path& file, const Source& source) {
  const ReportBatch batch = source.Make(0, kBatch, Part::kWhole);
  size_t bytes = 0;
  for (const Report& report : batch.reports) {
    bytes += Event(ViewOf(report, batch)).bytes() - sizeof(Event);
  }
  const std::string group(bytes * kBatchesInFlight, 'x');
  const int fd = open(file.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
  const auto began = std::chrono::steady_clock::now();
  const double cpu = CpuSeconds();
  for (size_t at = 0; at < events; at += kBatch * kBatchesInFlight) {
    if (write(fd, group.data(), group.size()) != static_cast<ssize_t>(group.size()) ||
        fdatasync(fd) != 0) {
      Die(Unavailable("cannot write {}", file.string()));
    }
  }
  close(fd);
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  PrintRow(
      "floor: append + fdatasync per 8,000",
      static_cast<double>(events),
      seconds,
      CpuSeconds() - cpu,
      "-"
  );
}

/// Commits `parts` of every event, those of one window of events after each other.
void Measure(
    const char* name,
    size_t events,
    const std::string& directory,
    const Source& source,
    const std::vector<Part>& parts
) {
  constexpr size_t kWindow = 100 * kBatch;
  const SystemClock clock;
  auto store = EmbeddedStore::Open({.directory = directory}, clock);
  if (!store.ok()) {
    Die(store.status());
  }
  Client client(**store);
  const auto began = std::chrono::steady_clock::now();
  const double cpu = CpuSeconds();
  for (size_t window = 0; window < events; window += kWindow) {
    for (const Part part : parts) {
      for (size_t at = window; at < std::min(window + kWindow, events); at += kBatch) {
        client.Commit(source.Make(at, std::min(kBatch, events - at), part));
      }
    }
  }
  const std::vector<double> latencies_ms = client.Finish();
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  const double used = CpuSeconds() - cpu;
  const size_t blocks = (*store)->Stats().blocks;
  if (absl::Status status = (*store)->CompactNow(); !status.ok()) {
    Die(status);
  }
  const double drained =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  const StoreStats stats = (*store)->Stats();
  if (stats.events != events) {
    Die(Internal("{} events were committed, {} are stored", events, stats.events));
  }
  const auto reports = static_cast<double>(events * parts.size());
  const std::string rest = fmt::format(
      "{:.0f} | {:.1f} / {:.1f} / {:.1f} | {} | {:.0f}",
      reports / drained,
      latencies_ms[latencies_ms.size() / 2],
      latencies_ms[latencies_ms.size() * 99 / 100],
      latencies_ms.back(),
      blocks,
      static_cast<double>(stats.bytes) / static_cast<double>(events)
  );
  PrintRow(name, reports, seconds, used, rest.c_str());
  store->reset();
  const auto opened = std::chrono::steady_clock::now();
  store = EmbeddedStore::Open({.directory = directory}, clock);
  if (!store.ok()) {
    Die(store.status());
  }
  std::printf(
      "| %-40s | %.2f s for %zu events |\n",
      "opened again",
      std::chrono::duration<double>(std::chrono::steady_clock::now() - opened).count(),
      static_cast<size_t>((*store)->Stats().events)
  );
}

int Main(size_t events, const std::filesystem::path& directory) {
  const Source source;
  std::printf(
      "| %zu events, client in the same process | reports/s | CPU us/report | drained reports/s | "
      "commit p50 / p99 / max ms | blocks before draining | bytes/event after |\n"
      "| --- | --- | --- | --- | --- | --- | --- |\n",
      events
  );
  MeasureFloor(events, directory / "floor", source);
  Measure(
      "one-shot, batches of 1,000, 8 in flight",
      events,
      (directory / "one-shot").string(),
      source,
      {Part::kWhole}
  );
  Measure(
      "start, then end, batches of 1,000",
      events / 2,
      (directory / "start-end").string(),
      source,
      {Part::kStart, Part::kEnd}
  );
  return 0;
}

}  // namespace
}  // namespace tidings::bench

int main(int argc, char** argv) {
  const size_t events = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 4'000'000;
  char pattern[] = "/tmp/tidings-bench-XXXXXX";
  const std::filesystem::path directory = argc > 2 ? argv[2] : mkdtemp(pattern);
  std::filesystem::create_directories(directory);
  const int result = tidings::bench::Main(events, directory);
  std::filesystem::remove_all(directory);
  return result;
}
