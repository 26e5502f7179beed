#include "base/time_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include <absl/time/time.h>

#include "base/status.h"
#include "base/text.h"

namespace tidings {
namespace {

struct Unit {
  std::string_view name;
  int64_t ms = 0;
};
// Longest names first, so that `ms` is not read as `m`.
constexpr std::array<Unit, 6> kUnits{{
    {"ms", 1},
    {"s", 1000},
    {"m", 60'000},
    {"h", 3'600'000},
    {"d", 86'400'000},
    {"w", 604'800'000},
}};

struct SizeUnit {
  std::string_view name;
  uint64_t bytes = 0;
};
constexpr std::array<SizeUnit, 10> kSizeUnits{{
    {"B", 1},
    {"kB", 1000},
    {"KB", 1000},
    {"MB", 1'000'000},
    {"GB", 1'000'000'000},
    {"TB", 1'000'000'000'000},
    {"KiB", uint64_t{1} << 10},
    {"MiB", uint64_t{1} << 20},
    {"GiB", uint64_t{1} << 30},
    {"TiB", uint64_t{1} << 40},
}};

/// Takes the digits at the beginning of `text`; nothing without a digit or beyond 64 bits.
std::optional<int64_t> TakeNumber(std::string_view& text) {
  int64_t number = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), number);
  if (result.ec != std::errc() || text[0] == '-') {
    return std::nullopt;
  }
  text.remove_prefix(static_cast<size_t>(result.ptr - text.data()));
  return number;
}

const Unit* TakeUnit(std::string_view& text) {
  for (const Unit& unit : kUnits) {
    if (text.substr(0, unit.name.size()) == unit.name) {
      text.remove_prefix(unit.name.size());
      return &unit;
    }
  }
  return nullptr;
}

/// `1h30m` in ms; nothing if it is none.
std::optional<int64_t> ParseUnits(std::string_view text) {
  if (text.empty()) {
    return std::nullopt;
  }
  int64_t total = 0;
  while (!text.empty()) {
    const std::optional<int64_t> number = TakeNumber(text);
    const Unit* const unit = number ? TakeUnit(text) : nullptr;
    int64_t part = 0;
    if (unit == nullptr || __builtin_mul_overflow(*number, unit->ms, &part) ||
        __builtin_add_overflow(total, part, &total)) {
      return std::nullopt;
    }
  }
  return total;
}

/// `now`, `now-15m`, `now+15m`, `-15m`, `15m`.
std::optional<int64_t> ParseRelative(std::string_view text, int64_t now_ms) {
  int64_t sign = -1;
  if (text.substr(0, 3) == "now") {
    text.remove_prefix(3);
    if (text.empty()) {
      return now_ms;
    }
    if (text[0] != '-' && text[0] != '+' && text[0] != ' ') {
      return std::nullopt;
    }
    sign = text[0] == '-' ? -1 : 1;  // URLs make a space of '+'.
    text.remove_prefix(1);
  } else if (!text.empty() && text[0] == '-') {
    text.remove_prefix(1);
  }
  const std::optional<int64_t> offset = ParseUnits(text);
  int64_t result = 0;
  if (!offset || __builtin_add_overflow(now_ms, sign * *offset, &result)) {
    return std::nullopt;
  }
  return result;
}

std::optional<int64_t> ParseInteger(std::string_view text) {
  int64_t value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || result.ec != std::errc() || result.ptr != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

/// `60000ms or 1m`, for whoever wrote 60000.
std::string WaysToWriteMs(int64_t ms) {
  const std::string exact = fmt::format("{}ms", ms);
  const std::string shortest = FormatDuration(std::chrono::milliseconds(ms));
  return exact == shortest ? fmt::format("{} or {}s", exact, ms)
                           : fmt::format("{} or {}", exact, shortest);
}

/// `02:00`, `0200` or `02`: an offset without its sign.
bool IsOffset(std::string_view text) {
  constexpr size_t kHours = 2;
  const bool has_colon = text.size() > kHours && text[kHours] == ':';
  const std::string_view minutes = text.substr(std::min(text.size(), kHours + (has_colon ? 1 : 0)));
  const auto is_digits = [](std::string_view part) {
    return part.size() == 2 && part.find_first_not_of("0123456789") == std::string_view::npos;
  };
  return is_digits(text.substr(0, kHours)) && (is_digits(minutes) || text.size() == kHours);
}

/// With '+' for the space that a URL left before an offset: `…T22:13:20 02:00`. What stands before
/// it has a time of day, so that the space of `2023-11-14 22:13` stays one.
std::string WithPlus(std::string_view text) {
  std::string out(text);
  const size_t space = text.rfind(' ');
  if (space != std::string_view::npos &&
      text.substr(0, space).find(':') != std::string_view::npos &&
      IsOffset(text.substr(space + 1))) {
    out[space] = '+';
  }
  return out;
}

std::optional<int64_t> ParseWith(const std::string& format, const std::string& text) {
  absl::Time time;
  std::string error;
  // "infinite-past" and "infinite-future" are times to Abseil, whatever the format.
  if (!absl::ParseTime(format, text, &time, &error) || time == absl::InfinitePast() ||
      time == absl::InfiniteFuture()) {
    return std::nullopt;
  }
  return absl::ToUnixMillis(time);
}

}  // namespace

absl::StatusOr<int64_t> ParseTime(std::string_view text, int64_t now_ms) {
  if (const auto integer = ParseInteger(text)) {
    return *integer;
  }
  if (const auto relative = ParseRelative(text, now_ms)) {
    return *relative;
  }
  const std::string date_time = WithPlus(text);
  for (const char* format : {"%Y-%m-%d%ET%H:%M:%E*S%Ez", "%Y-%m-%d %H:%M:%E*S%Ez"}) {
    if (const auto time = ParseWith(format, date_time)) {
      return *time;
    }
  }
  for (const char* format :
       {"%Y-%m-%d%ET%H:%M:%E*S",
        "%Y-%m-%d %H:%M:%E*S",
        "%Y-%m-%d%ET%H:%M",
        "%Y-%m-%d %H:%M",
        "%Y-%m-%d"}) {
    if (const auto utc = ParseWith(format, date_time)) {
      const std::string reading = FormatTimeUtc(*utc);
      return InvalidArgument(
          "'{}' has no offset: write '{}' if UTC is meant, or '{}+02:00' with your own offset",
          EscapeForDisplay(text),
          reading,
          reading.substr(0, reading.size() - 1)
      );
    }
  }
  return InvalidArgument(
      "'{}' is no time: expected ms since the epoch, RFC 3339 (2023-11-14T22:13:20Z), now, now-15m "
      "or 15m",
      EscapeForDisplay(text)
  );
}

std::string FormatTimeUtc(int64_t ms) {
  return absl::FormatTime("%Y-%m-%d%ET%H:%M:%E3SZ", absl::FromUnixMillis(ms), absl::UTCTimeZone());
}

absl::StatusOr<std::chrono::milliseconds> ParseDuration(std::string_view text) {
  if (text == "0") {
    return std::chrono::milliseconds(0);
  }
  if (const auto total = ParseUnits(text)) {
    return std::chrono::milliseconds(*total);
  }
  const std::optional<int64_t> number = ParseInteger(text);
  return InvalidArgument(
      "'{}' is no duration: expected a number with a unit of ms s m h d w, as {}",
      EscapeForDisplay(text),
      number && *number > 0 ? WaysToWriteMs(*number) : "30s or 1h30m"
  );
}

std::string FormatDuration(std::chrono::milliseconds duration) {
  int64_t left = duration.count();
  if (left == 0) {
    return "0s";
  }
  std::string out = left < 0 ? "-" : "";
  left = left < 0 ? -left : left;
  constexpr std::array<Unit, 5> kLargestFirst{
      {{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1000}, {"ms", 1}}};
  for (const Unit& unit : kLargestFirst) {
    if (left >= unit.ms) {
      out += fmt::format("{}{}", left / unit.ms, unit.name);
      left %= unit.ms;
    }
  }
  return out;
}

absl::StatusOr<uint64_t> ParseSize(std::string_view text) {
  std::string_view rest = text;
  if (const std::optional<int64_t> number = TakeNumber(rest)) {
    if (rest.empty()) {
      return static_cast<uint64_t>(*number);
    }
    for (const SizeUnit& unit : kSizeUnits) {
      uint64_t bytes = 0;
      if (rest == unit.name &&
          !__builtin_mul_overflow(static_cast<uint64_t>(*number), unit.bytes, &bytes)) {
        return bytes;
      }
    }
  }
  return InvalidArgument(
      "'{}' is no size: expected bytes with or without a unit, as 512, 64KiB, 64MiB or 1GB",
      EscapeForDisplay(text)
  );
}

std::string FormatSize(uint64_t bytes) {
  for (const std::string_view name : {"TiB", "GiB", "MiB", "KiB"}) {
    for (const SizeUnit& unit : kSizeUnits) {
      if (unit.name == name && bytes >= unit.bytes && bytes % unit.bytes == 0) {
        return fmt::format("{}{}", bytes / unit.bytes, name);
      }
    }
  }
  return fmt::format("{}", bytes);
}

}  // namespace tidings
