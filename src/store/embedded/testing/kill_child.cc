// What crash_test kills at named points: does one piece of work after the other, in one thread, and
// tells on its standard output what is durable: `ack N` for a batch, `expiring` and `expired` for
// the batches below kExpiringBatches.
//
//   kill_child DIRECTORY              tells at the end each point and how often it was passed
//   kill_child DIRECTORY POINT TIMES  kills itself when it passes the point for the TIMESth time

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <latch>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unistd.h>
#include <utility>

#include "base/manual_clock.h"
#include "base/mutex.h"
#include "store/embedded/embedded_store.h"
#include "store/embedded/testing/crash_events.h"
#include "store/embedded/testing/fragile_env.h"

namespace tidings::embedded::testing {
namespace {

void Tell(const std::string& line) {
  if (write(STDOUT_FILENO, line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
    std::_Exit(3);
  }
}

/// Counts points, and kills the process at one of them.
///
/// Thread safety: safe; RocksDB passes some on threads of its own.
class Killer {
 public:
  Killer(std::string point, int times) : point_(std::move(point)), times_(times) {}

  void Pass(std::string_view point) {
    const MutexLock lock(mutex_);
    const int count = ++counts_[std::string(point)];
    if (point == point_ && count == times_) {
      (void)kill(getpid(), SIGKILL);
    }
  }
  void TellPoints() {
    const MutexLock lock(mutex_);
    for (const auto& [point, count] : counts_) {
      Tell("point " + std::to_string(count) + " " + point + "\n");
    }
  }

 private:
  const std::string point_;
  const int times_;
  Mutex mutex_;
  std::map<std::string, int> counts_ ABSL_GUARDED_BY(mutex_);
};

class Worker {
 public:
  Worker(std::string directory, Killer& killer) : directory_(std::move(directory)) {
    const auto pass = [&killer](std::string_view point) { killer.Pass(point); };
    env_.Watch(pass);
    options_ = {
        .env = &env_,
        .background_maintenance = false,
        .least_run_entries = 1,
        .least_file_bytes = 1,
        .at_step = pass};
  }

  void Work() {
    Open();
    Commit(0, 3);
    Check(store_->CompactNow());
    Commit(3, kExpiringBatches + 1);
    Check(store_->CompactNow());
    // The snapshot of a chain of pages.
    Check(store_->Query({.limit = 1}).status());
    Open();
    clock_.Advance(std::chrono::hours(24 * 40));
    Commit(kExpiringBatches + 1, kExpiringBatches + 3);
    Tell("expiring\n");
    Check(store_->DropExpiredNow());
    Tell("expired\n");
    clock_.Advance(std::chrono::minutes(16));
    Check(store_->DropExpiredNow());
    Commit(kExpiringBatches + 3, kExpiringBatches + 5);
    Check(store_->CompactNow());
    Open();
    Commit(kExpiringBatches + 5, kKillBatches);
    store_.reset();
  }

 private:
  static void Check(const absl::Status& status) {
    if (!status.ok()) {
      std::fprintf(stderr, "%s\n", status.ToString().c_str());
      std::_Exit(2);
    }
  }

  void Open() {
    store_.reset();
    auto store = EmbeddedStore::Open({.directory = directory_}, clock_, options_);
    Check(store.status());
    store_ = *std::move(store);
  }

  void Commit(int first, int end) {
    for (int batch = first; batch < end; ++batch) {
      std::latch is_done(1);
      absl::Status status;
      store_->Commit(
          CrashBatch(batch, clock_.NowMs()),
          [&](const absl::StatusOr<CommitResult>& result) {
            status = result.status();
            is_done.count_down();
          }
      );
      is_done.wait();
      Check(status);
      Tell("ack " + std::to_string(batch) + "\n");
    }
  }

  const std::string directory_;
  ManualClock clock_;
  FragileEnv env_;
  EmbeddedStoreOptions options_;
  std::unique_ptr<EmbeddedStore> store_;
};

}  // namespace
}  // namespace tidings::embedded::testing

int main(int argc, char** argv) {
  using tidings::embedded::testing::Killer;
  if (argc != 2 && argc != 4) {
    return 1;
  }
  Killer killer(argc == 4 ? argv[2] : "", argc == 4 ? std::atoi(argv[3]) : 0);
  tidings::embedded::testing::Worker(argv[1], killer).Work();
  killer.TellPoints();
  return 0;
}
