#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "demo/report.h"
#include "demo/shop_day.h"

namespace tidings::demo {

inline constexpr int64_t kSecondMs = 1'000;
inline constexpr int64_t kMinuteMs = 60 * kSecondMs;
inline constexpr int64_t kHourMs = 60 * kMinuteMs;
inline constexpr int64_t kDayMs = 24 * kHourMs;

/// A day being written down.
///
/// Thread safety: one thread.
class Day {
 public:
  explicit Day(const DayOptions& options);

  int64_t begin_ms() const { return end_ms_ - kDayMs; }
  int64_t end_ms() const { return end_ms_; }
  /// A time of the day, whose end is 08:00: what comes after that was the evening before.
  int64_t At(int hours, int minutes, int seconds = 0) const;

  /// From 0; below `bound`.
  int64_t Below(int64_t bound);
  /// As Kubernetes names things: letters and digits that spell no words.
  std::string Suffix(size_t length);

  /// Takes a report of an event of its own. An empty id becomes a number.
  void Add(Report report);
  /// Takes a further report of the event `id`.
  void AddMore(Report report);
  /// Two reports: that it began, and that it ended.
  void AddStartAndEnd(Report report);
  /// An id with the day's prefix.
  std::string Id(std::string_view name) const { return id_prefix_ + std::string(name); }

  /// Distinct ids.
  size_t events() const { return events_; }
  std::vector<Report> TakeReports() { return std::move(reports_); }

 private:
  const int64_t end_ms_;
  const std::string id_prefix_;
  std::mt19937_64 random_;
  size_t events_ = 0;
  size_t numbered_ = 0;
  std::vector<Report> reports_;
};

/// A pod of a service.
struct Pod {
  std::string service;
  std::string name;
  std::string node;
};

/// `checkout-6c9f7d8b5-x2k4p`
Pod NewPod(Day& day, std::string_view service, std::string_view replica_set);

/// A report of Kubernetes about a pod, an instant.
Report PodReport(const Pod& pod, std::string_view reason, std::string_view message, int64_t at_ms);

/// Scheduled, image pulled, created, started, and what the agent inside says of its start.
void AddPodStart(Day& day, const Pod& pod, std::string_view image, int64_t at_ms);

/// A reason of Kubernetes about the deployment of a service, an instant.
Report DeploymentReport(
    std::string_view service, std::string_view reason, std::string_view message, int64_t at_ms
);

}  // namespace tidings::demo
