#include "server/server_metrics.h"

#include <cstdint>
#include <dirent.h>
#include <fstream>
#include <string>
#include <unistd.h>
#include <utility>

#include <sys/resource.h>

#include "base/version.h"

namespace tidings {
namespace {

using prometheus::MetricFamily;
using prometheus::MetricType;

MetricFamily Single(const char* name, const char* help, MetricType type, double value) {
  MetricFamily family;
  family.name = name;
  family.help = help;
  family.type = type;
  prometheus::ClientMetric metric;
  if (type == MetricType::Counter) {
    metric.counter.value = value;
  } else {
    metric.gauge.value = value;
  }
  family.metric.push_back(std::move(metric));
  return family;
}

MetricFamily Gauge(const char* name, const char* help, double value) {
  return Single(name, help, MetricType::Gauge, value);
}

MetricFamily Counter(const char* name, const char* help, double value) {
  return Single(name, help, MetricType::Counter, value);
}

double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

struct MemoryBytes {
  double virtual_size = 0;
  double resident = 0;
};

/// /proc/self/statm: pages in all, pages resident.
MemoryBytes ReadMemory() {
  std::ifstream statm("/proc/self/statm");
  MemoryBytes memory;
  statm >> memory.virtual_size >> memory.resident;
  const auto page = static_cast<double>(sysconf(_SC_PAGESIZE));
  return {memory.virtual_size * page, memory.resident * page};
}

double CountOpenFiles() {
  DIR* const directory = opendir("/proc/self/fd");
  if (directory == nullptr) {
    return 0;
  }
  double count = -3;  // `.`, `..` and the one just opened.
  // readdir is safe here: the stream is this function's own.
  while (readdir(directory) != nullptr) {  // NOLINT(concurrency-mt-unsafe)
    ++count;
  }
  closedir(directory);
  return count;
}

double MaxOpenFiles() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  return static_cast<double>(limit.rlim_cur);
}

/// Of all readers; empty without any.
std::vector<MetricFamily> FeedLags(const std::vector<FeedReader>& readers) {
  MetricFamily family;
  family.name = "tidings_feed_lag";
  family.help = "Committed changes that a reader of the feed has not looked at yet.";
  family.type = MetricType::Gauge;
  for (const FeedReader& reader : readers) {
    prometheus::ClientMetric& metric = family.metric.emplace_back();
    metric.label.push_back({"reader", reader.name});
    metric.gauge.value = static_cast<double>(reader.lag());
  }
  return readers.empty() ? std::vector<MetricFamily>() : std::vector<MetricFamily>{family};
}

MetricFamily BuildInfo() {
  MetricFamily family = Gauge("tidings_build_info", "1, with the version as a label.", 1);
  family.metric[0].label.push_back({"version", kVersion});
  return family;
}

std::vector<MetricFamily> OfStore(const StoreStats& stats) {
  return {
      Gauge("tidings_events", "Events that queries can find.", static_cast<double>(stats.events)),
      Gauge(
          "tidings_open_events",
          "Events with a start and no end.",
          static_cast<double>(stats.open_events)
      ),
      Gauge("tidings_store_bytes", "Size of the store on disk.", static_cast<double>(stats.bytes)),
      Gauge(
          "tidings_store_blocks",
          "Blocks that the store consists of.",
          static_cast<double>(stats.blocks)
      ),
      Gauge(
          "tidings_store_recent_ids",
          "Ids in memory, of rows that are not compacted yet.",
          static_cast<double>(stats.recent_ids)
      ),
      Gauge(
          "tidings_store_id_runs",
          "Files that hold the ids of compacted rows.",
          static_cast<double>(stats.id_runs)
      ),
      Counter(
          "tidings_expired_events_total",
          "Events that left because their retention was over.",
          static_cast<double>(stats.expired_events)
      ),
      Counter(
          "tidings_expired_open_events_total",
          "Those of them that were still open.",
          static_cast<double>(stats.expired_open_events)
      ),
      Counter(
          "tidings_feed_sequence_total",
          "Changes that were committed.",
          static_cast<double>(stats.last_sequence)
      ),
      Counter(
          "tidings_compaction_runs_total",
          "Compactions that were finished.",
          static_cast<double>(stats.compactions)
      ),
      Counter(
          "tidings_compaction_rows_total",
          "Rows that compactions wrote.",
          static_cast<double>(stats.compacted_rows)
      )};
}

std::vector<MetricFamily> OfProcess(double start_time_seconds) {
  const MemoryBytes memory = ReadMemory();
  return {
      Counter("process_cpu_seconds_total", "User and system CPU time spent.", CpuSeconds()),
      Gauge(
          "process_start_time_seconds",
          "When the process started, since the epoch.",
          start_time_seconds
      ),
      Gauge("process_resident_memory_bytes", "Resident memory.", memory.resident),
      Gauge("process_virtual_memory_bytes", "Virtual memory.", memory.virtual_size),
      Gauge("process_open_fds", "Open file descriptors.", CountOpenFiles()),
      Gauge("process_max_fds", "The limit of open file descriptors.", MaxOpenFiles())};
}

}  // namespace

ServerMetrics::ServerMetrics(
    const prometheus::Registry& counted,
    const EventStore& store,
    std::vector<FeedReader> readers,
    const Clock& clock
)
    : counted_(counted),
      store_(store),
      readers_(std::move(readers)),
      start_time_seconds_(static_cast<double>(clock.NowMs()) / 1000) {}

std::vector<MetricFamily> ServerMetrics::Collect() const {
  std::vector<MetricFamily> families = counted_.Collect();
  const auto add = [&families](std::vector<MetricFamily> more) {
    std::move(more.begin(), more.end(), std::back_inserter(families));
  };
  add({BuildInfo()});
  add(OfStore(store_.Stats()));
  add(OfProcess(start_time_seconds_));
  add(FeedLags(readers_));
  return families;
}

}  // namespace tidings
