#include "demo/story.h"

#include <utility>
#include <vector>

#include <fmt/format.h>

namespace tidings::demo {
namespace {

/// A new version of a service: from start to end its pods are replaced one by one.
struct Rollout {
  std::string_view service;
  /// Deploy, Upgrade or Rollback.
  std::string_view name;
  std::string_view from;
  std::string_view to;
  int64_t start_ms;
  int64_t end_ms;
  std::string_view replica_set;
  int64_t replicas;
};

std::string RolloutId(const Rollout& rollout) {
  std::string kind(rollout.name);
  kind[0] = static_cast<char>(kind[0] - 'A' + 'a');
  return fmt::format("{}-{}-{}", rollout.service, kind, rollout.to);
}

std::vector<Pod> AddRollout(Day& day, const Rollout& rollout) {
  day.AddStartAndEnd(
      {.id = day.Id(RolloutId(rollout)),
       .service = std::string(rollout.service),
       .name = std::string(rollout.name),
       .message = fmt::format("{} from {{from}} to {{to}}", rollout.name),
       .parameters =
           {{"from", std::string(rollout.from)},
            {"to", std::string(rollout.to)},
            {"replicas", rollout.replicas},
            {"by", "ci"}},
       .start_ms = rollout.start_ms,
       .end_ms = rollout.end_ms}
  );
  const std::string image = fmt::format("registry.shop/{}:{}", rollout.service, rollout.to);
  const int64_t step_ms = (rollout.end_ms - rollout.start_ms - kMinuteMs) / rollout.replicas;
  std::vector<Pod> pods;
  for (int64_t i = 0; i < rollout.replicas; ++i) {
    const int64_t at = rollout.start_ms + 3 * kSecondMs + i * step_ms;
    const std::string name = fmt::format("{}-{}", rollout.service, rollout.replica_set);
    day.Add(DeploymentReport(
        rollout.service,
        "ScalingReplicaSet",
        fmt::format("Scaled up replica set {} to {}", name, i + 1),
        at
    ));
    pods.push_back(NewPod(day, rollout.service, rollout.replica_set));
    AddPodStart(day, pods.back(), image, at + 500);
    const Pod old = NewPod(day, rollout.service, "5b8d4f7c9d");
    day.Add(PodReport(
        old, "Killing", fmt::format("Stopping container {}", rollout.service), at + 25 * kSecondMs
    ));
  }
  return pods;
}

/// Kubernetes cannot pull the image of the new version, and nobody looks.
void AddDeployWithoutEnd(Day& day) {
  const int64_t start = day.At(6, 30);
  day.Add(
      {.id = day.Id(kOpenDeploy),
       .service = "recommendation",
       .name = "Deploy",
       .message = "Deploy from {from} to {to}",
       .parameters = {{"from", "0.9.3"}, {"to", "0.10.0"}, {"by", "ci"}},
       .start_ms = start}
  );
  day.Add(DeploymentReport(
      "recommendation",
      "ScalingReplicaSet",
      "Scaled up replica set recommendation-58b6c7df4 to 1",
      start + 3 * kSecondMs
  ));
  const Pod pod = NewPod(day, "recommendation", "58b6c7df4");
  day.Add(PodReport(pod, "Scheduled", "Successfully assigned", start + 4 * kSecondMs));
  for (const char* const reason : {"Failed", "BackOff"}) {
    const bool is_first = std::string_view(reason) == "Failed";
    Report report = PodReport(
        pod,
        reason,
        is_first ? "Failed to pull image \"registry.shop/recommendation:0.10.0\": not found"
                 : "Back-off pulling image \"registry.shop/recommendation:0.10.0\"",
        start + (is_first ? 6 : 20) * kSecondMs
    );
    report.is_error = true;
    report.count = is_first ? 5 : 371;
    report.end_ms = is_first ? start + 3 * kMinuteMs : day.end_ms() - 9 * kSecondMs;
    day.Add(std::move(report));
  }
}

void AddOrdinaryChanges(Day& day) {
  AddRollout(
      day,
      {"catalog", "Deploy", "2.3.0", "2.4.0", day.At(9, 15), day.At(9, 19, 20), "7d4b9c6f58", 3}
  );
  AddRollout(
      day,
      {"frontend", "Deploy", "5.10.2", "5.11.0", day.At(11, 30), day.At(11, 36), "84c5b7d9f6", 4}
  );
  AddRollout(
      day, {"billing", "Upgrade", "3.8.1", "3.9.0", day.At(16, 45), day.At(16, 48), "6f9d8c7b54", 2}
  );
  day.Add(
      {.id = day.Id("search-flag-ranking"),
       .service = "search",
       .name = "FeatureFlag",
       .message = "new-ranking is on for 10 % of users",
       .start_ms = day.At(10, 5),
       .end_ms = day.At(10, 5)}
  );
  Report timeout{
      .id = day.Id("payment-config"),
      .service = "payment",
      .name = "ConfigChange",
      .message = "provider.timeout: {old} to {new}",
      .parameters = {{"old", "2s"}, {"new", "5s"}, {"by", "mara"}},
      .start_ms = day.At(13, 20),
      .end_ms = day.At(13, 20)};
  day.Add(std::move(timeout));
  Report restart{
      .id = day.Id("identity-restart"),
      .service = "identity",
      .name = "Restart",
      .message = "Restart: the certificate was renewed",
      .parameters = {{"by", "mara"}},
      .start_ms = day.At(22, 10),
      .end_ms = day.At(22, 10, 35)};
  day.AddStartAndEnd(std::move(restart));
  // Its start was before the day, and before there was anything to report it to.
  day.Add(
      {.id = day.Id("gateway-maintenance"),
       .service = "gateway",
       .name = "Maintenance",
       .message = "The new load balancer has all of the traffic",
       .end_ms = day.At(8, 40)}
  );
}

void AddChaosTest(Day& day) {
  const int64_t start = day.At(15, 10);
  const int64_t end = day.At(15, 40);
  Report test{
      .id = day.Id("shipping-chaos-delay"),
      .service = "shipping",
      .name = "ChaosTest",
      .message = "300 ms of delay between shipping and its database",
      .parameters = {{"delay_ms", int64_t{300}}, {"target", "postgres"}, {"by", "chaos-team"}},
      .start_ms = start,
      .end_ms = end};
  day.AddStartAndEnd(std::move(test));
  for (int i = 0; i < 35; ++i) {
    const int64_t at = start + 20 * kSecondMs + day.Below(end - start - 30 * kSecondMs);
    day.Add(
        {.service = "shipping",
         .endpoint = "GET /api/rates",
         .name = "Timeout",
         .is_error = true,
         .message = "rates took longer than {limit_ms} ms",
         .parameters = {{"limit_ms", int64_t{500}}, {"version", "1.12.4"}},
         .start_ms = at,
         .end_ms = at + 500}
    );
  }
}

void AddNightWork(Day& day) {
  day.AddStartAndEnd(
      {.id = day.Id("postgres-backup"),
       .service = "postgres",
       .name = "Backup",
       .message = "Nightly base backup",
       .start_ms = day.At(1, 0),
       .end_ms = day.At(3, 40)}
  );
  day.AddStartAndEnd(
      {.id = day.Id("search-reindex"),
       .service = "search",
       .name = "Reindex",
       .message = "All products into the new index",
       .start_ms = day.At(2, 0),
       .end_ms = day.At(4, 30)}
  );
}

void AddFailedOrder(Day& day, std::string_view version, std::string_view error, int64_t at_ms) {
  day.Add(
      {.service = "checkout",
       .endpoint = "POST /api/orders",
       .name = "OrderFailed",
       .is_error = true,
       .message = "order {order} failed: {error}",
       .parameters =
           {{"order", 4'711'000 + day.Below(90'000)},
            {"error", std::string(error)},
            {"version", std::string(version)}},
       .start_ms = at_ms,
       .end_ms = at_ms}
  );
}

/// One pod of the new version needs more memory than it may have.
void AddCrashingPod(Day& day, const Pod& pod) {
  int64_t at = day.At(2, 56);
  for (int64_t restart = 1; restart <= 7; ++restart) {
    Report crash = PodReport(pod, "OOMKilled", "Container checkout was killed: out of memory", at);
    crash.is_error = true;
    crash.parameters.emplace_back("exit_code", int64_t{137});
    crash.parameters.emplace_back("restart", restart);
    day.Add(std::move(crash));
    const int64_t again = at + 10 * kSecondMs + day.Below(10 * kSecondMs);
    day.Add(PodReport(pod, "Started", "Started container checkout", again));
    at = again + 2 * kMinuteMs + day.Below(20 * kSecondMs);
  }
  Report back_off =
      PodReport(pod, "BackOff", "Back-off restarting failed container checkout", day.At(2, 56, 4));
  back_off.is_error = true;
  back_off.end_ms = day.At(3, 14, 50);
  back_off.count = 43;
  day.Add(std::move(back_off));
}

void AddBadUpgrade(Day& day) {
  const int64_t upgrade = day.At(2, 41);
  const int64_t rollback = day.At(3, 15);
  const int64_t healed = day.At(3, 21);
  for (int i = 0; i < 6; ++i) {
    AddFailedOrder(day, "1.4.2", "card declined", day.begin_ms() + day.Below(18 * kHourMs));
  }
  const std::vector<Pod> pods = AddRollout(
      day, {"checkout", "Upgrade", "1.4.2", "1.5.0", upgrade, day.At(2, 52), "6c9f7d8b54", 4}
  );
  for (int i = 0; i < 412; ++i) {
    // The more pods are of the new version, the more orders fail.
    const int64_t span = healed - upgrade - kMinuteMs;
    const int64_t at = upgrade + kMinuteMs + std::max(day.Below(span), day.Below(span));
    AddFailedOrder(day, "1.5.0", "payment token is missing", at);
  }
  AddCrashingPod(day, pods[2]);
  Report alarm{
      .id = day.Id("checkout-alarm"),
      .service = "checkout",
      .name = "Alarm",
      .message = "Error budget of checkout: burns 14 times too fast",
      .start_ms = day.At(3, 1),
      .end_ms = day.At(3, 24)};
  alarm.is_error = true;
  alarm.layer = "GENERAL";
  day.AddStartAndEnd(std::move(alarm));
  AddRollout(day, {"checkout", "Rollback", "1.5.0", "1.4.2", rollback, healed, "7f6d5c8b9b", 4});
}

void AddLostBroker(Day& day) {
  Report reboot{
      .id = day.Id("kafka-2-reboot"),
      .service = "kafka",
      .name = "Reboot",
      .message = "Reboot for the kernel update",
      .start_ms = day.At(5, 11, 50),
      .end_ms = day.At(5, 14, 30)};
  reboot.instance = "kafka-2";
  reboot.layer = "KAFKA";
  reboot.parameters = {{"by", "unattended-upgrades"}};
  day.AddStartAndEnd(std::move(reboot));
}

void AddLostNode(Day& day) {
  Report lost{
      .id = day.Id("node-4"),
      .service = "cluster",
      .name = "NodeNotReady",
      .message = "Node node-4 status is now: NodeNotReady",
      .start_ms = day.At(19, 22),
      .end_ms = day.At(19, 31)};
  lost.instance = "node-4";
  lost.layer = "K8S";
  lost.is_error = true;
  day.AddStartAndEnd(std::move(lost));
}

}  // namespace

void TellStory(Day& day) {
  AddDeployWithoutEnd(day);
  AddOrdinaryChanges(day);
  AddChaosTest(day);
  AddLostNode(day);
  AddNightWork(day);
  AddBadUpgrade(day);
  AddLostBroker(day);
}

}  // namespace tidings::demo
