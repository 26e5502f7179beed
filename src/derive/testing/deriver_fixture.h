#pragma once

#include <algorithm>
#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/manual_clock.h"
#include "derive/flink_deriver.h"
#include "derive/testing/flink_events.h"
#include "store/embedded/embedded_store.h"
#include "store/embedded/testing/temporary_directory.h"
#include "store/memory/memory_store.h"

namespace tidings::testing {

inline constexpr int64_t kNow = 1'700'000'000'000;

/// A store as tests use it; the second engine is what runs in production.
enum class Engine { kMemory, kEmbedded };

/// The name of a test of that engine.
inline std::string NameOfEngine(const ::testing::TestParamInfo<Engine>& engine) {
  return engine.param == Engine::kMemory ? "Memory" : "Embedded";
}

inline std::unique_ptr<EventStore> OpenStore(
    Engine engine, const std::string& directory, const Clock& clock
) {
  if (engine == Engine::kMemory) {
    return std::make_unique<MemoryStore>(clock);
  }
  auto store = EmbeddedStore::Open({.directory = directory}, clock);
  EXPECT_TRUE(store.ok()) << store.status();
  return store.ok() ? *std::move(store) : nullptr;
}

/// A deriver over a store, and what the two make of reports.
class FlinkDeriverTest : public ::testing::TestWithParam<Engine> {
 protected:
  FlinkDeriverTest() : store_(OpenStore(GetParam(), directory_.path() + "/data", clock_)) {
    Start();
  }

  /// A new process with what the last one left behind.
  void Start() { deriver_ = std::make_unique<derive::FlinkDeriver>(options_, *store_, clock_); }

  void Commit(const std::vector<ReportSpec>& reports) {
    BatchBuilder batch(clock_.NowMs());
    for (const ReportSpec& report : reports) {
      batch.Add(report);
    }
    absl::Status status = absl::UnknownError("not called");
    std::atomic<bool> is_done{false};
    store_->Commit(batch.Build(), [&](const absl::StatusOr<CommitResult>& result) {
      status = result.status();
      is_done = true;
      is_done.notify_one();
    });
    is_done.wait(false);
    ASSERT_TRUE(status.ok()) << status;
  }

  void Turn() {
    const absl::Status status = deriver_->Turn();
    ASSERT_TRUE(status.ok()) << status;
  }
  /// Lets everything settle, and looks.
  void Settle() {
    Turn();
    clock_.Advance(options_.settle);
    Turn();
  }

  std::vector<Event> Derived() {
    EventQuery query{.filter = {}, .order = Order::kOldestFirst, .limit = 100'000, .cursor = {}};
    query.filter.where = ConditionOf(DerivedCondition{});
    absl::StatusOr<EventPage> page = store_->Query(query);
    EXPECT_TRUE(page.ok()) << page.status();
    return page.ok() ? std::move(page->events) : std::vector<Event>();
  }
  /// Of all jobs.
  std::vector<std::string> Lines() { return LinesOf(""); }
  std::vector<std::string> LinesOf(std::string_view job_id) {
    std::vector<std::pair<int64_t, std::string>> events;
    for (const Event& event : Derived()) {
      if (job_id.empty() || derive::ParameterText(event.view(), "job_id") == job_id) {
        events.emplace_back(event->start, DerivedLine(event.view()));
      }
    }
    std::sort(events.begin(), events.end());
    std::vector<std::string> lines;
    for (const auto& [start_ms, line] : events) {
      lines.push_back(line);
    }
    return lines;
  }
  std::vector<std::string> Expected(const std::vector<ReportSpec>& reports) {
    return ExpectedLines("job-1", "orders", PointsOf(reports));
  }

  ManualClock clock_{kNow};
  embedded::testing::TemporaryDirectory directory_;
  derive::FlinkDeriverOptions options_{.state_path = directory_.path() + "/derive/flink.state"};
  std::unique_ptr<EventStore> store_;
  std::unique_ptr<derive::FlinkDeriver> deriver_;
  FlinkEvents flink_;
};

}  // namespace tidings::testing
