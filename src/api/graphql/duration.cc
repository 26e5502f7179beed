#include "api/graphql/duration.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include <absl/strings/ascii.h>

#include "base/status.h"
#include "base/text.h"

namespace tidings::graphql {
namespace {

struct Step {
  std::string_view name;
  /// A letter stands for a digit, anything else for itself.
  std::string_view format;
  std::chrono::milliseconds unit;
};

constexpr std::array<Step, 4> kSteps = {{
    {"DAY", "yyyy-MM-dd", std::chrono::days(1)},
    {"HOUR", "yyyy-MM-dd HH", std::chrono::hours(1)},
    {"MINUTE", "yyyy-MM-dd HHmm", std::chrono::minutes(1)},
    {"SECOND", "yyyy-MM-dd HHmmss", std::chrono::seconds(1)},
}};

/// The number that the digits at the places of `letter` make; nothing when one is no digit.
std::optional<int> NumberAt(char letter, const Step& step, std::string_view text) {
  int number = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (step.format[i] != letter) {
      continue;
    }
    if (!absl::ascii_isdigit(static_cast<unsigned char>(text[i]))) {
      return std::nullopt;
    }
    number = number * 10 + (text[i] - '0');
  }
  return number;
}

bool HasShape(std::string_view text, const Step& step) {
  if (text.size() != step.format.size()) {
    return false;
  }
  for (size_t i = 0; i < text.size(); ++i) {
    const bool is_letter = absl::ascii_isalpha(static_cast<unsigned char>(step.format[i]));
    if (!is_letter && text[i] != step.format[i]) {
      return false;
    }
  }
  return true;
}

std::optional<int64_t> ParseUnit(std::string_view text, const Step& step) {
  if (!HasShape(text, step)) {
    return std::nullopt;
  }
  constexpr std::string_view kLetters = "yMdHms";
  std::array<int, kLetters.size()> numbers{};
  for (size_t i = 0; i < kLetters.size(); ++i) {
    const std::optional<int> number = NumberAt(kLetters[i], step, text);
    if (!number) {
      return std::nullopt;
    }
    numbers[i] = *number;
  }
  const auto [year, month, day, hour, minute, second] = numbers;
  const std::chrono::year_month_day date{
      std::chrono::year(year),
      std::chrono::month(static_cast<unsigned>(month)),
      std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok() || hour > 23 || minute > 59 || second > 59) {
    return std::nullopt;
  }
  const auto time = std::chrono::sys_days(date) + std::chrono::hours(hour) +
                    std::chrono::minutes(minute) + std::chrono::seconds(second);
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

absl::Status BadTime(std::string_view field, std::string_view text, const Step& step) {
  return InvalidArgument(
      "time.{}: '{}' is no time of step {}, expected {} (UTC)",
      field,
      EscapeForDisplay(text, 40),
      step.name,
      step.format
  );
}

}  // namespace

absl::StatusOr<TimeWindow> WindowOf(const Json& duration) {
  const std::string_view name = duration.Text("step");
  const auto* const step = std::find_if(kSteps.begin(), kSteps.end(), [name](const Step& one) {
    return one.name == name;
  });
  if (step == kSteps.end()) {
    return InvalidArgument("time.step: '{}', expected DAY, HOUR, MINUTE or SECOND", name);
  }
  const std::string_view start = duration.Text("start");
  const std::string_view end = duration.Text("end");
  const std::optional<int64_t> from = ParseUnit(start, *step);
  if (!from) {
    return BadTime("start", start, *step);
  }
  const std::optional<int64_t> last = ParseUnit(end, *step);
  if (!last) {
    return BadTime("end", end, *step);
  }
  if (*from > *last) {
    return InvalidArgument("time.start: '{}' is later than time.end, '{}'", start, end);
  }
  // The end is inclusive: the first instant outside is 1 ms behind the end of its unit.
  return TimeWindow{.from = *from, .to = *last + step->unit.count()};
}

}  // namespace tidings::graphql
