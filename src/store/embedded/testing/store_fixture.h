#pragma once

#include <latch>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <absl/time/clock.h>
#include <gtest/gtest.h>

#include "base/manual_clock.h"
#include "event/testing/batch_builder.h"
#include "store/embedded/embedded_store.h"
#include "store/embedded/testing/temporary_directory.h"

namespace tidings::embedded::testing {

using tidings::testing::BatchBuilder;
using tidings::testing::Describe;
using tidings::testing::EventOf;
using tidings::testing::ReportSpec;

/// A commit under way, to be waited for.
struct PendingCommit {
  std::latch is_done{1};
  absl::StatusOr<CommitResult> result = absl::UnknownError("not done yet");
};

inline std::vector<std::string> Ids(const std::vector<Event>& events) {
  std::vector<std::string> ids;
  for (const Event& event : events) {
    ids.emplace_back(event->id);
  }
  return ids;
}

/// An embedded store whose upkeep happens only when the test says so.
class StoreTest : public ::testing::Test {
 protected:
  StoreTest() {
    config_.directory = directory_.path();
    options_.background_maintenance = false;
  }

  void Open() {
    store_.reset();
    absl::StatusOr<std::unique_ptr<EmbeddedStore>> store =
        EmbeddedStore::Open(config_, clock_, options_);
    ASSERT_TRUE(store.ok()) << store.status();
    store_ = *std::move(store);
  }

  absl::StatusOr<CommitResult> TryCommit(const std::vector<ReportSpec>& reports) {
    const std::shared_ptr<PendingCommit> pending = Begin(reports);
    pending->is_done.wait();
    return pending->result;
  }

  std::shared_ptr<PendingCommit> Begin(const std::vector<ReportSpec>& reports) {
    BatchBuilder builder(clock_.NowMs());
    for (const ReportSpec& report : reports) {
      builder.Add(report);
    }
    auto pending = std::make_shared<PendingCommit>();
    store_->Commit(builder.Build(), [pending](absl::StatusOr<CommitResult> result) {
      pending->result = std::move(result);
      pending->is_done.count_down();
    });
    return pending;
  }

  std::vector<Outcome> Commit(const std::vector<ReportSpec>& reports) {
    absl::StatusOr<CommitResult> result = TryCommit(reports);
    EXPECT_TRUE(result.ok()) << result.status();
    return result.ok() ? result->outcomes : std::vector<Outcome>();
  }

  void Compact() {
    const absl::Status status = store_->CompactNow();
    EXPECT_TRUE(status.ok()) << status;
  }
  void DropExpired() {
    const absl::Status status = store_->DropExpiredNow();
    EXPECT_TRUE(status.ok()) << status;
  }

  std::string Got(std::string_view id) {
    const absl::StatusOr<std::optional<Event>> event = store_->Get(id);
    if (!event.ok()) {
      return event.status().ToString();
    }
    return *event ? Describe((*event)->view()) : "nothing";
  }

  EventPage Page(const EventQuery& query) {
    absl::StatusOr<EventPage> page = store_->Query(query);
    EXPECT_TRUE(page.ok()) << page.status();
    return page.ok() ? *std::move(page) : EventPage();
  }
  std::vector<std::string> AllIds() {
    return Ids(Page({.order = Order::kOldestFirst, .limit = 100'000, .wants_cursor = false}).events
    );
  }

  /// Waits for what another thread of the store does; fails the test when it does not.
  template <typename IsTrue>
  void Await(IsTrue is_true) {
    const absl::Time deadline = absl::Now() + absl::Seconds(60);
    // Asked once more, it may be over again.
    bool was_true = is_true();
    while (!was_true && absl::Now() < deadline) {
      std::this_thread::yield();
      was_true = is_true();
    }
    EXPECT_TRUE(was_true);
  }

  ManualClock clock_{1'700'000'000'000};
  TemporaryDirectory directory_;
  StoreConfig config_;
  EmbeddedStoreOptions options_;
  std::unique_ptr<EmbeddedStore> store_;
};

}  // namespace tidings::embedded::testing
