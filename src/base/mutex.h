#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <shared_mutex>

#include <absl/base/thread_annotations.h>

namespace tidings {

/// A std::mutex whose use clang checks (-Wthread-safety) and on which a thread can wait for a
/// condition.
///
/// Not absl::Mutex: as distributions ship it, it is not built for ThreadSanitizer, which then sees
/// no order between two threads that share one.
class ABSL_LOCKABLE Mutex {
 public:
  void Lock() ABSL_EXCLUSIVE_LOCK_FUNCTION() { mutex_.lock(); }

  /// Wakes those in Await, to look at their conditions again.
  void Unlock() ABSL_UNLOCK_FUNCTION() {
    WakeWaiting();
    mutex_.unlock();
  }

  /// For the checker only: says that the caller holds it.
  void AssertHeld() const ABSL_ASSERT_EXCLUSIVE_LOCK() {}

  /// Lets go until `is_met()`. What is read there must change under this mutex.
  template <typename Condition>
  void Await(const Condition& is_met) ABSL_EXCLUSIVE_LOCKS_REQUIRED(this) {
    Waiting waiting(*this);
    changed_.wait(waiting.lock, is_met);
  }

  /// As Await, for that long at most; whether `is_met()`.
  template <typename Condition>
  bool AwaitFor(std::chrono::nanoseconds time, const Condition& is_met)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(this) {
    Waiting waiting(*this);
    return changed_.wait_for(waiting.lock, time, is_met);
  }

 private:
  /// The held mutex, as a condition variable takes it.
  struct Waiting {
    explicit Waiting(Mutex& mutex) : lock(mutex.mutex_, std::adopt_lock), count(mutex.waiting_) {
      // Waiting lets go as Unlock does.
      mutex.WakeWaiting();
      ++count;
    }
    ~Waiting() {
      --count;
      lock.release();
    }
    Waiting(const Waiting&) = delete;
    Waiting& operator=(const Waiting&) = delete;

    std::unique_lock<std::mutex> lock;
    size_t& count;
  };

  void WakeWaiting() {
    if (waiting_ > 0) {
      changed_.notify_all();
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  /// How many threads are in Await; guarded by mutex_.
  size_t waiting_ = 0;
};

/// A std::shared_mutex whose use clang checks: one writer, or many readers.
class ABSL_LOCKABLE SharedMutex {
 public:
  void Lock() ABSL_EXCLUSIVE_LOCK_FUNCTION() { mutex_.lock(); }
  void Unlock() ABSL_UNLOCK_FUNCTION() { mutex_.unlock(); }
  void ReaderLock() ABSL_SHARED_LOCK_FUNCTION() { mutex_.lock_shared(); }
  void ReaderUnlock() ABSL_UNLOCK_FUNCTION() { mutex_.unlock_shared(); }

 private:
  std::shared_mutex mutex_;
};

/// Holds a Mutex, or a SharedMutex as its writer.
template <typename Lockable>
class ABSL_SCOPED_LOCKABLE MutexLock {
 public:
  explicit MutexLock(Lockable& mutex) ABSL_EXCLUSIVE_LOCK_FUNCTION(mutex) : mutex_(mutex) {
    mutex_.Lock();
  }
  ~MutexLock() ABSL_UNLOCK_FUNCTION() { mutex_.Unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Lockable& mutex_;
};

/// Holds a SharedMutex as one of its readers.
class ABSL_SCOPED_LOCKABLE ReaderLock {
 public:
  explicit ReaderLock(SharedMutex& mutex) ABSL_SHARED_LOCK_FUNCTION(mutex) : mutex_(mutex) {
    mutex_.ReaderLock();
  }
  ~ReaderLock() ABSL_UNLOCK_FUNCTION() { mutex_.ReaderUnlock(); }
  ReaderLock(const ReaderLock&) = delete;
  ReaderLock& operator=(const ReaderLock&) = delete;

 private:
  SharedMutex& mutex_;
};

}  // namespace tidings
