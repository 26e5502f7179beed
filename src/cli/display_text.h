#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <absl/time/time.h>

/// Text, times and durations as a table on a terminal shows them.
namespace tidings::cli {

/// `text` on one line: ⏎ for a line break, other control characters escaped.
std::string OneLine(std::string_view text);

/// Columns on a terminal: 2 for East Asian wide characters, 0 for combining ones.
size_t DisplayWidth(std::string_view text);

/// Cut to `width` columns with … at the end, if it is wider.
std::string Cut(std::string_view text, size_t width);

/// Filled with spaces to `width` columns, if it is narrower.
std::string Padded(std::string_view text, size_t width);

/// `2023-11-14 23:13:20` in a time zone.
std::string ShowTime(int64_t ms, const absl::TimeZone& zone);

/// At most two units: `3d4h`, `1h30m`, `2m5s`, `12.3s`, `250ms`.
std::string ShowDuration(int64_t ms);

}  // namespace tidings::cli
