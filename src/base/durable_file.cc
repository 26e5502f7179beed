#include "base/durable_file.h"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <filesystem>
#include <system_error>
#include <unistd.h>

#include "base/status.h"

namespace tidings {
namespace {

std::string ReasonOfErrno() {
  return std::error_code(errno, std::generic_category()).message();
}

/// Writes all of it, however few bytes a call takes.
bool WriteWhole(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = write(file, text.data(), text.size());
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count <= 0) {
      return false;
    }
    text.remove_prefix(static_cast<size_t>(count));
  }
  return true;
}

/// Whatever is left to read is appended to `text`.
bool ReadRest(int file, std::string& text) {
  constexpr size_t kPiece = size_t{64} * 1024;
  while (true) {
    const size_t size = text.size();
    text.resize(size + kPiece);
    const ssize_t count = read(file, text.data() + size, kPiece);
    text.resize(size + static_cast<size_t>(count > 0 ? count : 0));
    if (count == 0 || (count < 0 && errno != EINTR)) {
      return count == 0;
    }
  }
}

}  // namespace

absl::StatusOr<std::string> ReadWholeFile(const std::string& path) {
  std::string text;
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool done = file >= 0 && ReadRest(file, text);
  const int error = errno;
  if (file >= 0) {
    close(file);
  }
  if (done) {
    return text;
  }
  const auto code =
      file < 0 && error == ENOENT ? absl::StatusCode::kNotFound : absl::StatusCode::kUnavailable;
  return MakeStatus(code, "{}: cannot be read: {}", path, std::generic_category().message(error));
}

absl::Status SyncPath(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool done = file >= 0 && fsync(file) == 0;
  const std::string error = ReasonOfErrno();
  if (file >= 0) {
    close(file);
  }
  return done ? absl::OkStatus() : Unavailable("{}: cannot be synced: {}", path, error);
}

absl::Status ReplaceFile(const std::string& path, std::string_view text) {
  const std::string temporary = path + ".new";
  const int file = open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
  const bool written = file >= 0 && WriteWhole(file, text) && fsync(file) == 0;
  std::string error = ReasonOfErrno();
  if (file >= 0) {
    close(file);
  }
  if (written && rename(temporary.c_str(), path.c_str()) == 0) {
    return SyncPath(std::filesystem::path(path).parent_path().string());
  }
  if (written) {
    error = ReasonOfErrno();
  }
  return Unavailable("{}: cannot be written: {}", path, error);
}

}  // namespace tidings
