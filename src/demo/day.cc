#include "demo/day.h"

#include <utility>

#include <fmt/format.h>

namespace tidings::demo {
namespace {

constexpr int64_t kNodes = 6;
constexpr std::string_view kNamespace = "shop";

Report KubernetesReport(
    std::string_view kind, std::string_view object, std::string_view reason, int64_t at_ms
) {
  return {
      .layer = "K8S",
      .name = std::string(reason),
      .parameters =
          {{"namespace", std::string(kNamespace)},
           {"kind", std::string(kind)},
           {"object", std::string(object)}},
      .start_ms = at_ms,
      .end_ms = at_ms};
}

}  // namespace

Day::Day(const DayOptions& options)
    : end_ms_(options.end_ms), id_prefix_(options.id_prefix), random_(options.seed) {}

int64_t Day::At(int hours, int minutes, int seconds) const {
  constexpr int64_t kEndOfDay = 8 * kHourMs;
  const int64_t time = hours * kHourMs + minutes * kMinuteMs + seconds * kSecondMs;
  return end_ms_ - kEndOfDay + time - (time > kEndOfDay ? kDayMs : 0);
}

int64_t Day::Below(int64_t bound) {
  // Not a distribution of the standard library: those differ from one library to the next.
  return static_cast<int64_t>(random_() % static_cast<uint64_t>(bound));
}

std::string Day::Suffix(size_t length) {
  constexpr std::string_view kCharacters = "bcdfghjklmnpqrstvwxz2456789";
  std::string suffix;
  while (suffix.size() < length) {
    suffix += kCharacters[static_cast<size_t>(Below(kCharacters.size()))];
  }
  return suffix;
}

void Day::Add(Report report) {
  if (report.id.empty()) {
    report.id = Id(fmt::format("{:06}", ++numbered_));
  }
  ++events_;
  reports_.push_back(std::move(report));
}

void Day::AddMore(Report report) {
  reports_.push_back(std::move(report));
}

void Day::AddStartAndEnd(Report report) {
  Report end{.id = report.id, .end_ms = std::exchange(report.end_ms, 0)};
  Add(std::move(report));
  AddMore(std::move(end));
}

Pod NewPod(Day& day, std::string_view service, std::string_view replica_set) {
  return {
      .service = std::string(service),
      .name = fmt::format("{}-{}-{}", service, replica_set, day.Suffix(5)),
      .node = fmt::format("node-{}", 1 + day.Below(kNodes))};
}

Report PodReport(const Pod& pod, std::string_view reason, std::string_view message, int64_t at_ms) {
  Report report = KubernetesReport("Pod", pod.name, reason, at_ms);
  report.service = pod.service;
  report.instance = pod.name;
  report.message = message;
  report.parameters.emplace_back("host", pod.node);
  return report;
}

Report DeploymentReport(
    std::string_view service, std::string_view reason, std::string_view message, int64_t at_ms
) {
  Report report = KubernetesReport("Deployment", service, reason, at_ms);
  report.service = service;
  report.message = message;
  return report;
}

void AddPodStart(Day& day, const Pod& pod, std::string_view image, int64_t at_ms) {
  day.Add(PodReport(
      pod,
      "Scheduled",
      fmt::format("Successfully assigned {}/{} to {}", kNamespace, pod.name, pod.node),
      at_ms
  ));
  int64_t time = at_ms + 200 + day.Below(600);
  day.Add(PodReport(pod, "Pulling", fmt::format("Pulling image \"{}\"", image), time));
  time += 900 + day.Below(4'000);
  day.Add(PodReport(pod, "Pulled", fmt::format("Successfully pulled image \"{}\"", image), time));
  time += 100 + day.Below(300);
  day.Add(PodReport(pod, "Created", fmt::format("Created container {}", pod.service), time));
  time += 100 + day.Below(300);
  day.Add(PodReport(pod, "Started", fmt::format("Started container {}", pod.service), time));
  day.Add(
      {.service = pod.service,
       .instance = pod.name,
       .name = "Start",
       .message = "Start Java Application",
       .start_ms = time + 300,
       .end_ms = time + 300 + 4'000 + day.Below(9'000)}
  );
}

}  // namespace tidings::demo
