#include "api/health/health_state.h"

#include <string_view>

#include "base/status.h"
#include "base/text.h"

namespace tidings::health {
namespace {

std::string_view NameOf(HealthState::Phase phase) {
  switch (phase) {
    case HealthState::Phase::kStarting:
      return "starting";
    case HealthState::Phase::kServing:
      return "serving";
    case HealthState::Phase::kDraining:
      return "draining";
  }
  return "draining";
}

std::string_view NameOf(HealthState::Finding::Verdict verdict) {
  switch (verdict) {
    case HealthState::Finding::Verdict::kOk:
      return "ok";
    case HealthState::Finding::Verdict::kDegraded:
      return "degraded";
    case HealthState::Finding::Verdict::kFailed:
      return "failed";
  }
  return "failed";
}

}  // namespace

void HealthState::SetPhase(Phase phase) {
  const MutexLock lock(mutex_);
  phase_ = phase;
}

HealthState::Phase HealthState::phase() const {
  const MutexLock lock(mutex_);
  return phase_;
}

void HealthState::AddCheck(std::string name, Check check) {
  const MutexLock lock(mutex_);
  checks_.emplace_back(std::move(name), std::move(check));
}

HealthState::Reading HealthState::Read() const {
  Phase phase = Phase::kStarting;
  std::vector<std::pair<std::string, Check>> checks;
  {
    const MutexLock lock(mutex_);
    phase = phase_;
    checks = checks_;
  }
  Reading reading{.ready = phase == Phase::kServing, .text = fmt::format("{}\n", NameOf(phase))};
  for (const auto& [name, check] : checks) {
    const Finding finding = check();
    reading.ready = reading.ready && finding.verdict != Finding::Verdict::kFailed;
    reading.text += fmt::format("{}: {}", NameOf(finding.verdict), name);
    if (!finding.reason.empty()) {
      reading.text += fmt::format(": {}", EscapeForDisplay(finding.reason, 500));
    }
    reading.text.push_back('\n');
  }
  return reading;
}

void AddStoreChecks(HealthState& state, const EventStore& store) {
  state.AddCheck("store", [&store]() -> HealthState::Finding {
    // An id that no event has: the way to a row is tried, not the row.
    const absl::StatusOr<std::optional<Event>> event = store.Get("readyz");
    if (event.ok()) {
      return {};
    }
    return {HealthState::Finding::Verdict::kFailed, std::string(MessageOf(event.status()))};
  });
  state.AddCheck("disk", [&store]() -> HealthState::Finding {
    const std::string reason = store.Stats().read_only_reason;
    if (reason.empty()) {
      return {};
    }
    return {HealthState::Finding::Verdict::kDegraded, reason};
  });
}

}  // namespace tidings::health
