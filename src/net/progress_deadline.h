#pragma once

#include <chrono>
#include <cstddef>
#include <optional>

namespace tidings::net {

/// By when something incomplete (a header, a message, a body) must have arrived: some time at
/// first, then as much more as the bytes so far have earned at the least allowed rate. Time in
/// which the server itself did not read does not count.
class ProgressDeadline {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  ProgressDeadline(std::chrono::milliseconds patience, size_t min_bytes_per_second)
      : patience_(patience), min_bytes_per_second_(min_bytes_per_second) {}

  bool running() const { return started_.has_value(); }

  void Begin(TimePoint now) {
    started_ = now;
    paused_since_.reset();
    bytes_ = 0;
  }
  void End() { started_.reset(); }
  void AddBytes(size_t count) { bytes_ += count; }
  void SetBytes(size_t count) { bytes_ = count; }

  void Pause(TimePoint now) {
    if (started_ && !paused_since_) {
      paused_since_ = now;
    }
  }
  void Resume(TimePoint now) {
    if (started_ && paused_since_) {
      *started_ += now - *paused_since_;
      paused_since_.reset();
    }
  }

  /// Nothing while nothing is incomplete, or it is paused.
  std::optional<TimePoint> due() const {
    if (!started_ || paused_since_) {
      return std::nullopt;
    }
    const auto earned = std::chrono::milliseconds(
        min_bytes_per_second_ == 0 ? 0 : bytes_ * 1000 / min_bytes_per_second_
    );
    return *started_ + patience_ + earned;
  }
  bool IsOver(TimePoint now) const {
    const auto when = due();
    return when && *when <= now;
  }

 private:
  std::chrono::milliseconds patience_;
  size_t min_bytes_per_second_;
  std::optional<TimePoint> started_;
  std::optional<TimePoint> paused_since_;
  size_t bytes_ = 0;
};

}  // namespace tidings::net
