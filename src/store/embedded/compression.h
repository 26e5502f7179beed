#pragma once

#include <string>
#include <string_view>

#include <absl/status/statusor.h>

/// Zstandard at level 1, framed with the sizes that a bounded reader needs.
namespace tidings::embedded {

/// Appends `raw`: its size, its stored size, then a zstd frame, or the bytes themselves where zstd
/// gains nothing (both sizes equal).
void AppendCompressed(std::string& out, std::string_view raw);

/// Takes one such section from the front of `bytes` and appends its raw bytes to `raw`. kDataLoss
/// when it is malformed or claims more than `max_raw_bytes`.
absl::Status TakeCompressed(std::string_view& bytes, size_t max_raw_bytes, std::string& raw);

}  // namespace tidings::embedded
