#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include <absl/status/statusor.h>

/// Times, durations and sizes as people write them (contract "REST": times in requests).
namespace tidings {

/// The greatest time that a report may carry: 9999-12-31T23:59:59.999Z.
inline constexpr int64_t kMaxTimeMs = 253'402'300'799'999;

/// ms since the epoch from an integer of ms, RFC 3339 (a space before the offset is a '+', since
/// URLs lose it), `now`, `now-15m`, `now+15m`, `-15m`, `15m` (ago; units ms s m h d w; several may
/// follow each other: `1h30m`).
/// A time without an offset is refused with both readings named. Integers are taken as they are.
absl::StatusOr<int64_t> ParseTime(std::string_view text, int64_t now_ms);

/// `2023-11-14T22:13:20.000Z`
std::string FormatTimeUtc(int64_t ms);

/// `30s`, `1h30m`, `15ms`, `7d`; a bare `0` is zero. Negative ones are refused.
absl::StatusOr<std::chrono::milliseconds> ParseDuration(std::string_view text);
/// The shortest exact form of a duration: `90s` is `1m30s`.
std::string FormatDuration(std::chrono::milliseconds duration);

/// `64MiB`, `10kB`, `512` (bytes).
absl::StatusOr<uint64_t> ParseSize(std::string_view text);
std::string FormatSize(uint64_t bytes);

/// True for a number that looks like seconds since the epoch where ms are wanted.
inline bool LooksLikeSeconds(int64_t ms) {
  return ms >= 1 && ms <= 99'999'999'999;
}

}  // namespace tidings
