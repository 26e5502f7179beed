// Queries of the embedded store over a number of events, warm, each beside its floor: reading the
// bytes that the answer needs. Prints one row per case, in Markdown.
//
//   store_bench [EVENTS] [DIRECTORY]     default 1000000; an existing directory is used again

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/status.h"
#include "event_source.h"
#include "load/dataset.h"
#include "store/embedded/embedded_store.h"

namespace tidings::bench {
namespace {

using std::chrono::steady_clock;

constexpr int kRepeats = 200;
constexpr int64_t kDayLengthMs = 86'400'000;
constexpr uint64_t kEventsPerDay = 100'000;

double MsSince(steady_clock::time_point began) {
  return std::chrono::duration<double, std::milli>(steady_clock::now() - began).count();
}

uint64_t ResidentKiB() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) {
      return std::strtoull(line.c_str() + 6, nullptr, 10);
    }
  }
  return 0;
}

std::unique_ptr<EmbeddedStore> OpenOrDie(const std::string& directory) {
  static const SystemClock clock;
  const auto began = steady_clock::now();
  auto store = EmbeddedStore::Open({.directory = directory}, clock);
  if (!store.ok()) {
    Die(store.status());
  }
  std::printf(
      "| opened, %zu events | %.0f ms | resident %zu MiB |\n",
      static_cast<size_t>((*store)->Stats().events),
      MsSince(began),
      static_cast<size_t>(ResidentKiB() / 1024)
  );
  return *std::move(store);
}

void Load(EmbeddedStore& store, size_t events) {
  const EventSource source;
  CommitClient client(store);
  const size_t stored = store.Stats().events;
  for (size_t at = stored; at < events; at += kBatch) {
    client.Commit(source.Make(at, std::min(kBatch, events - at), Part::kWhole));
  }
  client.FinishLatenciesMs();
  if (absl::Status status = store.CompactNow(); !status.ok()) {
    Die(status);
  }
}

/// Median and 99th percentile of many calls, warm.
void Measure(const char* name, int repeats, const std::function<size_t()>& call) {
  size_t answers = 0;
  std::vector<double> times_ms;
  for (int i = -repeats / 10 - 1; i < repeats; ++i) {
    const auto began = steady_clock::now();
    answers = call();
    if (i >= 0) {
      times_ms.push_back(MsSince(began));
    }
  }
  std::sort(times_ms.begin(), times_ms.end());
  std::printf(
      "| %-44s | %8.2f / %8.2f | %zu |\n",
      name,
      times_ms[times_ms.size() / 2],
      times_ms[times_ms.size() * 99 / 100],
      answers
  );
  std::fflush(stdout);
}

size_t CountPage(const EmbeddedStore& store, const EventQuery& query) {
  const absl::StatusOr<EventPage> page = store.Query(query);
  if (!page.ok()) {
    Die(page.status());
  }
  return page->events.size();
}

size_t CountAll(const EmbeddedStore& store, const AggregateQuery& query) {
  const absl::StatusOr<AggregateResult> result = store.Aggregate(query);
  if (!result.ok()) {
    Die(result.status());
  }
  return result->total.events;
}

Expression RareWord() {
  return ConditionOf(WordsCondition{.words = {{.text = "quokkaflare"}}});
}

std::vector<int64_t> Edges(int64_t from, int64_t to, int count) {
  std::vector<int64_t> edges;
  for (int i = 0; i <= count; ++i) {
    edges.push_back(from + (to - from) * i / count);
  }
  return edges;
}

void MeasureQueries(const EmbeddedStore& store, size_t events) {
  const load::Dataset dataset;
  const int64_t first_ms = dataset.day_ms;
  const int64_t last_ms =
      first_ms + static_cast<int64_t>((events - 1) / kEventsPerDay + 1) * kDayLengthMs;
  std::mt19937_64 random(1);
  const auto service = [&] {
    return OneOf(FilterField::kService, {dataset.At(random() % 1'000).service});
  };
  const int slow = events > 2'000'000 ? kRepeats / 10 : kRepeats;
  Measure("newest 100", kRepeats, [&] { return CountPage(store, {.wants_cursor = false}); });
  Measure("newest 100 of a service", kRepeats, [&] {
    return CountPage(store, {.filter = {.where = service()}, .wants_cursor = false});
  });
  Measure("newest 100 with a rare word", slow, [&] {
    return CountPage(store, {.filter = {.where = RareWord()}, .wants_cursor = false});
  });
  Measure("overlap of 15 minutes, first 100", kRepeats, [&] {
    const auto at = static_cast<int64_t>(random() % static_cast<uint64_t>(last_ms - first_ms));
    return CountPage(
        store,
        {.filter = {.window = {.from = first_ms + at, .to = first_ms + at + 900'000}},
         .order = Order::kOldestFirst,
         .wants_cursor = false}
    );
  });
  Measure("by id", kRepeats * 10, [&] {
    Arena arena;
    const auto event = store.Get(EventSource::IdOf(random() % events, arena));
    return static_cast<size_t>(event.ok() && *event ? 1 : 0);
  });
  Measure("histogram of 200 buckets over all", slow, [&] {
    return CountAll(store, {.edges = Edges(first_ms, last_ms, 200)});
  });
  Measure("count by name over all", slow, [&] {
    return CountAll(store, {.fields = {FilterField::kName}});
  });
  Measure("all facets", slow, [&] {
    return CountAll(
        store,
        {.fields =
             {FilterField::kService,
              FilterField::kInstance,
              FilterField::kEndpoint,
              FilterField::kLayer,
              FilterField::kName,
              FilterField::kType,
              FilterField::kState}}
    );
  });
}

int Main(size_t events, const std::string& directory) {
  std::printf("| %zu events | p50 / p99 ms | answers |\n| --- | --- | --- |\n", events);
  auto store = OpenOrDie(directory);
  Load(*store, events);
  const StoreStats stats = store->Stats();
  std::printf(
      "| on disk | %.1f bytes/event, %zu blocks, %zu id runs | resident %zu MiB |\n",
      static_cast<double>(stats.bytes) / static_cast<double>(stats.events),
      static_cast<size_t>(stats.blocks),
      static_cast<size_t>(stats.id_runs),
      static_cast<size_t>(ResidentKiB() / 1024)
  );
  store.reset();
  store = OpenOrDie(directory);
  MeasureQueries(*store, events);
  std::printf(
      "| after the queries | resident %zu MiB | |\n", static_cast<size_t>(ResidentKiB() / 1024)
  );
  return 0;
}

}  // namespace
}  // namespace tidings::bench

int main(int argc, char** argv) {
  const size_t events = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1'000'000;
  char pattern[] = "/tmp/tidings-bench-XXXXXX";
  const bool is_own = argc <= 2;
  const std::filesystem::path directory = is_own ? mkdtemp(pattern) : argv[2];
  const int result = tidings::bench::Main(events, (directory / "store").string());
  if (is_own) {
    std::filesystem::remove_all(directory);
  }
  return result;
}
