#pragma once

#include <memory>
#include <string>

#include <absl/base/thread_annotations.h>
#include <rocksdb/env.h>

#include "base/mutex.h"

namespace tidings::embedded::testing {

/// The machine's files, but for syncs of the write-ahead log, which fail or wait as a test says.
///
/// Thread safety: safe.
class FaultyEnv final : public rocksdb::EnvWrapper {
 public:
  FaultyEnv() : rocksdb::EnvWrapper(rocksdb::Env::Default()) {}

  const char* Name() const override { return "FaultyEnv"; }
  rocksdb::Status NewWritableFile(
      const std::string& name,
      std::unique_ptr<rocksdb::WritableFile>* file,
      const rocksdb::EnvOptions& options
  ) override;

  /// Syncs fail from now on, or succeed again.
  void FailSyncs(bool fail);
  /// Syncs wait from now on, or go on.
  void HoldSyncs(bool hold);
  /// Returns when a sync waits.
  void AwaitHeldSync();

  /// What a file of the log does instead of its sync: its failure, if it is to fail.
  rocksdb::Status BeforeSync();

 private:
  Mutex mutex_;
  bool fail_ ABSL_GUARDED_BY(mutex_) = false;
  bool hold_ ABSL_GUARDED_BY(mutex_) = false;
  bool is_held_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace tidings::embedded::testing
