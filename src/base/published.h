#pragma once

#include <memory>
#include <utility>

#include <absl/base/thread_annotations.h>

#include "base/mutex.h"

namespace tidings {

/// A value that is replaced as a whole while others read it: a reader keeps what it took.
///
/// Thread safety: safe.
template <typename T>
class Published {
 public:
  using Value = std::shared_ptr<const T>;

  explicit Published(Value value) : value_(std::move(value)) {}
  explicit Published(T value) : Published(std::make_shared<const T>(std::move(value))) {}

  Value current() const {
    const MutexLock lock(mutex_);
    return value_;
  }

  void Replace(Value value) {
    const MutexLock lock(mutex_);
    value_.swap(value);
  }
  void Replace(T value) { Replace(std::make_shared<const T>(std::move(value))); }

 private:
  mutable Mutex mutex_;
  Value value_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace tidings
