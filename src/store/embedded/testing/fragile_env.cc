#include "store/embedded/testing/fragile_env.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <utility>

#include <fmt/format.h>

namespace tidings::embedded::testing {
namespace {

namespace fs = std::filesystem;

class FragileFile final : public rocksdb::WritableFileWrapper {
 public:
  FragileFile(std::unique_ptr<rocksdb::WritableFile> file, FragileEnv& env, std::string name)
      : rocksdb::WritableFileWrapper(file.get()),
        file_(std::move(file)),
        env_(env),
        name_(std::move(name)) {}

  rocksdb::Status Append(const rocksdb::Slice& data) override {
    rocksdb::Status status = env_.Before("append", name_);
    if (status.ok()) {
      status = file_->Append(data);
      size_ += data.size();
      env_.Wrote(name_, size_);
      env_.After("append", name_);
    }
    return status;
  }
  rocksdb::Status Append(
      const rocksdb::Slice& data, const rocksdb::DataVerificationInfo& /*verification*/
  ) override {
    return Append(data);
  }
  rocksdb::Status Sync() override { return DoSync(); }
  rocksdb::Status Fsync() override { return DoSync(); }

 private:
  rocksdb::Status DoSync() {
    rocksdb::Status status = env_.Before("sync", name_);
    if (status.ok()) {
      status = file_->Sync();
    }
    if (status.ok()) {
      env_.Synced(name_);
      env_.After("sync", name_);
    }
    return status;
  }

  const std::unique_ptr<rocksdb::WritableFile> file_;
  FragileEnv& env_;
  const std::string name_;
  uint64_t size_ = 0;
};

class FragileReads final : public rocksdb::RandomAccessFile {
 public:
  FragileReads(std::unique_ptr<rocksdb::RandomAccessFile> file, const FragileEnv& env)
      : file_(std::move(file)), env_(env) {}

  rocksdb::Status Read(uint64_t offset, size_t size, rocksdb::Slice* result, char* scratch)
      const override {
    if (env_.FailsReads()) {
      return rocksdb::Status::IOError("injected", "read failed");
    }
    return file_->Read(offset, size, result, scratch);
  }

 private:
  const std::unique_ptr<rocksdb::RandomAccessFile> file_;
  const FragileEnv& env_;
};

class FragileDirectory final : public rocksdb::Directory {
 public:
  FragileDirectory(std::unique_ptr<rocksdb::Directory> directory, FragileEnv& env, std::string name)
      : directory_(std::move(directory)), env_(env), name_(std::move(name)) {}

  rocksdb::Status Fsync() override {
    rocksdb::Status status = env_.Before("sync directory", name_);
    if (status.ok()) {
      status = directory_->Fsync();
    }
    if (status.ok()) {
      env_.SyncedDirectory(name_);
      env_.After("sync directory", name_);
    }
    return status;
  }

 private:
  const std::unique_ptr<rocksdb::Directory> directory_;
  FragileEnv& env_;
  const std::string name_;
};

/// `.log`, `.sst`; the name without its number where it has no extension: `MANIFEST`.
std::string KindOf(const std::string& name) {
  const fs::path path(name);
  const std::string extension = path.extension();
  // RocksDB puts a time behind its old text logs.
  if (extension.size() > 1 && extension.find_first_not_of("0123456789", 1) == std::string::npos) {
    return KindOf(path.stem());
  }
  if (!extension.empty()) {
    return extension;
  }
  const std::string file = path.filename();
  return file.substr(0, file.find('-'));
}

std::string PointOf(const char* call, const std::string& name) {
  const bool is_directory = std::string_view(call) == "sync directory";
  return is_directory ? std::string(call) : fmt::format("{} {}", call, KindOf(name));
}

std::string DirectoryOf(const std::string& name) {
  return fs::path(name).lexically_normal().parent_path();
}

void Garble(const std::string& name, uint64_t from, uint64_t to, std::mt19937& random) {
  std::fstream file(name, std::ios::binary | std::ios::in | std::ios::out);
  file.seekp(static_cast<std::streamoff>(from));
  for (uint64_t at = from; at < to; ++at) {
    file.put(static_cast<char>(random()));
  }
}

}  // namespace

rocksdb::Status FragileEnv::Before(const char* call, const std::string& name) {
  const std::string point = PointOf(call, name);
  if (watch_) {
    watch_("before " + point);
  }
  const MutexLock lock(mutex_);
  if (is_dead_) {
    return rocksdb::Status::IOError("injected", "no power");
  }
  points_.push_back(point);
  if (calls_++ != fails_at_) {
    return rocksdb::Status::OK();
  }
  is_dead_ = fault_ == Fault::kPowerLoss;
  return fault_ == Fault::kEnospc ? rocksdb::Status::NoSpace("injected", "no space")
                                  : rocksdb::Status::IOError("injected", "call failed");
}

void FragileEnv::After(const char* call, const std::string& name) {
  if (watch_) {
    watch_("after " + PointOf(call, name));
  }
}

void FragileEnv::FailAt(uint64_t number, Fault fault) {
  const MutexLock lock(mutex_);
  calls_ = 0;
  points_.clear();
  fails_at_ = number;
  fault_ = fault;
}

void FragileEnv::FailReads(bool fail) {
  const MutexLock lock(mutex_);
  fails_reads_ = fail;
}

bool FragileEnv::FailsReads() const {
  const MutexLock lock(mutex_);
  return fails_reads_;
}

uint64_t FragileEnv::calls() const {
  const MutexLock lock(mutex_);
  return calls_;
}

std::vector<std::string> FragileEnv::points() const {
  const MutexLock lock(mutex_);
  return points_;
}

void FragileEnv::Wrote(const std::string& name, uint64_t size) {
  const MutexLock lock(mutex_);
  files_[name].written = size;
}

void FragileEnv::Synced(const std::string& name) {
  const MutexLock lock(mutex_);
  files_[name].synced = files_[name].written;
}

void FragileEnv::SyncedDirectory(const std::string& name) {
  const MutexLock lock(mutex_);
  const std::string directory = fs::path(name + "/").lexically_normal().parent_path();
  std::erase_if(new_names_, [&directory](const NewName& one) {
    return DirectoryOf(one.name) == directory;
  });
}

rocksdb::Status FragileEnv::NewWritableFile(
    const std::string& name,
    std::unique_ptr<rocksdb::WritableFile>* file,
    const rocksdb::EnvOptions& options
) {
  rocksdb::Status status = Before("create", name);
  if (status.ok()) {
    status = target()->NewWritableFile(name, file, options);
  }
  if (status.ok()) {
    *file = std::make_unique<FragileFile>(std::move(*file), *this, name);
    {
      const MutexLock lock(mutex_);
      files_[name] = {};
      new_names_.push_back({.name = name});
    }
    After("create", name);
  }
  return status;
}

rocksdb::Status FragileEnv::NewRandomAccessFile(
    const std::string& name,
    std::unique_ptr<rocksdb::RandomAccessFile>* file,
    const rocksdb::EnvOptions& options
) {
  const rocksdb::Status status = target()->NewRandomAccessFile(name, file, options);
  if (status.ok()) {
    *file = std::make_unique<FragileReads>(std::move(*file), *this);
  }
  return status;
}

rocksdb::Status FragileEnv::NewDirectory(
    const std::string& name, std::unique_ptr<rocksdb::Directory>* directory
) {
  const rocksdb::Status status = target()->NewDirectory(name, directory);
  if (status.ok()) {
    *directory = std::make_unique<FragileDirectory>(std::move(*directory), *this, name);
  }
  return status;
}

rocksdb::Status FragileEnv::RenameFile(const std::string& from, const std::string& to) {
  rocksdb::Status status = Before("rename", to);
  if (!status.ok()) {
    return status;
  }
  NewName renamed{.name = to, .from = from};
  if (fs::exists(to)) {
    renamed.before = fmt::format("{}.before-{}", to, calls());
    fs::copy_file(to, renamed.before);
  }
  status = target()->RenameFile(from, to);
  {
    const MutexLock lock(mutex_);
    files_[to] = files_[from];
    files_.erase(from);
    new_names_.push_back(std::move(renamed));
  }
  After("rename", to);
  return status;
}

rocksdb::Status FragileEnv::LinkFile(const std::string& from, const std::string& to) {
  rocksdb::Status status = Before("link", to);
  if (status.ok()) {
    status = target()->LinkFile(from, to);
  }
  if (status.ok()) {
    const MutexLock lock(mutex_);
    files_[to] = files_[from];
    new_names_.push_back({.name = to});
  }
  After("link", to);
  return status;
}

rocksdb::Status FragileEnv::DeleteFile(const std::string& name) {
  rocksdb::Status status = Before("delete", name);
  if (status.ok()) {
    status = target()->DeleteFile(name);
    {
      const MutexLock lock(mutex_);
      files_.erase(name);
    }
    After("delete", name);
  }
  return status;
}

void FragileEnv::LosePower(std::mt19937& random) {
  const MutexLock lock(mutex_);
  std::error_code ignored;
  for (const auto& [name, state] : files_) {
    if (!fs::exists(name) || state.written == state.synced) {
      continue;
    }
    const uint64_t kept =
        state.synced +
        std::uniform_int_distribution<uint64_t>(0, state.written - state.synced)(random);
    fs::resize_file(name, kept, ignored);
    constexpr uint64_t kTornBytes = 512;
    Garble(name, std::max(state.synced, kept - std::min(kept, kTornBytes)), kept, random);
  }
  // The later name first: it may stand in the way of an earlier one.
  for (auto name = new_names_.rbegin(); name != new_names_.rend(); ++name) {
    if (!fs::exists(name->name) || random() % 2 == 0) {
      continue;
    }
    if (!name->from.empty()) {
      fs::rename(name->name, name->from, ignored);
    } else {
      fs::remove(name->name, ignored);
    }
    if (!name->before.empty()) {
      fs::copy_file(name->before, name->name, ignored);
    }
  }
  for (const NewName& name : new_names_) {
    fs::remove(name.before, ignored);
  }
}

}  // namespace tidings::embedded::testing
