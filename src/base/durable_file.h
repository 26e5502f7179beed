#pragma once

#include <string>
#include <string_view>

#include <absl/status/status.h>
#include <absl/status/statusor.h>

namespace tidings {

/// Replaces a small file: after a crash the old text is there or the new one, whole. Durable when
/// it returns OK. Errors: kUnavailable, naming path and cause.
absl::Status ReplaceFile(const std::string& path, std::string_view text);

/// All that a file holds. Errors, naming path and cause: kNotFound when there is no such file;
/// kUnavailable when it cannot be opened or read, as a directory cannot.
absl::StatusOr<std::string> ReadWholeFile(const std::string& path);

/// Makes durable what a file holds, or which files a directory does. Errors: kUnavailable.
absl::Status SyncPath(const std::string& path);

}  // namespace tidings
