#include <filesystem>
#include <system_error>

#include "base/durable_file.h"
#include "base/status.h"
#include "derive/derive_state.h"

namespace tidings::derive {

absl::StatusOr<DeriveState> ReadStateFile(const std::string& path) {
  const absl::StatusOr<std::string> bytes = ReadWholeFile(path);
  if (!bytes.ok()) {
    return bytes.status();
  }
  absl::StatusOr<DeriveState> state = DecodeState(*bytes);
  if (!state.ok()) {
    return DataLoss("{}: {}", path, MessageOf(state.status()));
  }
  return state;
}

absl::Status WriteStateFile(const std::string& path, const DeriveState& state) {
  // Made when it is first needed; where that fails, so does the file.
  std::error_code error;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), error);
  return ReplaceFile(path, EncodeState(state));
}

}  // namespace tidings::derive
