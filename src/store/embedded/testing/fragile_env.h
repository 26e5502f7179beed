#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <absl/base/thread_annotations.h>
#include <rocksdb/env.h>

#include "base/mutex.h"

namespace tidings::embedded::testing {

/// The machine's files as a bad machine would keep them. Counts every call that changes a file or a
/// directory, and at one of them fails it, or loses power: from then on nothing works, and what was
/// not synced may be gone.
///
/// Thread safety: safe.
class FragileEnv final : public rocksdb::EnvWrapper {
 public:
  enum class Fault : uint8_t {
    kNone,
    kEio,        ///< that call fails
    kEnospc,     ///< that call fails for want of space
    kPowerLoss,  ///< that call and all later ones fail
  };

  FragileEnv() : rocksdb::EnvWrapper(rocksdb::Env::Default()) {}

  const char* Name() const override { return "FragileEnv"; }
  rocksdb::Status NewWritableFile(
      const std::string& name,
      std::unique_ptr<rocksdb::WritableFile>* file,
      const rocksdb::EnvOptions& options
  ) override;
  rocksdb::Status NewRandomAccessFile(
      const std::string& name,
      std::unique_ptr<rocksdb::RandomAccessFile>* file,
      const rocksdb::EnvOptions& options
  ) override;
  rocksdb::Status NewDirectory(
      const std::string& name, std::unique_ptr<rocksdb::Directory>* directory
  ) override;
  rocksdb::Status RenameFile(const std::string& from, const std::string& to) override;
  rocksdb::Status LinkFile(const std::string& from, const std::string& to) override;
  rocksdb::Status DeleteFile(const std::string& name) override;

  /// Is told `before sync .log` and `after sync .log`, and so on, of every call.
  void Watch(std::function<void(std::string_view point)> watch) { watch_ = std::move(watch); }
  /// The fault happens at the `number`th call from now on, counted from 0.
  void FailAt(uint64_t number, Fault fault);
  /// Reads fail from now on, or succeed again.
  void FailReads(bool fail);
  /// Calls since FailAt, or since the beginning.
  uint64_t calls() const;
  /// The calls by number, as `sync .log`, `rename CURRENT`, `link .sst`.
  std::vector<std::string> points() const;

  /// Takes away, from the files as they are, what a machine may lose that lost power: of each file
  /// a part of what was not synced, the last bytes of the rest garbled; names that were made or
  /// changed since their directory was synced. Nothing may have a file open.
  void LosePower(std::mt19937& random);

  /// For the files that this makes.
  rocksdb::Status Before(const char* call, const std::string& name);
  void Wrote(const std::string& name, uint64_t size);
  void Synced(const std::string& name);
  void SyncedDirectory(const std::string& name);
  void After(const char* call, const std::string& name);
  bool FailsReads() const;

 private:
  struct FileState {
    uint64_t written = 0;
    uint64_t synced = 0;
  };
  /// A name that its directory may have forgotten.
  struct NewName {
    std::string name;
    /// What the name stood for before, a copy of it; empty: nothing.
    std::string before;
    /// Of a rename: the name that it had.
    std::string from;
  };

  std::function<void(std::string_view)> watch_;
  mutable Mutex mutex_;
  uint64_t calls_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t fails_at_ ABSL_GUARDED_BY(mutex_) = ~uint64_t{0};
  Fault fault_ ABSL_GUARDED_BY(mutex_) = Fault::kNone;
  bool fails_reads_ ABSL_GUARDED_BY(mutex_) = false;
  bool is_dead_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::string> points_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, FileState> files_ ABSL_GUARDED_BY(mutex_);
  std::vector<NewName> new_names_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace tidings::embedded::testing
