// The commit path of the embedded store alone: batches of reports that are decoded already, joined,
// indexed and made durable, beside a floor of the same run: the same bytes appended to a file, with
// a sync per group. Prints one row per case, in Markdown.
//
//   commit_bench [EVENTS] [DIRECTORY]      default 4000000; in a new folder below /tmp

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <string>
#include <unistd.h>
#include <vector>

#include "base/clock.h"
#include "base/status.h"
#include "event_source.h"
#include "measure.h"
#include "store/embedded/embedded_store.h"

namespace tidings::bench {
namespace {

void PrintRow(const char* name, double reports, double seconds, double cpu, const char* rest) {
  std::printf(
      "| %-40s | %9.0f | %5.2f | %s |\n", name, reports / seconds, cpu / reports * 1e6, rest
  );
  std::fflush(stdout);
}

void MeasureFloor(size_t events, const std::filesystem::path& file, const EventSource& source) {
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
    const EventSource& source,
    const std::vector<Part>& parts
) {
  constexpr size_t kWindow = 100 * kBatch;
  const SystemClock clock;
  auto store = EmbeddedStore::Open({.directory = directory}, clock);
  if (!store.ok()) {
    Die(store.status());
  }
  CommitClient client(**store);
  const auto began = std::chrono::steady_clock::now();
  const double cpu = CpuSeconds();
  for (size_t window = 0; window < events; window += kWindow) {
    for (const Part part : parts) {
      for (size_t at = window; at < std::min(window + kWindow, events); at += kBatch) {
        client.Commit(source.Make(at, std::min(kBatch, events - at), part));
      }
    }
  }
  const std::vector<double> latencies_ms = client.FinishLatenciesMs();
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
  const EventSource source;
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
  const tidings::bench::TemporaryFolder folder(argc > 2 ? argv[2] : "/tmp");
  return tidings::bench::Main(events, folder.path());
}
