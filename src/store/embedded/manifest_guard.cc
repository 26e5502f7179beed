#include "store/embedded/manifest_guard.h"

#include <filesystem>
#include <utility>

namespace tidings::embedded {
namespace {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;

class WatchedManifest final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  WatchedManifest(std::unique_ptr<rocksdb::FSWritableFile> file, std::atomic<bool>& has_failed)
      : FSWritableFileOwnerWrapper(std::move(file)), has_failed_(has_failed) {}

  IOStatus Append(const rocksdb::Slice& data, const IOOptions& options, IODebugContext* debug)
      override {
    return Watch(FSWritableFileOwnerWrapper::Append(data, options, debug));
  }
  IOStatus Append(
      const rocksdb::Slice& data,
      const IOOptions& options,
      const rocksdb::DataVerificationInfo& verification,
      IODebugContext* debug
  ) override {
    return Watch(FSWritableFileOwnerWrapper::Append(data, options, verification, debug));
  }
  IOStatus Flush(const IOOptions& options, IODebugContext* debug) override {
    return Watch(FSWritableFileOwnerWrapper::Flush(options, debug));
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    return Watch(FSWritableFileOwnerWrapper::Sync(options, debug));
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    return Watch(FSWritableFileOwnerWrapper::Fsync(options, debug));
  }
  IOStatus Close(const IOOptions& options, IODebugContext* debug) override {
    return Watch(FSWritableFileOwnerWrapper::Close(options, debug));
  }

 private:
  IOStatus Watch(IOStatus status) {
    if (!status.ok()) {
      has_failed_ = true;
    }
    return status;
  }

  std::atomic<bool>& has_failed_;
};

}  // namespace

IOStatus ManifestGuard::NewWritableFile(
    const std::string& name,
    const rocksdb::FileOptions& options,
    std::unique_ptr<rocksdb::FSWritableFile>* file,
    IODebugContext* debug
) {
  IOStatus status = FileSystemWrapper::NewWritableFile(name, options, file, debug);
  if (status.ok() && std::filesystem::path(name).filename().string().starts_with("MANIFEST-")) {
    *file = std::make_unique<WatchedManifest>(std::move(*file), has_failed_);
  }
  return status;
}

IOStatus ManifestGuard::DeleteFile(
    const std::string& name, const IOOptions& options, IODebugContext* debug
) {
  if (has_failed_ && name.ends_with(".sst")) {
    return IOStatus::Busy(name, "kept, for the MANIFEST may name it");
  }
  return FileSystemWrapper::DeleteFile(name, options, debug);
}

IOStatus ManifestGuard::RenameFile(
    const std::string& from, const std::string& to, const IOOptions& options, IODebugContext* debug
) {
  const std::filesystem::path path(to);
  if (path.filename() == "CURRENT") {
    std::unique_ptr<rocksdb::FSDirectory> directory;
    IOStatus status = NewDirectory(path.parent_path(), options, &directory, debug);
    if (status.ok()) {
      status = directory->Fsync(options, debug);
    }
    if (!status.ok()) {
      return status;
    }
  }
  return FileSystemWrapper::RenameFile(from, to, options, debug);
}

}  // namespace tidings::embedded
