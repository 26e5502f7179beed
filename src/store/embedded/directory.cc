#include "store/embedded/directory.h"

#include <cerrno>
#include <charconv>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <optional>
#include <system_error>
#include <unistd.h>

#include <sys/file.h>

#include "base/durable_file.h"
#include "base/status.h"

namespace tidings::embedded {
namespace {

constexpr const char* kLockName = "LOCK";
constexpr const char* kFormatName = "FORMAT";
constexpr std::string_view kFormatLine = "tidings embedded store, version ";

std::string LastError() {
  return std::error_code(errno, std::generic_category()).message();
}

std::string ReadSmallFile(const std::string& path) {
  std::ifstream file(path);
  std::string text(256, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(file.gcount()));
  while (!text.empty() && text.back() == '\n') {
    text.pop_back();
  }
  return text;
}

absl::StatusOr<int> Lock(const std::string& path) {
  const std::string name = path + "/" + kLockName;
  const int file = open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640);
  if (file < 0) {
    return Unavailable("{}: cannot be opened: {}", name, LastError());
  }
  if (flock(file, LOCK_EX | LOCK_NB) != 0) {
    const bool is_held = errno == EWOULDBLOCK;
    const std::string error = LastError();
    close(file);
    if (is_held) {
      return Unavailable(
          "{}: the data directory is in use by process {}; stop it, or choose another "
          "store.directory",
          path,
          ReadSmallFile(name)
      );
    }
    return Unavailable("{}: cannot be locked: {}", name, error);
  }
  const std::string holder = fmt::format("{}\n", getpid());
  if (ftruncate(file, 0) != 0 ||
      pwrite(file, holder.data(), holder.size(), 0) != static_cast<ssize_t>(holder.size())) {
    const std::string error = LastError();
    close(file);
    return Unavailable("{}: cannot be written: {}", name, error);
  }
  return file;
}

std::optional<int> ParseVersion(std::string_view text) {
  if (!text.starts_with(kFormatLine)) {
    return std::nullopt;
  }
  text.remove_prefix(kFormatLine.size());
  int version = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), version);
  if (error != std::errc() || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return version;
}

/// A file or folder that a directory without a version should not have; empty if there is none.
std::string FindForeign(const std::string& path) {
  std::error_code error;
  for (auto at = std::filesystem::directory_iterator(path, error);
       !error && at != std::filesystem::directory_iterator();
       at.increment(error)) {
    const std::string name = at->path().filename().string();
    if (name != kLockName && name != std::string(kFormatName) + ".new" && name != "lost+found") {
      return name;
    }
  }
  return {};
}

}  // namespace

absl::StatusOr<std::unique_ptr<DataDirectory>> DataDirectory::Open(const std::string& path) {
  std::error_code error;
  if (std::filesystem::create_directories(path, error)) {
    // What is reported may be private. A directory that was there has its owner's mode.
    std::filesystem::permissions(path, std::filesystem::perms::owner_all, error);
  }
  if (error) {
    return Unavailable("{}: the data directory cannot be made: {}", path, error.message());
  }
  const absl::StatusOr<int> lock = Lock(path);
  if (!lock.ok()) {
    return lock.status();
  }
  std::unique_ptr<DataDirectory> directory(new DataDirectory(path, *lock));
  if (absl::Status status = directory->CheckVersion(); !status.ok()) {
    return status;
  }
  if (absl::Status status = directory->CheckDatabaseIsThere(); !status.ok()) {
    return status;
  }
  std::filesystem::remove_all(directory->staging(), error);
  std::filesystem::create_directories(directory->staging(), error);
  if (error) {
    return Unavailable("{}: cannot be emptied: {}", directory->staging(), error.message());
  }
  for (const std::string& part : {directory->runs(), directory->database()}) {
    std::filesystem::create_directories(part, error);
    if (error) {
      return Unavailable("{}: cannot be made: {}", part, error.message());
    }
  }
  if (absl::Status status = SyncPath(path); !status.ok()) {
    return status;
  }
  return directory;
}

absl::StatusOr<std::unique_ptr<DataDirectory>> DataDirectory::OpenExisting(const std::string& path
) {
  std::error_code error;
  if (!std::filesystem::exists(path + "/" + kFormatName, error)) {
    return NotFound("{}: is no data directory of Tidings: it has no file FORMAT", path);
  }
  return Open(path);
}

absl::Status DataDirectory::CheckVersion() const {
  std::error_code error;
  if (std::filesystem::exists(path_ + "/" + kFormatName, error)) {
    const absl::StatusOr<int> version = CheckFormat(path_);
    if (!version.ok()) {
      return version.status();
    }
    return *version == kFormatVersion ? absl::OkStatus() : WriteFormat(path_);
  }
  const std::string foreign = FindForeign(path_);
  if (!foreign.empty()) {
    return FailedPrecondition(
        "{}: holds \"{}\" but no file FORMAT: this is no data directory of Tidings; choose an "
        "empty or a new one",
        path_,
        foreign
    );
  }
  return WriteFormat(path_);
}

absl::Status DataDirectory::CheckDatabaseIsThere() const {
  std::error_code error;
  if (std::filesystem::exists(database(), error) && !std::filesystem::is_empty(database(), error)) {
    return absl::OkStatus();
  }
  for (const std::string& companion : {runs(), ballast()}) {
    // A folder or a file that the store fills only once its database is open.
    if (std::filesystem::exists(companion, error) && !std::filesystem::is_empty(companion, error)) {
      return DataLoss(
          "{}: the database is gone, though {}, which belongs to it, is there: put it back or "
          "restore a backup; to begin anew, empty the directory",
          database(),
          companion
      );
    }
  }
  return absl::OkStatus();
}

absl::Status WriteFormat(const std::string& path) {
  return ReplaceFile(path + "/" + kFormatName, fmt::format("{}{}\n", kFormatLine, kFormatVersion));
}

absl::StatusOr<int> CheckFormat(const std::string& path) {
  const std::string file = path + "/" + kFormatName;
  const std::string text = ReadSmallFile(file);
  const std::optional<int> version = ParseVersion(text);
  if (!version) {
    return FailedPrecondition(
        "{}: says \"{}\", expected \"{}{}\"", file, text, kFormatLine, kFormatVersion
    );
  }
  if (*version > kFormatVersion) {
    return FailedPrecondition(
        "{}: the directory is of version {}, newer than this program, which knows {}; use the "
        "version of Tidings that wrote it, or a later one",
        path,
        *version,
        kFormatVersion
    );
  }
  if (*version < kOldestFormatVersion) {
    return FailedPrecondition(
        "{}: the directory is of version {}, a preview that this program, which knows {} to {}, "
        "does not read; choose a new store.directory, and let the clients report again what it "
        "held",
        path,
        *version,
        kOldestFormatVersion,
        kFormatVersion
    );
  }
  return *version;
}

DataDirectory::~DataDirectory() {
  close(lock_file_);
}

}  // namespace tidings::embedded
