#include "api/ui/page.h"

#include <chrono>

#include <fmt/format.h>

#include "base/text.h"
#include "base/time_text.h"
#include "codec/json/event_json.h"
#include "event/interval.h"

namespace tidings::ui {
namespace {

constexpr size_t kMaxCellBytes = 300;

std::string Cell(std::string_view text) {
  return EscapeForDisplay(text, kMaxCellBytes);
}

/// Newlines are told, as everywhere a message stands on one line (event model, "Showing").
std::string OnOneLine(std::string_view message) {
  std::string line;
  for (const char c : message) {
    if (c == '\n') {
      line += "⏎";
    } else if (c != '\r') {
      line.push_back(c);
    }
  }
  return line;
}

/// The two greatest units: what a reader takes in at a glance.
std::string ShortDuration(int64_t ms) {
  constexpr int64_t kMinute = 60'000;
  constexpr int64_t kHour = 60 * kMinute;
  constexpr int64_t kDay = 24 * kHour;
  const int64_t unit = ms >= kDay ? kHour : ms >= kHour ? kMinute : ms >= kMinute ? 1000 : 1;
  return FormatDuration(std::chrono::milliseconds(ms - ms % unit));
}

std::string LastedOf(const EventView& event, int64_t now_ms) {
  switch (StateOf(event)) {
    case State::kOpen: {
      const Interval interval = IntervalOf(event, now_ms);
      return fmt::format("open, {}", ShortDuration(interval.hi - interval.lo));
    }
    case State::kClosed:
      return IsContradictory(event) ? "ends before it starts"
                                    : ShortDuration(event.end - event.start);
    case State::kOrphanEnd:
      return "only its end";
    case State::kInstant:
      break;
  }
  return "-";
}

}  // namespace

Row RowOf(const EventView& event, int64_t now_ms) {
  // `2023-11-14T22:13:20.000Z` to the second, as it is read.
  std::string start = FormatTimeUtc(OrderTime(event)).substr(0, 19);
  start[10] = ' ';
  const std::string_view instance = event.text[TextField::kInstance];
  std::string source(event.text[TextField::kService]);
  if (!instance.empty()) {
    source += fmt::format("/{}", instance);
  }
  return {
      .id = std::string(event.id),
      .start = std::move(start),
      .lasted = LastedOf(event, now_ms),
      .type = std::string(NameOf(event.type)),
      .source = Cell(source),
      .name = Cell(event.text[TextField::kName]),
      .message = Cell(OnOneLine(json::RenderMessage(event)))};
}

std::string FirstEventCommand(std::string_view base_url) {
  return fmt::format(
      "curl {}/api/v1/events -H 'content-type: application/json' -d '"
      R"({{"service":"checkout","name":"Deploy","message":"Deploy {{version}}",)"
      R"("parameters":{{"version":"1.25.0"}},"start":"now-2m","end":"now"}})"
      "'",
      base_url
  );
}

}  // namespace tidings::ui
