#include "api/health/health_state.h"

#include <gtest/gtest.h>

#include "base/manual_clock.h"
#include "base/status.h"
#include "store/memory/memory_store.h"

namespace tidings::health {
namespace {

using Finding = HealthState::Finding;

TEST(HealthStateTest, IsNotReadyWhileStarting) {
  const HealthState state;

  const HealthState::Reading reading = state.Read();

  EXPECT_FALSE(reading.ready);
  EXPECT_EQ(reading.text, "starting\n");
}

TEST(HealthStateTest, IsReadyWhileServingWithEveryCheckPassed) {
  HealthState state;
  state.AddCheck("listeners", [] { return Finding{}; });
  state.SetPhase(HealthState::Phase::kServing);

  const HealthState::Reading reading = state.Read();

  EXPECT_TRUE(reading.ready);
  EXPECT_EQ(reading.text, "serving\nok: listeners\n");
}

TEST(HealthStateTest, IsNotReadyWhileDraining) {
  HealthState state;
  state.SetPhase(HealthState::Phase::kServing);
  state.SetPhase(HealthState::Phase::kDraining);

  EXPECT_FALSE(state.Read().ready);
  EXPECT_EQ(state.Read().text, "draining\n");
  EXPECT_EQ(state.phase(), HealthState::Phase::kDraining);
}

TEST(HealthStateTest, IsNotReadyWhenACheckFails) {
  HealthState state;
  state.SetPhase(HealthState::Phase::kServing);
  state.AddCheck("listeners", [] { return Finding{Finding::Verdict::kFailed, "one\nis gone"}; });
  state.AddCheck("store", [] { return Finding{}; });

  const HealthState::Reading reading = state.Read();

  EXPECT_FALSE(reading.ready);
  EXPECT_EQ(reading.text, "serving\nfailed: listeners: one\\x0Ais gone\nok: store\n");
}

TEST(HealthStateTest, StaysReadyWhileDegraded) {
  HealthState state;
  state.SetPhase(HealthState::Phase::kServing);
  state.AddCheck("disk", [] { return Finding{Finding::Verdict::kDegraded, "no space left"}; });

  const HealthState::Reading reading = state.Read();

  EXPECT_TRUE(reading.ready);
  EXPECT_EQ(reading.text, "serving\ndegraded: disk: no space left\n");
}

TEST(HealthStateTest, LooksAfterAStore) {
  const ManualClock clock;
  const MemoryStore store(clock);
  HealthState state;
  AddStoreChecks(state, store);
  state.SetPhase(HealthState::Phase::kServing);

  EXPECT_EQ(state.Read().text, "serving\nok: store\nok: disk\n");
}

/// A store that answers as it is told.
class TroubledStore final : public EventStore {
 public:
  void Commit(ReportBatch, CommitDone done) override { done(Unavailable("no")); }
  absl::StatusOr<std::optional<Event>> Get(std::string_view) const override {
    if (!failure.ok()) {
      return failure;
    }
    return std::optional<Event>();
  }
  absl::StatusOr<EventPage> Query(const EventQuery&) const override { return EventPage{}; }
  absl::StatusOr<ScanEnd> Scan(const ScanQuery&, const ScanVisitor&) const override {
    return ScanEnd();
  }
  absl::StatusOr<AggregateResult> Aggregate(const AggregateQuery&) const override {
    return AggregateResult();
  }
  absl::StatusOr<LanesPage> Lanes(const LanesQuery&) const override { return LanesPage(); }
  HeldSnapshot Hold() const override { return {}; }
  uint64_t LastSequence() const override { return 0; }
  absl::StatusOr<std::vector<FeedItem>> ReadFeed(uint64_t, size_t) const override {
    return std::vector<FeedItem>();
  }
  absl::StatusOr<std::vector<ServiceLayers>> Services(std::string_view) const override {
    return std::vector<ServiceLayers>();
  }
  StoreStats Stats() const override { return stats; }
  void Stop() override {}

  absl::Status failure;
  StoreStats stats;
};

TEST(HealthStateTest, IsDegradedWhileTheStoreTakesNoCommits) {
  TroubledStore store;
  store.stats.read_only_reason = "12 MiB free on /data";
  HealthState state;
  AddStoreChecks(state, store);
  state.SetPhase(HealthState::Phase::kServing);

  EXPECT_TRUE(state.Read().ready);
  EXPECT_EQ(state.Read().text, "serving\nok: store\ndegraded: disk: 12 MiB free on /data\n");
}

TEST(HealthStateTest, IsNotReadyWhenTheStoreDoesNotAnswer) {
  TroubledStore store;
  store.failure = DataLoss("block 7 is damaged");
  HealthState state;
  AddStoreChecks(state, store);
  state.SetPhase(HealthState::Phase::kServing);

  EXPECT_FALSE(state.Read().ready);
  EXPECT_EQ(state.Read().text, "serving\nfailed: store: block 7 is damaged\nok: disk\n");
}

}  // namespace
}  // namespace tidings::health
