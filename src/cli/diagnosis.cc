#include "cli/diagnosis.h"

#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "base/time_text.h"
#include "base/version.h"
#include "cli/display_text.h"
#include "cli/event_row.h"

namespace tidings::cli {
namespace {

using Level = Finding::Level;
using Element = simdjson::dom::element;

constexpr int64_t kTolerableSkewMs = 2'000;
constexpr int64_t kTolerableFutureMs = 300'000;
constexpr double kSlowCommitMs = 100;
constexpr int64_t kLeastFreeBytes = int64_t{1} << 30;
/// An error that is older is history.
constexpr int64_t kRecentMs = 3'600'000;
/// The connections that a server takes by default, and some files.
constexpr double kWantedFiles = 20'500;

void Good(Findings& findings, std::string what) {
  findings.push_back({.level = Level::kGood, .what = std::move(what), .mend = {}});
}
void Warn(Findings& findings, std::string what, std::string mend) {
  findings.push_back({.level = Level::kWarning, .what = std::move(what), .mend = std::move(mend)});
}
void Bad(Findings& findings, std::string what, std::string mend) {
  findings.push_back({.level = Level::kBad, .what = std::move(what), .mend = std::move(mend)});
}

Element StoreOf(const Element& status) {
  return MemberOf(status, "store").value_or(status);
}

/// The value of a metric without labels.
std::optional<double> MetricOf(std::string_view metrics, std::string_view name) {
  for (size_t at = metrics.find(name); at != std::string_view::npos;
       at = metrics.find(name, at + 1)) {
    const bool begins_line = at == 0 || metrics[at - 1] == '\n';
    const size_t value = at + name.size() + 1;
    if (begins_line && value < metrics.size() && metrics[value - 1] == ' ') {
      double number = 0;
      const auto read = std::from_chars(&metrics[value], metrics.data() + metrics.size(), number);
      return read.ec == std::errc() ? std::optional<double>(number) : std::nullopt;
    }
  }
  return std::nullopt;
}

}  // namespace

void JudgeReadiness(int http_status, std::string_view text, Findings& findings) {
  if (http_status == 200 && text.find("degraded") == std::string_view::npos) {
    Good(findings, "the server is ready");
    return;
  }
  const std::string told = OneLine(text);
  if (http_status == 200) {
    Warn(
        findings,
        fmt::format("the server answers queries, but takes no reports: {}", told),
        "free room on its disk; it goes on by itself"
    );
    return;
  }
  Bad(findings,
      fmt::format("the server is not ready: {}", told),
      "while it starts or stops this passes; else its log names the cause");
}

void JudgeVersion(const Element& status, Findings& findings) {
  const std::string version = TextOf(status, "version");
  if (version == kVersion) {
    Good(findings, fmt::format("version {}, here and there", version));
    return;
  }
  Warn(
      findings,
      fmt::format("the server is version {}, this command {}", OneLine(version), kVersion),
      "use the same version on both sides"
  );
}

void JudgeListener(const ListenerTrial& trial, Findings& findings) {
  const std::string which = fmt::format("{} at {}", trial.key, OneLine(trial.address));
  if (trial.is_out_of_reach) {
    Good(findings, which + " listens for the server's own machine only: not tried");
  } else if (trial.failure.empty()) {
    Good(findings, which + " takes connections");
  } else {
    Bad(findings,
        fmt::format("{} takes no connection: {}", which, OneLine(trial.failure)),
        "look for a firewall between, or at its limit of connections (limits.*)");
  }
}

void JudgeClock(const Element& status, int64_t local_now_ms, int64_t took_ms, Findings& findings) {
  const int64_t server_now_ms = IntegerOf(status, "now").value_or(local_now_ms);
  const int64_t ahead_ms = server_now_ms - (local_now_ms + took_ms / 2);
  if (std::abs(ahead_ms) > kTolerableSkewMs + took_ms / 2) {
    Warn(
        findings,
        fmt::format(
            "the server's clock is {} {} this one",
            ShowDuration(std::abs(ahead_ms)),
            ahead_ms > 0 ? "ahead of" : "behind"
        ),
        "keep both machines' clocks right (timedatectl set-ntp true)"
    );
  } else {
    Good(findings, "the clocks of server and this machine agree");
  }
  const std::optional<int64_t> newest_ms = IntegerOf(status, "newest");
  if (newest_ms && *newest_ms > server_now_ms + kTolerableFutureMs) {
    Warn(
        findings,
        fmt::format("an event stands in the future: {}", FormatTimeUtc(*newest_ms)),
        "find it by: tidings list --from now+5m; its reporter's clock is ahead, or its times are "
        "no ms"
    );
  }
}

void JudgeStore(const Element& status, Findings& findings) {
  const Element store = StoreOf(status);
  const std::string read_only = TextOf(store, "read_only_reason");
  const std::string where = OneLine(TextOf(status, "data_directory"));
  if (!read_only.empty()) {
    Bad(findings,
        fmt::format("the store in {} takes no reports: {}", where, OneLine(read_only)),
        "mend what it names; after an error of the disk start the server again");
    return;
  }
  double commit_ms = 0;
  if (store["commit_p99_ms"].get(commit_ms) == simdjson::SUCCESS && commit_ms > kSlowCommitMs) {
    Warn(
        findings,
        fmt::format("one report in a hundred takes {:.0f} ms to become durable", commit_ms),
        "the disk is slow or shared: a local SSD needs a few ms"
    );
    return;
  }
  Good(findings, where.empty() ? "the store works" : fmt::format("the store in {} works", where));
}

void JudgeDisk(const Element& status, Findings& findings) {
  const std::optional<int64_t> free_bytes = IntegerOf(status, "free_disk_bytes");
  if (!free_bytes) {
    return;
  }
  const double free_gib = static_cast<double>(*free_bytes) / static_cast<double>(kLeastFreeBytes);
  if (*free_bytes < kLeastFreeBytes) {
    Bad(findings,
        fmt::format("only {:.1f} GiB are free on the server's disk", free_gib),
        "free room, or keep events for less long (store.retention)");
    return;
  }
  const Element store = StoreOf(status);
  const auto per_day = static_cast<double>(IntegerOf(store, "bytes_per_day").value_or(0));
  const auto kept = static_cast<double>(IntegerOf(store, "bytes").value_or(0));
  const double retention_ms = static_cast<double>(IntegerOf(status, "retention_ms").value_or(0));
  constexpr double kDayOfMs = 86'400'000;
  const double wanted = per_day * retention_ms / kDayOfMs;
  if (wanted > kept + static_cast<double>(*free_bytes)) {
    Warn(
        findings,
        fmt::format(
            "at today's rate the events of {} want {:.1f} GiB, and {:.1f} GiB are free",
            FormatDuration(std::chrono::milliseconds(static_cast<int64_t>(retention_ms))),
            wanted / static_cast<double>(kLeastFreeBytes),
            free_gib
        ),
        "a larger disk, or a shorter store.retention"
    );
    return;
  }
  Good(findings, fmt::format("{:.1f} GiB are free on the server's disk", free_gib));
}

void JudgeReceivers(const Element& status, Findings& findings) {
  const int64_t now_ms = IntegerOf(status, "now").value_or(0);
  for (const Element& receiver : ElementsOf(status, "receivers")) {
    const std::optional<Element> error = MemberOf(receiver, "last_error");
    const std::optional<int64_t> time_ms =
        error ? IntegerOf(*error, "time") : std::optional<int64_t>();
    if (time_ms && now_ms - *time_ms < kRecentMs) {
      Warn(
          findings,
          fmt::format(
              "{} refused something {} ago: {}",
              OneLine(TextOf(receiver, "protocol")),
              ShowDuration(now_ms - *time_ms),
              OneLine(TextOf(*error, "message"))
          ),
          "mend the reporter that sends it; the server's log names it"
      );
    }
  }
}

void JudgeLimits(std::string_view metrics, Findings& findings) {
  const std::optional<double> most = MetricOf(metrics, "process_max_fds");
  const std::optional<double> open = MetricOf(metrics, "process_open_fds");
  if (!most || !open) {
    return;
  }
  constexpr double kNearlyAll = 0.9;
  if (*open > *most * kNearlyAll) {
    Bad(findings,
        fmt::format("the server has {:.0f} files open of {:.0f}", *open, *most),
        "raise its limit (LimitNOFILE= of its unit, or ulimit -n) and start it again");
  } else if (*most < kWantedFiles) {
    Warn(
        findings,
        fmt::format("the server may open {:.0f} files: fewer than it takes connections", *most),
        fmt::format(
            "LimitNOFILE={:.0f} in its unit, or ulimit -n {:.0f}", kWantedFiles, kWantedFiles
        )
    );
  } else {
    Good(findings, fmt::format("the server may open {:.0f} files, {:.0f} are open", *most, *open));
  }
}

std::string Describe(const Findings& findings) {
  std::string out;
  for (const Finding& finding : findings) {
    const std::string_view level = finding.level == Level::kGood      ? "ok  "
                                   : finding.level == Level::kWarning ? "warn"
                                                                      : "bad ";
    out += fmt::format("{}  {}\n", level, finding.what);
    if (!finding.mend.empty()) {
      out += fmt::format("      to mend it: {}\n", finding.mend);
    }
  }
  return out;
}

}  // namespace tidings::cli
