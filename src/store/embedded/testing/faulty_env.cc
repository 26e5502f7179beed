#include "store/embedded/testing/faulty_env.h"

#include <utility>

namespace tidings::embedded::testing {
namespace {

class FaultyLog final : public rocksdb::WritableFileWrapper {
 public:
  FaultyLog(std::unique_ptr<rocksdb::WritableFile> file, FaultyEnv& env)
      : rocksdb::WritableFileWrapper(file.get()), file_(std::move(file)), env_(env) {}

  rocksdb::Status Sync() override {
    const rocksdb::Status status = env_.BeforeSync();
    return status.ok() ? file_->Sync() : status;
  }
  rocksdb::Status Fsync() override {
    const rocksdb::Status status = env_.BeforeSync();
    return status.ok() ? file_->Fsync() : status;
  }

 private:
  const std::unique_ptr<rocksdb::WritableFile> file_;
  FaultyEnv& env_;
};

}  // namespace

rocksdb::Status FaultyEnv::NewWritableFile(
    const std::string& name,
    std::unique_ptr<rocksdb::WritableFile>* file,
    const rocksdb::EnvOptions& options
) {
  const rocksdb::Status status = target()->NewWritableFile(name, file, options);
  if (status.ok() && name.ends_with(".log")) {
    *file = std::make_unique<FaultyLog>(std::move(*file), *this);
  }
  return status;
}

void FaultyEnv::FailSyncs(bool fail) {
  const MutexLock lock(mutex_);
  fail_ = fail;
}

void FaultyEnv::HoldSyncs(bool hold) {
  const MutexLock lock(mutex_);
  hold_ = hold;
}

void FaultyEnv::AwaitHeldSync() {
  const MutexLock lock(mutex_);
  mutex_.Await([this] {
    mutex_.AssertHeld();
    return is_held_;
  });
}

rocksdb::Status FaultyEnv::BeforeSync() {
  const MutexLock lock(mutex_);
  is_held_ = hold_;
  mutex_.Await([this] {
    mutex_.AssertHeld();
    return !hold_;
  });
  is_held_ = false;
  return fail_ ? rocksdb::Status::IOError("injected", "sync failed") : rocksdb::Status::OK();
}

}  // namespace tidings::embedded::testing
