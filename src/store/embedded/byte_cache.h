#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <utility>

#include <absl/base/thread_annotations.h>
#include <absl/container/flat_hash_map.h>

#include "base/mutex.h"

namespace tidings::embedded {

/// Keeps what was used last, up to a number of bytes. `T` has bytes().
///
/// Thread safety: safe.
template <typename T>
class ByteCache {
 public:
  explicit ByteCache(size_t max_bytes) : max_bytes_(max_bytes) {}

  /// Null when it is not there. Shared: an entry that is dropped meanwhile stays whole for its
  /// reader.
  std::shared_ptr<const T> Find(uint64_t key) {
    const MutexLock lock(mutex_);
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) {
      return nullptr;
    }
    by_use_.splice(by_use_.begin(), by_use_, found->second);
    return found->second->value;
  }

  void Insert(uint64_t key, std::shared_ptr<const T> value) {
    const MutexLock lock(mutex_);
    InsertLocked(key, std::move(value));
  }

  /// For who reads everything once, perhaps more than there is room for, and soon again: would it
  /// drop what was used longest ago, it would never find anything. So without room most values are
  /// not kept; a few are, since what is kept may be wanted no more.
  void InsertOfScan(uint64_t key, std::shared_ptr<const T> value) {
    constexpr size_t kKeptOneOf = 8;
    const MutexLock lock(mutex_);
    if (bytes_ + value->bytes() <= max_bytes_ || ++left_out_ % kKeptOneOf == 0) {
      InsertLocked(key, std::move(value));
    }
  }

  void Clear() {
    const MutexLock lock(mutex_);
    by_key_.clear();
    by_use_.clear();
    bytes_ = 0;
  }

 private:
  struct Entry {
    uint64_t key = 0;
    std::shared_ptr<const T> value;
  };

  void InsertLocked(uint64_t key, std::shared_ptr<const T> value)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (by_key_.contains(key)) {
      return;
    }
    bytes_ += value->bytes();
    by_use_.push_front({.key = key, .value = std::move(value)});
    by_key_[key] = by_use_.begin();
    while (bytes_ > max_bytes_ && by_use_.size() > 1) {
      bytes_ -= by_use_.back().value->bytes();
      by_key_.erase(by_use_.back().key);
      by_use_.pop_back();
    }
  }

  const size_t max_bytes_;
  Mutex mutex_;
  std::list<Entry> by_use_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<uint64_t, typename std::list<Entry>::iterator> by_key_ ABSL_GUARDED_BY(mutex_
  );
  size_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  /// Values of scans that there was no room for.
  size_t left_out_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace tidings::embedded
