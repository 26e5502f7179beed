#include "query/feed_watch.h"

#include <future>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "base/manual_clock.h"
#include "event/testing/batch_builder.h"
#include "store/memory/memory_store.h"

namespace tidings::query {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

class FeedWatchTest : public ::testing::Test {
 protected:
  void Commit() {
    const std::string id = std::to_string(++commits_);
    store_.Commit(testing::BatchBuilder().Add({.id = id, .start = 1}).Build(), [](const auto&) {});
  }
  /// Ready when the watch has called.
  std::future<void> Wait(uint64_t after, milliseconds patience) {
    auto woken = std::make_shared<std::promise<void>>();
    watch_->Wait(after, patience, [woken] { woken->set_value(); });
    return woken->get_future();
  }
  static bool IsWoken(const std::future<void>& wait, milliseconds within) {
    return wait.wait_for(within) == std::future_status::ready;
  }

  ManualClock clock_;
  MemoryStore store_{clock_};
  int commits_ = 0;
  std::unique_ptr<FeedWatch> watch_ = std::make_unique<FeedWatch>(store_);
};

TEST_F(FeedWatchTest, WakesWhenTheFeedHasGoneOn) {
  const std::future<void> first = Wait(0, hours(1));
  const std::future<void> second = Wait(1, hours(1));
  EXPECT_FALSE(IsWoken(first, milliseconds(50)));
  Commit();
  EXPECT_TRUE(IsWoken(first, seconds(60)));
  EXPECT_FALSE(IsWoken(second, milliseconds(50)));
  Commit();
  EXPECT_TRUE(IsWoken(second, seconds(60)));
}

TEST_F(FeedWatchTest, WakesWhoWaitsWhenItIsNotified) {
  const std::future<void> waits = Wait(0, hours(1));
  Commit();
  watch_->Notify();
  EXPECT_TRUE(IsWoken(waits, seconds(60)));
}

TEST_F(FeedWatchTest, ANotificationOfNothingWakesNobody) {
  const std::future<void> waits = Wait(0, hours(1));
  watch_->Notify();
  EXPECT_FALSE(IsWoken(waits, milliseconds(50)));
}

TEST_F(FeedWatchTest, WakesAtOnceWhoIsBehind) {
  Commit();
  EXPECT_TRUE(IsWoken(Wait(0, hours(1)), seconds(60)));
}

TEST_F(FeedWatchTest, WakesWhenPatienceIsOver) {
  EXPECT_TRUE(IsWoken(Wait(0, milliseconds(1)), seconds(60)));
}

TEST_F(FeedWatchTest, WakesEverybodyWhenItEnds) {
  const std::future<void> waits = Wait(0, hours(1));
  watch_ = nullptr;
  EXPECT_TRUE(IsWoken(waits, milliseconds(0)));
}

}  // namespace
}  // namespace tidings::query
