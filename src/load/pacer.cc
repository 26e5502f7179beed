#include "load/pacer.h"

#include <algorithm>
#include <cmath>

namespace tidings::load {

TimePoint Pacer::DueAt(uint64_t request) const {
  const std::chrono::duration<double> after(
      static_cast<double>(request) / options_.requests_per_second
  );
  return start_ + std::chrono::duration_cast<std::chrono::nanoseconds>(after);
}

bool Pacer::IsBehindEnd(TimePoint time) const {
  return options_.duration.count() > 0 && time >= start_ + options_.duration;
}

std::optional<TimePoint> Pacer::TakeDue(TimePoint now) {
  const TimePoint due = options_.requests_per_second > 0 ? DueAt(taken_) : now;
  if (IsOver(now) || due > now) {
    return std::nullopt;
  }
  ++taken_;
  return due;
}

std::optional<TimePoint> Pacer::next_due() const {
  if (options_.requests_per_second <= 0 || HasTakenAll() || IsBehindEnd(DueAt(taken_))) {
    return std::nullopt;
  }
  return DueAt(taken_);
}

uint64_t Pacer::missed(TimePoint now) const {
  if (options_.requests_per_second <= 0 || !IsBehindEnd(now)) {
    return 0;
  }
  const double seconds = std::chrono::duration<double>(options_.duration).count();
  auto due = static_cast<uint64_t>(std::ceil(seconds * options_.requests_per_second));
  if (options_.requests > 0) {
    due = std::min(due, options_.requests);
  }
  return due - std::min(due, taken_);
}

}  // namespace tidings::load
