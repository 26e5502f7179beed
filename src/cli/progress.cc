#include "cli/progress.h"

#include <algorithm>
#include <ostream>

#include <fmt/format.h>

#include "cli/display_text.h"

namespace tidings::cli {
namespace {

constexpr std::chrono::milliseconds kShowEvery{100};
constexpr size_t kBarWidth = 24;
/// Before that, a rate says little.
constexpr double kLeastSeconds = 0.5;
/// A year.
constexpr double kMostSeconds = 365 * 86'400.0;

std::string DrawBar(double share) {
  const auto filled = static_cast<size_t>(share * kBarWidth);
  return fmt::format(
      "[{}{}] {:3.0f}%  ",
      std::string(filled, '='),
      std::string(kBarWidth - filled, ' '),
      share * 100
  );
}

std::string TimeLeft(double seconds) {
  // In whole seconds, and beyond a few minutes in whole minutes: more would only flicker.
  constexpr int64_t kSecondMs = 1'000;
  constexpr int64_t kFewMinutesMs = 180 * kSecondMs;
  const auto ms = static_cast<int64_t>(std::min(seconds, kMostSeconds)) * kSecondMs;
  return ShowDuration(ms < kFewMinutesMs ? ms : ms / (60 * kSecondMs) * (60 * kSecondMs));
}

}  // namespace

std::string ShowCount(uint64_t number) {
  std::string digits = fmt::format("{}", number);
  for (size_t i = digits.size(); i > 3; i -= 3) {
    digits.insert(i - 3, 1, ',');
  }
  return digits;
}

std::string ProgressLine(
    uint64_t done,
    const std::optional<uint64_t>& total,
    uint64_t events,
    std::chrono::steady_clock::duration elapsed
) {
  const bool has_share = total && *total > 0;
  const double share =
      has_share ? std::min(1.0, static_cast<double>(done) / static_cast<double>(*total)) : 0;
  const double seconds = std::chrono::duration<double>(elapsed).count();
  std::string line = has_share ? DrawBar(share) : std::string();
  line += ShowCount(events) + " events";
  if (seconds < kLeastSeconds) {
    return line;
  }
  line += fmt::format(
      "  {}/s", ShowCount(static_cast<uint64_t>(static_cast<double>(events) / seconds))
  );
  if (has_share && share > 0) {
    line += fmt::format("  {} left", TimeLeft(seconds * (1 - share) / share));
  }
  return line;
}

Progress::Progress(Context& context, std::optional<uint64_t> total)
    : context_(context), total_(total), began_(context.clock.Steady()) {}

void Progress::Show(uint64_t done, uint64_t events) {
  const auto now = context_.clock.Steady();
  if (!context_.talks_to_terminal || (shown_ && now - *shown_ < kShowEvery)) {
    return;
  }
  shown_ = now;
  is_shown_ = true;
  context_.err << "\r\033[K" << ProgressLine(done, total_, events, now - began_);
  context_.err.flush();
}

void Progress::Clear() {
  if (is_shown_) {
    context_.err << "\r\033[K";
    context_.err.flush();
    is_shown_ = false;
  }
}

}  // namespace tidings::cli
