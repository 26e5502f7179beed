#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <simdjson.h>

/// What `tidings doctor` makes of what it has seen: pure functions.
namespace tidings::cli {

struct Finding {
  enum class Level : uint8_t { kGood, kWarning, kBad };
  Level level = Level::kGood;
  std::string what;
  /// What to do about it; empty when it is good.
  std::string mend;
};
using Findings = std::vector<Finding>;

/// A listener that the server names, and whether it was reached.
struct ListenerTrial {
  std::string key;
  std::string address;
  /// Empty: a connection was made.
  std::string failure;
  /// It listens for its own machine only, and this is another one: not tried.
  bool is_out_of_reach = false;
};

/// The body of /readyz.
void JudgeReadiness(int http_status, std::string_view text, Findings& findings);
void JudgeListener(const ListenerTrial& trial, Findings& findings);
/// `local_now_ms`: when the status was asked for; `took_ms`: until it was there.
void JudgeClock(
    const simdjson::dom::element& status, int64_t local_now_ms, int64_t took_ms, Findings& findings
);
void JudgeStore(const simdjson::dom::element& status, Findings& findings);
void JudgeDisk(const simdjson::dom::element& status, Findings& findings);
void JudgeReceivers(const simdjson::dom::element& status, Findings& findings);
/// The Prometheus text of /metrics.
void JudgeLimits(std::string_view metrics, Findings& findings);
void JudgeVersion(const simdjson::dom::element& status, Findings& findings);

/// One line a finding, and its remedy below.
std::string Describe(const Findings& findings);

}  // namespace tidings::cli
