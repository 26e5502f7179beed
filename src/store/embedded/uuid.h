#pragma once

#include <cstddef>
#include <string_view>

/// UUIDs as 16 bytes instead of 36.
namespace tidings::embedded {

inline constexpr size_t kUuidBytes = 16;
inline constexpr size_t kUuidTextBytes = 36;

/// Writes the 16 bytes of `text`; false when it is not a UUID in lower-case hex with its four
/// dashes (any other form would not come back as it was).
bool PackUuid(std::string_view text, char* bytes);
/// Writes the 36 characters.
void UnpackUuid(const char* bytes, char* text);

}  // namespace tidings::embedded
