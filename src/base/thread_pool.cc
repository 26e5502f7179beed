#include "base/thread_pool.h"

#include <utility>

namespace tidings {

ThreadPool::ThreadPool(Options options) : max_waiting_(options.max_waiting) {
  for (unsigned i = 0; i < options.threads; ++i) {
    threads_.emplace_back([this] { Run(); });
  }
}

ThreadPool::~ThreadPool() {
  Stop();
}

bool ThreadPool::Post(std::function<void()> work) {
  MutexLock lock(mutex_);
  if (stopping_ || waiting_.size() >= max_waiting_) {
    return false;
  }
  waiting_.push_back(std::move(work));
  return true;
}

void ThreadPool::Stop() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
  }
  threads_.clear();
}

void ThreadPool::Run() {
  while (true) {
    std::function<void()> work;
    {
      MutexLock lock(mutex_);
      mutex_.Await([this] {
        mutex_.AssertHeld();
        return stopping_ || !waiting_.empty();
      });
      if (waiting_.empty()) {
        return;
      }
      work = std::move(waiting_.front());
      waiting_.pop_front();
    }
    work();
  }
}

}  // namespace tidings
