#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "cli/context.h"

namespace tidings::cli {

/// `1,234,567`
std::string ShowCount(uint64_t number);

/// One line on stderr that tells how far long work is: a bar, how many events, how fast, and the
/// time left. Only on a terminal; nothing anywhere else.
///
/// Thread safety: one thread. Lifetime: must not outlive its context.
class Progress {
 public:
  /// `total`: how much work there is, in whatever unit; nothing: nobody knows.
  Progress(Context& context, std::optional<uint64_t> total);
  ~Progress() { Clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// `done` of the total; `events` so far.
  void Show(uint64_t done, uint64_t events);
  /// Takes the line away: before anything else is told on stderr.
  void Clear();

 private:
  Context& context_;
  const std::optional<uint64_t> total_;
  const std::chrono::steady_clock::time_point began_;
  std::optional<std::chrono::steady_clock::time_point> shown_;
  bool is_shown_ = false;
};

/// The line that Progress shows.
std::string ProgressLine(
    uint64_t done,
    const std::optional<uint64_t>& total,
    uint64_t events,
    std::chrono::steady_clock::duration elapsed
);

}  // namespace tidings::cli
