#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include <absl/base/thread_annotations.h>

#include "base/executor.h"
#include "base/mutex.h"

namespace tidings {

/// A fixed number of threads that work off a bounded queue.
///
/// Thread safety: safe.
class ThreadPool final : public Executor {
 public:
  struct Options {
    unsigned threads = 2;
    /// Work that may wait; above it Post refuses.
    size_t max_waiting = 1000;
  };

  explicit ThreadPool(Options options);
  /// As Stop().
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;
  ~ThreadPool() override;

  bool Post(std::function<void()> work) override;

  /// Refuses further work, finishes what waits, joins. Idempotent.
  void Stop();

 private:
  void Run();

  const size_t max_waiting_;
  Mutex mutex_;
  std::deque<std::function<void()>> waiting_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::jthread> threads_;
};

}  // namespace tidings
