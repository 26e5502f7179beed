#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <unistd.h>

#include "base/status.h"
#include "derive/derive_state.h"

namespace tidings::derive {
namespace {

std::string SystemError() {
  return std::generic_category().message(errno);
}

/// An open file of the system, closed at the end.
class OpenFile {
 public:
  OpenFile(const std::string& path, int flags) : number_(open(path.c_str(), flags, 0640)) {}
  ~OpenFile() {
    if (number_ >= 0) {
      close(number_);
    }
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  bool WriteAndSync(std::string_view bytes) const {
    while (number_ >= 0 && !bytes.empty()) {
      const ssize_t written = write(number_, bytes.data(), bytes.size());
      if (written < 0 && errno != EINTR) {
        return false;
      }
      bytes.remove_prefix(written < 0 ? 0 : static_cast<size_t>(written));
    }
    return Sync();
  }
  bool Sync() const { return number_ >= 0 && fsync(number_) == 0; }

 private:
  const int number_;
};

}  // namespace

absl::StatusOr<DeriveState> ReadStateFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return NotFound("{}: cannot be opened: {}", path, SystemError());
  }
  const std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  absl::StatusOr<DeriveState> state = DecodeState(bytes);
  if (!state.ok()) {
    return DataLoss("{}: {}", path, MessageOf(state.status()));
  }
  return state;
}

absl::Status WriteStateFile(const std::string& path, const DeriveState& state) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  const std::string temporary = path + ".new";
  const OpenFile file(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC);
  if (!file.WriteAndSync(EncodeState(state))) {
    return Unavailable("{}: cannot be written: {}", temporary, SystemError());
  }
  const OpenFile directory(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (rename(temporary.c_str(), path.c_str()) != 0 || !directory.Sync()) {
    return Unavailable("{}: cannot be replaced: {}", path, SystemError());
  }
  return absl::OkStatus();
}

}  // namespace tidings::derive
