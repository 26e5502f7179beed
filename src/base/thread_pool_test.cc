#include "base/thread_pool.h"

#include <atomic>
#include <latch>

#include <gtest/gtest.h>

namespace tidings {
namespace {

TEST(ThreadPoolTest, FinishesWhatWaitsWhenItStops) {
  std::atomic<int> done = 0;
  ThreadPool pool({.threads = 2, .max_waiting = 1000});
  for (int i = 0; i < 500; ++i) {
    ASSERT_TRUE(pool.Post([&] { ++done; }));
  }

  pool.Stop();

  EXPECT_EQ(done, 500);
}

TEST(ThreadPoolTest, RefusesWhenTooMuchWaits) {
  std::latch go(1);
  std::latch running(1);
  ThreadPool pool({.threads = 1, .max_waiting = 2});
  ASSERT_TRUE(pool.Post([&] {
    running.count_down();
    go.wait();
  }));
  running.wait();

  EXPECT_TRUE(pool.Post([] {}));
  EXPECT_TRUE(pool.Post([] {}));
  EXPECT_FALSE(pool.Post([] {}));
  go.count_down();
}

TEST(ThreadPoolTest, RefusesAfterStop) {
  ThreadPool pool({});
  pool.Stop();
  pool.Stop();
  EXPECT_FALSE(pool.Post([] {}));
}

}  // namespace
}  // namespace tidings
