// Commits at full speed for a time while questions are asked, beside the same questions at rest:
// whether commits and questions wait longer and longer, whether small blocks pile up, and how often
// a row is written again. Prints one row per minute, in Markdown.
//
//   soak_bench [SECONDS] [DIRECTORY]           default 600; in a new folder below /tmp

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "base/status.h"
#include "event_source.h"
#include "measure.h"
#include "store/embedded/embedded_store.h"

namespace tidings::bench {
namespace {

using std::chrono::steady_clock;

constexpr size_t kStoredBefore = 1'000'000;
constexpr int kQuietQuestions = 500;
constexpr std::chrono::milliseconds kBetweenQuestions(20);
constexpr std::chrono::seconds kRow(60);

/// Asks what a page asks, one question after the other, and keeps how long each took.
class Asker {
 public:
  explicit Asker(const EmbeddedStore& store) : store_(store) {}

  void AskOne(size_t stored) {
    const auto began = steady_clock::now();
    switch (random_() % 3) {
      case 0: {
        Arena arena;
        Check(store_.Get(EventSource::IdOf(random_() % stored, arena)).status());
        break;
      }
      case 1:
        Check(store_
                  .Query(
                      {.filter = {.where = OneOf(FilterField::kName, {"Deploy"})},
                       .wants_cursor = false}
                  )
                  .status());
        break;
      default:
        Check(store_.Query({.wants_cursor = false}).status());
    }
    const double took_ms = MsSince(began);
    const MutexLock lock(mutex_);
    times_ms_.push_back(took_ms);
  }

  std::vector<double> Take() {
    const MutexLock lock(mutex_);
    return std::exchange(times_ms_, {});
  }

 private:
  static void Check(const absl::Status& status) {
    if (!status.ok()) {
      Die(status);
    }
  }

  const EmbeddedStore& store_;
  std::mt19937_64 random_{1};
  Mutex mutex_;
  std::vector<double> times_ms_ ABSL_GUARDED_BY(mutex_);
};

int Main(std::chrono::seconds length, const std::string& directory) {
  const EventSource source;
  static const SystemClock clock;
  auto opened = EmbeddedStore::Open({.directory = directory}, clock);
  if (!opened.ok()) {
    Die(opened.status());
  }
  EmbeddedStore& store = **opened;
  CommitClient client(store);
  size_t committed = 0;
  const auto commit = [&] {
    client.Commit(source.Make(committed, kBatch, Part::kWhole));
    committed += kBatch;
  };
  while (committed < kStoredBefore) {
    commit();
  }
  client.FinishLatenciesMs();
  if (absl::Status status = store.CompactNow(); !status.ok()) {
    Die(status);
  }
  Asker asker(store);
  for (int i = 0; i < kQuietQuestions; ++i) {
    asker.AskOne(kStoredBefore);
  }
  std::vector<double> quiet_ms = asker.Take();
  std::printf(
      "at rest: question p50 %.2f ms, p99 %.2f ms\n\n"
      "| after | commits/s | commit p50 / p99 / max ms | question p50 / p99 ms | blocks | ids of "
      "rows not compacted | "
      "resident MiB |\n| --- | --- | --- | --- | --- | --- | --- |\n",
      Quantile(quiet_ms, 0.5),
      Quantile(quiet_ms, 0.99)
  );
  std::jthread asking([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      asker.AskOne(kStoredBefore);
      std::this_thread::sleep_for(kBetweenQuestions);
    }
  });
  client.TakeLatenciesMs();
  const auto began = steady_clock::now();
  for (auto row_end = began + kRow; steady_clock::now() < began + length; row_end += kRow) {
    const auto row_began = steady_clock::now();
    const size_t before = committed;
    while (steady_clock::now() < std::min(row_end, began + length)) {
      commit();
    }
    std::vector<double> commits_ms = client.TakeLatenciesMs();
    std::vector<double> questions_ms = asker.Take();
    const StoreStats stats = store.Stats();
    std::printf(
        "| %.0f s | %.0f | %.1f / %.1f / %.1f | %.2f / %.2f | %zu | %zu | %zu |\n",
        MsSince(began) / 1e3,
        static_cast<double>(committed - before) / MsSince(row_began) * 1e3,
        Quantile(commits_ms, 0.5),
        Quantile(commits_ms, 0.99),
        Quantile(commits_ms, 1),
        Quantile(questions_ms, 0.5),
        Quantile(questions_ms, 0.99),
        static_cast<size_t>(stats.blocks),
        static_cast<size_t>(stats.recent_ids),
        static_cast<size_t>(ResidentMiB())
    );
    std::fflush(stdout);
  }
  asking = {};
  client.FinishLatenciesMs();
  if (absl::Status status = store.CompactNow(); !status.ok()) {
    Die(status);
  }
  const StoreStats stats = store.Stats();
  if (stats.events != committed) {
    Die(Internal("{} events were committed, {} are stored", committed, stats.events));
  }
  std::printf(
      "\n%zu events; each row was written again %.3f times; %.1f bytes per event\n",
      committed,
      static_cast<double>(stats.compacted_rows) / static_cast<double>(committed),
      static_cast<double>(stats.bytes) / static_cast<double>(committed)
  );
  return 0;
}

}  // namespace
}  // namespace tidings::bench

int main(int argc, char** argv) {
  const std::chrono::seconds length(argc > 1 ? std::strtoll(argv[1], nullptr, 10) : 600);
  const tidings::bench::TemporaryFolder folder(argc > 2 ? argv[2] : "/tmp");
  return tidings::bench::Main(length, folder.path().string());
}
