// What crash_test kills: opens the store, commits without end, and tells on its standard output
// what was acknowledged: `open`, then `ack N` when batch N is durable.
//
//   store_crash_child DIRECTORY FIRST_BATCH

#include <cstdio>
#include <cstdlib>
#include <latch>
#include <string>
#include <thread>
#include <unistd.h>

#include "base/clock.h"
#include "store/embedded/embedded_store.h"
#include "store/embedded/testing/crash_events.h"

namespace tidings::embedded::testing {
namespace {

void Tell(const std::string& line) {
  if (write(STDOUT_FILENO, line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
    std::_Exit(3);
  }
}

int Main(const std::string& directory, int first_batch) {
  const SystemClock clock;
  Tell("opening\n");
  // As under full load: two rewrites at a time.
  const EmbeddedStoreOptions options = {.most_waiting_rows = 0};
  auto store = EmbeddedStore::Open({.directory = directory}, clock, options);
  if (!store.ok()) {
    std::fprintf(stderr, "%s\n", store.status().ToString().c_str());
    return 2;
  }
  Tell("open\n");
  const std::jthread compaction([&store](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      (*store)->CompactNow().IgnoreError();
    }
  });
  for (int batch = first_batch;; ++batch) {
    std::latch is_done(1);
    bool ok = false;
    (*store)->Commit(
        CrashBatch(batch, clock.NowMs()),
        [&](const absl::StatusOr<CommitResult>& result) {
          ok = result.ok();
          is_done.count_down();
        }
    );
    is_done.wait();
    if (!ok) {
      return 4;
    }
    Tell("ack " + std::to_string(batch) + "\n");
  }
}

}  // namespace
}  // namespace tidings::embedded::testing

int main(int argc, char** argv) {
  if (argc != 3) {
    return 1;
  }
  return tidings::embedded::testing::Main(argv[1], std::atoi(argv[2]));
}
