#include "cli/display_text.h"

#include <limits>
#include <utf8proc.h>

#include <fmt/format.h>

#include "base/text.h"

namespace tidings::cli {
namespace {

constexpr std::string_view kReturn = "⏎";
constexpr std::string_view kEllipsis = "…";

/// Takes a character off the front of a non-empty text and tells its columns. A byte that begins no
/// UTF-8 counts as one.
std::string_view TakeCharacter(std::string_view& text, size_t& width) {
  utf8proc_int32_t point = 0;
  const utf8proc_ssize_t size = utf8proc_iterate(
      reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
      static_cast<utf8proc_ssize_t>(text.size()),
      &point
  );
  width = size > 0 ? static_cast<size_t>(utf8proc_charwidth(point)) : 1;
  const std::string_view taken = text.substr(0, size > 0 ? static_cast<size_t>(size) : 1);
  text.remove_prefix(taken.size());
  return taken;
}

}  // namespace

std::string OneLine(std::string_view text) {
  std::string out;
  while (true) {
    const size_t line_break = text.find('\n');
    std::string_view line = text.substr(0, line_break);
    if (line_break != std::string_view::npos && !line.empty() && line.back() == '\r') {
      line.remove_suffix(1);
    }
    out += EscapeForDisplay(line, std::numeric_limits<size_t>::max());
    if (line_break == std::string_view::npos) {
      return out;
    }
    out += kReturn;
    text.remove_prefix(line_break + 1);
  }
}

size_t DisplayWidth(std::string_view text) {
  size_t total = 0;
  while (!text.empty()) {
    size_t width = 0;
    TakeCharacter(text, width);
    total += width;
  }
  return total;
}

std::string Cut(std::string_view text, size_t width) {
  if (DisplayWidth(text) <= width) {
    return std::string(text);
  }
  std::string out;
  size_t used = 1;  // The ellipsis.
  while (!text.empty()) {
    size_t character_width = 0;
    const std::string_view character = TakeCharacter(text, character_width);
    if (used + character_width > width) {
      break;
    }
    used += character_width;
    out += character;
  }
  return out.append(kEllipsis);
}

std::string Padded(std::string_view text, size_t width) {
  std::string out(text);
  const size_t used = DisplayWidth(text);
  out.append(used < width ? width - used : 0, ' ');
  return out;
}

std::string ShowTime(int64_t ms, const absl::TimeZone& zone) {
  return absl::FormatTime("%Y-%m-%d %H:%M:%S", absl::FromUnixMillis(ms), zone);
}

std::string ShowDuration(int64_t ms) {
  constexpr int64_t kSecond = 1000;
  constexpr int64_t kMinute = 60 * kSecond;
  constexpr int64_t kHour = 60 * kMinute;
  constexpr int64_t kDay = 24 * kHour;
  const auto two_units = [ms](int64_t large, char large_name, int64_t small, char small_name) {
    const int64_t rest = ms % large / small;
    return rest == 0 ? fmt::format("{}{}", ms / large, large_name)
                     : fmt::format("{}{}{}{}", ms / large, large_name, rest, small_name);
  };
  if (ms < 0) {
    return "-" + ShowDuration(ms == std::numeric_limits<int64_t>::min() ? -(ms + 1) : -ms);
  }
  if (ms < kSecond) {
    return fmt::format("{}ms", ms);
  }
  if (ms < kMinute) {
    return ms % kSecond == 0 ? fmt::format("{}s", ms / kSecond)
                             : fmt::format("{}.{}s", ms / kSecond, ms % kSecond / 100);
  }
  if (ms < kHour) {
    return two_units(kMinute, 'm', kSecond, 's');
  }
  return ms < kDay ? two_units(kHour, 'h', kMinute, 'm') : two_units(kDay, 'd', kHour, 'h');
}

}  // namespace tidings::cli
