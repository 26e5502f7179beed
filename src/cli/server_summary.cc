#include "cli/server_summary.h"

#include <array>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "cli/display_text.h"
#include "cli/event_row.h"

namespace tidings::cli {
namespace {

using Element = simdjson::dom::element;

constexpr size_t kLabelWidth = 12;

/// What stands at a JSON pointer, if it is there and of that type.
template <typename T>
std::optional<T> At(const Element& value, std::string_view pointer) {
  T found{};
  return value.at_pointer(pointer).get(found) == simdjson::SUCCESS ? std::optional<T>(found)
                                                                   : std::nullopt;
}

/// `12.3 MiB`
std::string ShowBytes(const std::optional<int64_t>& bytes) {
  if (!bytes) {
    return "?";
  }
  constexpr std::array<std::string_view, 5> kUnits{"bytes", "KiB", "MiB", "GiB", "TiB"};
  constexpr double kStep = 1024;
  auto amount = static_cast<double>(*bytes);
  size_t unit = 0;
  while (amount >= kStep && unit + 1 < kUnits.size()) {
    amount /= kStep;
    ++unit;
  }
  return unit == 0 ? fmt::format("{} bytes", *bytes)
                   : fmt::format("{:.1f} {}", amount, kUnits[unit]);
}

std::string ShowSpan(const std::optional<int64_t>& ms) {
  return ms ? ShowDuration(*ms) : "?";
}

std::string Line(std::string_view label, std::string_view text) {
  return Padded(label, kLabelWidth) + OneLine(text) + "\n";
}

std::string ShowStore(const Element& status) {
  const std::string directory = TextOf(status, "data_directory");
  std::string out = Line(
      "store",
      fmt::format(
          "{}{}{}, {}, {} blocks",
          At<std::string_view>(status, "/store/engine").value_or("?"),
          directory.empty() ? "" : " in ",
          directory,
          ShowBytes(At<int64_t>(status, "/store/bytes")),
          At<int64_t>(status, "/store/blocks").value_or(0)
      )
  );
  if (const auto daily = At<int64_t>(status, "/store/bytes_per_day")) {
    out += Line("growth", ShowBytes(daily) + " a day");
  }
  if (const auto free = IntegerOf(status, "free_disk_bytes")) {
    out += Line("free disk", ShowBytes(free));
  }
  if (const auto p99 = At<double>(status, "/store/commit_p99_ms")) {
    out += Line("commit p99", fmt::format("{:.1f} ms", *p99));
  }
  const auto reason = At<std::string_view>(status, "/store/read_only_reason");
  if (reason && !reason->empty()) {
    out += Line("READ ONLY", *reason);
  }
  return out;
}

std::string ShowEvents(const Element& status, const absl::TimeZone& zone) {
  std::string text = fmt::format(
      "{}, {} of them open",
      At<int64_t>(status, "/store/events").value_or(0),
      IntegerOf(status, "open_events").value_or(0)
  );
  const auto oldest = IntegerOf(status, "oldest");
  const auto newest = IntegerOf(status, "newest");
  if (oldest && newest) {
    text += fmt::format(", from {} to {}", ShowTime(*oldest, zone), ShowTime(*newest, zone));
  }
  return Line("events", text) + Line(
                                    "retention",
                                    fmt::format(
                                        "{}, of open events {}",
                                        ShowSpan(IntegerOf(status, "retention_ms")),
                                        ShowSpan(IntegerOf(status, "open_retention_ms"))
                                    )
                                );
}

std::string ShowListeners(const Element& status) {
  std::string out;
  simdjson::dom::array listeners;
  if (status["listeners"].get(listeners) == simdjson::SUCCESS) {
    for (const Element listener : listeners) {
      out += Line(
          out.empty() ? "listeners" : "",
          fmt::format("{} on {}", TextOf(listener, "key"), TextOf(listener, "address"))
      );
    }
  }
  return out;
}

std::string ShowReceiver(const Element& receiver, const absl::TimeZone& zone) {
  const auto last = IntegerOf(receiver, "last_report");
  std::string text = fmt::format(
      "{} {} reports, {:.1f}/s now, {:.1f}/s in 2h, last {}",
      Padded(TextOf(receiver, "protocol"), 16),
      IntegerOf(receiver, "reports").value_or(0),
      At<double>(receiver, "/reports_per_second/now").value_or(0),
      At<double>(receiver, "/reports_per_second/two_hours").value_or(0),
      last ? ShowTime(*last, zone) : "never"
  );
  Element error;
  if (receiver["last_error"].get(error) == simdjson::SUCCESS && error.is_object()) {
    text += fmt::format(
        "; last error {}: {}",
        ShowTime(IntegerOf(error, "time").value_or(0), zone),
        TextOf(error, "message")
    );
  }
  return text;
}

std::string ShowReceivers(const Element& status, const absl::TimeZone& zone) {
  std::string out;
  simdjson::dom::array receivers;
  if (status["receivers"].get(receivers) == simdjson::SUCCESS) {
    for (const Element receiver : receivers) {
      out += Line(out.empty() ? "receivers" : "", ShowReceiver(receiver, zone));
    }
  }
  return out;
}

}  // namespace

std::string SummariseStatus(const Element& status, const absl::TimeZone& zone) {
  const std::string version =
      fmt::format("{}, up {}", TextOf(status, "version"), ShowSpan(IntegerOf(status, "uptime_ms")));
  return Line("version", version) + ShowListeners(status) + ShowStore(status) +
         ShowEvents(status, zone) + ShowReceivers(status, zone);
}

}  // namespace tidings::cli
