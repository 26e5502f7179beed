// The thread, beside reports that come in.

#include "derive/derivation.h"

#include <atomic>
#include <chrono>
#include <thread>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "derive/testing/flink_events.h"
#include "store/memory/memory_store.h"
#include "store/testing/forwarding_store.h"

namespace tidings::derive {
namespace {

using testing::BatchBuilder;
using testing::FlinkEvents;
using testing::ReportSpec;

/// A store that tells when a derived event has been committed.
class WatchedStore final : public store_testing::ForwardingStore {
 public:
  explicit WatchedStore(const Clock& clock) : ForwardingStore(store_), store_(clock) {}

  void Commit(ReportBatch batch, CommitDone done) override {
    const bool is_derived = !batch.reports.empty() && batch.reports[0].derived;
    store_.Commit(std::move(batch), std::move(done));
    const MutexLock lock(mutex_);
    derived_ += is_derived ? 1 : 0;
  }
  void AwaitDerived(int count) {
    const MutexLock lock(mutex_);
    mutex_.Await([this, count] {
      mutex_.AssertHeld();
      return derived_ >= count;
    });
  }

 private:
  MemoryStore store_;
  Mutex mutex_;
  int derived_ ABSL_GUARDED_BY(mutex_) = 0;
};

ReportBatch BatchOf(const ReportSpec& report, const Clock& clock) {
  return BatchBuilder(clock.NowMs()).Add(report).Build();
}

TEST(DerivationTest, MakesIntervalsWhileReportsComeIn) {
  const SystemClock clock;
  WatchedStore store(clock);
  Derivation derivation({.settle = std::chrono::milliseconds(0)}, "", store, clock);
  std::vector<std::thread> reporters;
  for (int i = 0; i < 3; ++i) {
    reporters.emplace_back([&store, &clock, i] {
      const FlinkEvents flink(fmt::format("job-{}", i), "orders");
      for (int64_t time_ms = 1; time_ms < 200; ++time_ms) {
        const auto status = time_ms % 2 == 0 ? "RUNNING" : "RESTARTING";
        store.Commit(BatchOf(flink.Status(time_ms, status), clock), [](const auto&) {});
      }
    });
  }
  store.AwaitDerived(1);
  EXPECT_EQ(derivation.trouble(), "");
  for (std::thread& reporter : reporters) {
    reporter.join();
  }
  derivation.Stop();
  EXPECT_LE(derivation.lag(), store.LastSequence());
}

TEST(DerivationTest, StopsAtOnceAndAgain) {
  const SystemClock clock;
  MemoryStore store(clock);
  Derivation derivation({}, "", store, clock);
  derivation.Stop();
  derivation.Stop();
}

TEST(DerivationTest, TellsWhyItMakesNone) {
  const SystemClock clock;
  MemoryStore store(clock);
  store.Commit(BatchOf(FlinkEvents().Status(1, "RUNNING"), clock), [](const auto&) {});
  store.Stop();
  const Derivation derivation({.settle = std::chrono::milliseconds(0)}, "", store, clock);
  while (derivation.trouble().empty()) {
    std::this_thread::yield();
  }
  EXPECT_THAT(derivation.trouble(), ::testing::HasSubstr("the store is stopped"));
}

}  // namespace
}  // namespace tidings::derive
