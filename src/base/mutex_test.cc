#include "base/mutex.h"

#include <chrono>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace tidings {
namespace {

TEST(MutexTest, AwaitReturnsOnceAnotherThreadHasMadeTheConditionTrue) {
  Mutex mutex;
  int turns = 0;
  const auto play = [&](int mine) {
    for (int i = 0; i < 100; ++i) {
      const MutexLock lock(mutex);
      mutex.Await([&] { return turns % 2 == mine; });
      ++turns;
    }
  };
  std::jthread other([&] { play(1); });
  play(0);
  other.join();
  EXPECT_EQ(turns, 200);
}

TEST(MutexTest, EveryWaitingThreadIsWoken) {
  Mutex mutex;
  bool go = false;
  int gone = 0;
  std::vector<std::jthread> threads;
  threads.reserve(4);
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      const MutexLock lock(mutex);
      mutex.Await([&] { return go; });
      ++gone;
    });
  }
  {
    const MutexLock lock(mutex);
    go = true;
    mutex.Await([&] { return gone == 4; });
  }
  EXPECT_EQ(gone, 4);
}

TEST(MutexTest, AwaitForTellsWhetherTheConditionHolds) {
  Mutex mutex;
  const MutexLock lock(mutex);
  EXPECT_TRUE(mutex.AwaitFor(std::chrono::hours(1), [] { return true; }));
  EXPECT_FALSE(mutex.AwaitFor(std::chrono::milliseconds(1), [] { return false; }));
}

TEST(SharedMutexTest, TwoReadersHoldItAtOnceAndAWriterAlone) {
  SharedMutex mutex;
  int value = 0;
  {
    const ReaderLock first(mutex);
    std::jthread([&] {
      const ReaderLock second(mutex);
      EXPECT_EQ(value, 0);
    }).join();
  }
  std::vector<std::jthread> writers;
  writers.reserve(4);
  for (int i = 0; i < 4; ++i) {
    writers.emplace_back([&] {
      for (int j = 0; j < 1000; ++j) {
        const MutexLock lock(mutex);
        ++value;
      }
    });
  }
  writers.clear();
  EXPECT_EQ(value, 4000);
}

}  // namespace
}  // namespace tidings
