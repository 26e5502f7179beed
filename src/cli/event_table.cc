#include "cli/event_table.h"

#include <algorithm>

#include <fmt/format.h>

#include "cli/display_text.h"

namespace tidings::cli {
namespace {

constexpr std::string_view kGap = "  ";
constexpr std::string_view kRed = "\x1b[31m";
constexpr std::string_view kPlain = "\x1b[0m";
/// Of the columns of Headers(): the one that gives way on a narrow screen.
constexpr size_t kMessage = 5;
constexpr size_t kLeastMessageWidth = 12;

std::string ShowSource(const EventRow& row) {
  return OneLine(row.instance.empty() ? row.service : row.service + "/" + row.instance);
}

}  // namespace

std::string ShowLasted(const EventRow& row, const absl::TimeZone& zone, int64_t now_ms) {
  if (row.contradictory) {
    return "ends before it starts";
  }
  if (row.state == "open") {
    return row.start ? "open " + ShowDuration(std::max<int64_t>(0, now_ms - *row.start)) : "open";
  }
  if (!row.start && row.end) {
    return "until " + ShowTime(*row.end, zone);
  }
  if (!row.duration || *row.duration == 0) {
    return "instant";
  }
  return ShowDuration(*row.duration);
}

void EventTable::Add(const std::vector<simdjson::dom::element>& page) {
  if (page.empty()) {
    return;
  }
  const bool is_first = widths_.empty();
  if (is_first) {
    Widen(Headers());
  }
  std::vector<std::vector<std::string>> lines;
  std::vector<bool> errors;
  for (const simdjson::dom::element& event : page) {
    const EventRow row = ReadEventRow(event);
    errors.push_back(row.type == "Error");
    lines.push_back(CellsOf(row));
    Widen(lines.back());
  }
  FitToScreen();
  if (is_first) {
    PrintLine(Headers(), /*is_error=*/false);
  }
  for (size_t i = 0; i < lines.size(); ++i) {
    PrintLine(lines[i], errors[i]);
  }
}

std::vector<std::string> EventTable::Headers() const {
  std::vector<std::string> headers{
      "START", "LASTED", "TYPE", "SERVICE/INSTANCE", "NAME", "MESSAGE"};
  if (options_.wide) {
    headers.insert(headers.end(), {"LAYER", "ENDPOINT", "COUNT", "PARAMETERS"});
  }
  headers.emplace_back("ID");
  return headers;
}

std::vector<std::string> EventTable::CellsOf(const EventRow& row) const {
  std::vector<std::string> cells{
      row.start ? ShowTime(*row.start, options_.screen.zone) : "?",
      ShowLasted(row, options_.screen.zone, options_.now_ms),
      OneLine(row.type),
      ShowSource(row),
      OneLine(row.name),
      OneLine(row.text)};
  if (options_.wide) {
    cells.insert(
        cells.end(),
        {OneLine(row.layer),
         OneLine(row.endpoint),
         fmt::format("{}", row.count),
         OneLine(row.parameters)}
    );
  }
  cells.push_back(OneLine(row.id));
  return cells;
}

void EventTable::Widen(const std::vector<std::string>& cells) {
  widths_.resize(cells.size());
  for (size_t i = 0; i < cells.size(); ++i) {
    widths_[i] = std::max(widths_[i], DisplayWidth(cells[i]));
  }
}

void EventTable::FitToScreen() {
  if (options_.screen.columns == 0 || options_.wide) {
    return;
  }
  size_t others = kGap.size() * (widths_.size() - 1);
  for (size_t i = 0; i < widths_.size(); ++i) {
    others += i == kMessage ? 0 : widths_[i];
  }
  const size_t left = options_.screen.columns > others ? options_.screen.columns - others : 0;
  widths_[kMessage] = std::min(widths_[kMessage], std::max(left, kLeastMessageWidth));
}

void EventTable::PrintLine(const std::vector<std::string>& cells, bool is_error) {
  const bool is_red = is_error && options_.screen.colour;
  std::string line;
  for (size_t i = 0; i < cells.size(); ++i) {
    const bool is_last = i + 1 == cells.size();
    line += is_last ? cells[i] : Padded(Cut(cells[i], widths_[i]), widths_[i]).append(kGap);
  }
  out_ << (is_red ? kRed : "") << line << (is_red ? kPlain : "") << '\n';
}

}  // namespace tidings::cli
