// Loading and queries of the embedded store, warm, each beside its floor (the same bytes written
// and synced, the bytes that the answer needs read), and beside SQLite and rows in RocksDB with the
// same events, as many of them as they load in six minutes. Prints one row per case, in Markdown.
//
//   store_bench [EVENTS] [PEERS] [DIRECTORY]     default 1000000, 1 (0: without peers); an existing
//                                                directory is used again

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <functional>
#include <random>
#include <string>
#include <unistd.h>
#include <vector>

#include "base/clock.h"
#include "base/status.h"
#include "event_source.h"
#include "load/dataset.h"
#include "measure.h"
#include "peer_stores.h"
#include "store/embedded/embedded_store.h"

namespace tidings::bench {
namespace {

using std::chrono::steady_clock;

constexpr int kRepeats = 200;
constexpr int64_t kDayLengthMs = 86'400'000;
constexpr uint64_t kEventsPerDay = 100'000;
/// So many tell how fast the floor is; more would fill the disk.
/// A peer that has not loaded all of its events by then is asked for what it has.
constexpr std::chrono::minutes kMostPeerTime(6);
constexpr size_t kMostFloorEvents = 2'000'000;

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
      static_cast<size_t>(ResidentMiB())
  );
  return *std::move(store);
}

/// How long a piece of work took, with everything that it put off.
class LoadTimer {
 public:
  explicit LoadTimer(const char* name) : name_(name) {}

  void AllCommitted(size_t events) {
    events_ = static_cast<double>(events);
    committed_ms_ = MsSince(began_);
  }
  void Print(const std::filesystem::path& directory) const {
    std::printf(
        "| %s | %.0f | %.0f | %.2f | %.1f |\n",
        name_,
        events_ / committed_ms_ * 1e3,
        events_ / MsSince(began_) * 1e3,
        (CpuSeconds() - cpu_) / events_ * 1e6,
        static_cast<double>(BytesBelow(directory)) / events_
    );
    std::fflush(stdout);
  }

 private:
  const char* const name_;
  const steady_clock::time_point began_ = steady_clock::now();
  const double cpu_ = CpuSeconds();
  double events_ = 0;
  double committed_ms_ = 0;
};

void LoadFloor(const EventSource& source, size_t events, const std::string& directory) {
  std::filesystem::create_directories(directory);
  const ReportBatch batch = source.Make(0, kBatch, Part::kWhole);
  size_t bytes = 0;
  for (const Report& report : batch.reports) {
    bytes += Event(ViewOf(report, batch)).bytes() - sizeof(Event);
  }
  const std::string group(bytes, 'x');
  const int file = open((directory + "/floor").c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  LoadTimer timer("floor: the same bytes appended, fdatasync per 1,000");
  for (size_t at = 0; at < events; at += kBatch) {
    if (write(file, group.data(), group.size()) != static_cast<ssize_t>(group.size()) ||
        fdatasync(file) != 0) {
      Die(Unavailable("cannot write below {}", directory));
    }
  }
  timer.AllCommitted(events);
  timer.Print(directory);
  close(file);
  std::filesystem::remove_all(directory);
}

void Load(
    EmbeddedStore& store, const EventSource& source, size_t events, const std::string& directory
) {
  CommitClient client(store);
  const size_t stored = store.Stats().events;
  LoadTimer timer("**Tidings**, 8 batches in flight");
  for (size_t at = stored; at < events; at += kBatch) {
    client.Commit(source.Make(at, std::min(kBatch, events - at), Part::kWhole));
  }
  client.FinishLatenciesMs();
  timer.AllCommitted(events - std::min(events, stored));
  if (absl::Status status = store.CompactNow(); !status.ok()) {
    Die(status);
  }
  timer.Print(directory);
}

void LoadPeer(
    PeerStore& peer, const EventSource& source, size_t events, const std::string& directory
) {
  LoadTimer timer(peer.name());
  const auto until = steady_clock::now() + kMostPeerTime;
  size_t at = 0;
  for (; at < events && steady_clock::now() < until; at += kBatch) {
    peer.Commit(source.Make(at, std::min(kBatch, events - at), Part::kWhole));
  }
  if (at < events) {
    std::printf("| %s is stopped after %zu events | | | | |\n", peer.name(), at);
  }
  timer.AllCommitted(std::min(at, events));
  peer.Finish();
  timer.Print(directory);
}

/// Reads bytes of a file that is in memory: what an answer of that size costs at least.
class ReadFloor {
 public:
  explicit ReadFloor(const std::string& file) : file_(open(file.c_str(), O_RDONLY | O_CLOEXEC)) {}
  ReadFloor(const ReadFloor&) = delete;
  ReadFloor& operator=(const ReadFloor&) = delete;
  ~ReadFloor() { close(file_); }

  static void Make(const std::string& file) {
    const std::string bytes(kFileBytes, 'x');
    std::ofstream(file, std::ios::binary) << bytes;
  }

  size_t Read(size_t bytes) {
    size_t done = 0;
    while (done < bytes) {
      const size_t wanted = std::min(buffer_.size(), bytes - done);
      const auto at = static_cast<off_t>(done % (kFileBytes - buffer_.size()));
      if (pread(file_, buffer_.data(), wanted, at) != static_cast<ssize_t>(wanted)) {
        Die(Unavailable("the floor's file cannot be read"));
      }
      done += wanted;
    }
    return 0;
  }

 private:
  static constexpr size_t kFileBytes = size_t{16} << 20;

  const int file_;
  std::vector<char> buffer_ = std::vector<char>(size_t{256} << 10);
};

void Measure(const char* name, int repeats, const std::function<size_t()>& call) {
  CallTimes times = TimeCalls(repeats, call);
  std::printf(
      "| %-44s | %8.3f / %8.3f | %8.3f | %zu |\n",
      name,
      Quantile(times.wall_ms, 0.5),
      Quantile(times.wall_ms, 0.99),
      Quantile(times.cpu_ms, 0.5),
      times.answers
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

/// Of a compacted event, as seen on this data set: hot columns, and the page of a cold row.
constexpr size_t kHotBytes = 8;
constexpr size_t kPageBytes = 9'000;

/// What is asked of all stores, the same in each.
class Questions {
 public:
  explicit Questions(size_t events)
      : events_(events),
        last_ms_(
            dataset_.day_ms + static_cast<int64_t>((events - 1) / kEventsPerDay + 1) * kDayLengthMs
        ) {}

  int64_t first_ms() const { return dataset_.day_ms; }
  int64_t last_ms() const { return last_ms_; }
  size_t events() const { return events_; }
  /// So that slow ones end.
  int repeats() const { return events_ > 2'000'000 ? kRepeats / 10 : kRepeats; }

  std::string Service() { return dataset_.At(random_() % 1'000).service; }
  uint64_t Index() { return random_() % events_; }
  int64_t Instant() {
    return first_ms() +
           static_cast<int64_t>(random_() % static_cast<uint64_t>(last_ms_ - first_ms()));
  }

 private:
  const load::Dataset dataset_;
  const size_t events_;
  const int64_t last_ms_;
  std::mt19937_64 random_{1};
};

constexpr int64_t kWindowMs = 900'000;
constexpr size_t kPage = 100;
constexpr int kBuckets = 200;

void MeasureFloors(ReadFloor& floor, const Questions& questions) {
  std::printf("| **floor: its bytes, read from memory** | | | |\n");
  Measure("100 cold pages", kRepeats, [&] { return floor.Read(kPage * kPageBytes); });
  Measure("one cold page", kRepeats * 10, [&] { return floor.Read(kPageBytes); });
  Measure("all hot columns", questions.repeats(), [&] {
    return floor.Read(questions.events() * kHotBytes);
  });
}

void MeasurePages(const EmbeddedStore& store, Questions questions) {
  Measure("newest 100", kRepeats, [&] { return CountPage(store, {.wants_cursor = false}); });
  Measure("newest 100 of a service", kRepeats, [&] {
    const Expression service = OneOf(FilterField::kService, {questions.Service()});
    return CountPage(store, {.filter = {.where = service}, .wants_cursor = false});
  });
  Measure("newest 100 with a rare word", questions.repeats(), [&] {
    return CountPage(store, {.filter = {.where = RareWord()}, .wants_cursor = false});
  });
  Measure("overlap of 15 minutes, first 100", kRepeats, [&] {
    const int64_t from = questions.Instant();
    return CountPage(
        store,
        {.filter = {.window = {.from = from, .to = from + kWindowMs}},
         .order = Order::kOldestFirst,
         .wants_cursor = false}
    );
  });
  Measure("by id", kRepeats * 10, [&] {
    Arena arena;
    const auto event = store.Get(EventSource::IdOf(questions.Index(), arena));
    return static_cast<size_t>(event.ok() && *event ? 1 : 0);
  });
}

void MeasureCounts(const EmbeddedStore& store, const Questions& questions) {
  Measure("histogram of 200 buckets over all", questions.repeats(), [&] {
    return CountAll(store, {.edges = Edges(questions.first_ms(), questions.last_ms(), kBuckets)});
  });
  Measure("lanes of services, 200 buckets over all", questions.repeats(), [&] {
    const auto page = store.Lanes(
        {.group = {FilterField::kLayer, FilterField::kService},
         .edges = Edges(questions.first_ms(), questions.last_ms(), kBuckets),
         .now_ms = questions.last_ms()}
    );
    return page.ok() ? static_cast<size_t>(page->total.events) : 0;
  });
  Measure("count by name over all", questions.repeats(), [&] {
    return CountAll(store, {.fields = {FilterField::kName}});
  });
  Measure("all facets", questions.repeats(), [&] {
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

void MeasurePeer(PeerStore& peer, Questions questions) {
  std::printf("| **%s** | | | |\n", peer.name());
  // Where it reads every row.
  const int few = std::max(questions.repeats() / 20, 2);
  Measure("newest 100 of a service", kRepeats, [&] {
    return peer.NewestOfService(questions.Service(), kPage);
  });
  Measure("newest 100 with a rare word", few, [&] { return peer.Word("quokkaflare", kPage); });
  Measure("overlap of 15 minutes, first 100", few, [&] {
    const int64_t from = questions.Instant();
    return peer.Overlap(from, from + kWindowMs, kPage);
  });
  Measure("by id", kRepeats * 10, [&] {
    Arena arena;
    return peer.ById(EventSource::IdOf(questions.Index(), arena));
  });
  Measure("histogram of 200 buckets over all", few, [&] {
    return peer.Histogram(questions.first_ms(), questions.last_ms(), kBuckets);
  });
  Measure("count by name over all", few, [&] { return peer.CountByName(); });
  Measure("all facets", few, [&] { return peer.AllFacets(); });
}

int Main(size_t events, bool with_peers, const std::filesystem::path& directory) {
  const EventSource source;
  const std::string own = (directory / "store").string();
  auto store = OpenOrDie(own);
  std::printf(
      "| %zu events | events/s | drained | CPU us/event, client included | bytes/event |\n"
      "| --- | --- | --- | --- | --- |\n",
      events
  );
  LoadFloor(source, std::min(events, kMostFloorEvents), (directory / "floor").string());
  Load(*store, source, events, own);
  std::vector<std::unique_ptr<PeerStore>> peers;
  if (with_peers) {
    const std::string sqlite = (directory / "sqlite").string();
    LoadPeer(*peers.emplace_back(MakeSqlitePeer(sqlite)), source, events, sqlite);
    const std::string rocks = (directory / "rocks").string();
    LoadPeer(*peers.emplace_back(MakeRocksPeer(rocks)), source, events, rocks);
  }
  store.reset();
  store = OpenOrDie(own);
  const StoreStats stats = store->Stats();
  std::printf(
      "\n%zu blocks, %zu id runs\n\n| %zu events | p50 / p99 ms | p50 CPU ms | answers |\n"
      "| --- | --- | --- | --- |\n",
      static_cast<size_t>(stats.blocks),
      static_cast<size_t>(stats.id_runs),
      events
  );
  const std::string floor_file = (directory / "read-floor").string();
  ReadFloor::Make(floor_file);
  ReadFloor floor(floor_file);
  const Questions questions(events);
  MeasureFloors(floor, questions);
  std::printf("| **Tidings** | | | |\n");
  MeasurePages(*store, questions);
  MeasureCounts(*store, questions);
  std::printf("| resident %zu MiB | | | |\n", static_cast<size_t>(ResidentMiB()));
  for (const std::unique_ptr<PeerStore>& peer : peers) {
    MeasurePeer(*peer, questions);
  }
  return 0;
}

}  // namespace
}  // namespace tidings::bench

int main(int argc, char** argv) {
  const size_t events = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1'000'000;
  const bool with_peers = argc <= 2 || std::string(argv[2]) != "0";
  char pattern[] = "/tmp/tidings-bench-XXXXXX";
  const bool is_own = argc <= 3;
  const std::filesystem::path directory = is_own ? mkdtemp(pattern) : argv[3];
  const int result = tidings::bench::Main(events, with_peers, directory);
  if (is_own) {
    std::filesystem::remove_all(directory);
  }
  return result;
}
