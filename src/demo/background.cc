#include "demo/background.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

namespace tidings::demo {
namespace {

/// A job that Kubernetes starts by the clock; its pods belong to a service of the shop.
struct CronJob {
  std::string_view service;
  std::string_view name;
  int64_t longest_ms;
};
constexpr std::array kCronJobs = {
    CronJob{"cart", "cart-expiry", 9'000},
    CronJob{"catalog", "price-sync", 25'000},
    CronJob{"search", "index-update", 40'000},
    CronJob{"billing", "invoice-mailer", 18'000},
    CronJob{"payment", "fraud-scan", 30'000},
    CronJob{"identity", "session-sweep", 6'000},
    CronJob{"shipping", "stock-sync", 22'000},
    CronJob{"notification", "mail-queue", 12'000}};

constexpr std::array<std::string_view, 10> kServices = {
    "frontend",
    "gateway",
    "cart",
    "payment",
    "search",
    "catalog",
    "shipping",
    "billing",
    "identity",
    "notification"};

constexpr size_t kEventsPerRun = 8;

/// More in the evening than at night: the greater of two is later, and the busy hours are late in
/// the day's first half.
int64_t BusyTime(Day& day) {
  const int64_t late = std::max(day.Below(13 * kHourMs), day.Below(13 * kHourMs));
  const int64_t any = day.Below(kDayMs - kMinuteMs);
  return day.begin_ms() + (day.Below(3) == 0 ? any : late);
}

void AddCronRun(Day& day, const CronJob& job, int64_t at_ms) {
  // Kubernetes numbers the runs by the minutes since the epoch.
  const std::string run = fmt::format("{}-{}", job.name, at_ms / kMinuteMs);
  const Pod pod{
      .service = std::string(job.service),
      .name = fmt::format("{}-{}", run, day.Suffix(5)),
      .node = fmt::format("node-{}", 1 + day.Below(6))};
  const bool fails = day.Below(400) == 0;
  const auto add = [&](std::string_view reason, const std::string& message, int64_t time) {
    day.Add(PodReport(pod, reason, message, time));
  };
  const int64_t started = at_ms + 700 + day.Below(900);
  const int64_t ended = started + 500 + day.Below(job.longest_ms);
  add("SuccessfulCreate", fmt::format("Created job {}", run), at_ms);
  add("Scheduled", fmt::format("Successfully assigned shop/{}", pod.name), at_ms + 90);
  add("Pulled", "Container image is already present on machine", started - 400);
  add("Created", fmt::format("Created container {}", job.name), started - 200);
  add("Started", fmt::format("Started container {}", job.name), started);
  day.Add(
      {.service = pod.service,
       .instance = pod.name,
       .layer = "K8S",
       .name = "CronRun",
       .is_error = fails,
       .message = fails ? "{job} failed with exit code {exit_code}" : "{job}",
       .parameters = {{"job", std::string(job.name)}, {"exit_code", int64_t{fails}}},
       .start_ms = started,
       .end_ms = ended}
  );
  add("Completed", "Job completed", ended + 60);
  add("SawCompletedJob", fmt::format("Saw completed job: {}", run), ended + 120);
}

void AddSlowQuery(Day& day) {
  const int64_t at = BusyTime(day);
  const int64_t took = 1'000 + day.Below(4'000);
  day.Add(
      {.service = "postgres",
       .instance = "postgres-0",
       .layer = "POSTGRESQL",
       .name = "SlowQuery",
       .message = "statement {statement} took {took_ms} ms",
       .parameters = {{"statement", fmt::format("q{:02}", day.Below(30))}, {"took_ms", took}},
       .start_ms = at,
       .end_ms = at + took}
  );
}

void AddFailedProbe(Day& day) {
  const std::string_view service = kServices[static_cast<size_t>(day.Below(kServices.size()))];
  Report report = PodReport(
      NewPod(day, service, "5b8d4f7c9d"),
      "Unhealthy",
      "Readiness probe failed: context deadline exceeded",
      BusyTime(day)
  );
  report.is_error = true;
  report.count = 1 + day.Below(3);
  report.end_ms += (report.count - 1) * 10 * kSecondMs;
  day.Add(std::move(report));
}

void AddScaling(Day& day) {
  const std::string_view service = kServices[static_cast<size_t>(day.Below(kServices.size()))];
  const int64_t at = BusyTime(day);
  const int64_t size = 3 + day.Below(5);
  day.Add(DeploymentReport(
      service,
      "SuccessfulRescale",
      fmt::format("New size: {}; reason: cpu resource utilization above target", size),
      at
  ));
  const Pod pod = NewPod(day, service, "5b8d4f7c9d");
  AddPodStart(day, pod, fmt::format("registry.shop/{}:current", service), at + kSecondMs);
}

}  // namespace

void AddBackground(Day& day, size_t events) {
  for (int i = 0; i < 60; ++i) {
    AddScaling(day);
  }
  for (int i = 0; i < 150; ++i) {
    AddFailedProbe(day);
  }
  for (int i = 0; i < 600; ++i) {
    AddSlowQuery(day);
  }
  const size_t runs = (events - day.events()) / kEventsPerRun;
  for (size_t i = 0; i < runs; ++i) {
    // Not in the last minute: a run ends before the day does.
    const int64_t even =
        static_cast<int64_t>(i) * (kDayMs - kMinuteMs) / static_cast<int64_t>(runs);
    const int64_t at = day.begin_ms() + even / kMinuteMs * kMinuteMs + day.Below(4 * kSecondMs);
    AddCronRun(day, kCronJobs[i % kCronJobs.size()], at);
  }
  while (day.events() < events) {
    AddSlowQuery(day);
  }
}

}  // namespace tidings::demo
