#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "api/ui/page.h"
#include "base/text.h"

namespace tidings::ui {
namespace {

constexpr size_t kColumns = 6;
using Cells = std::array<std::string, kColumns>;

/// Characters, not bytes: what columns are aligned by.
size_t WidthOf(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

Cells CellsOf(Row row) {
  return {
      std::move(row.start),
      std::move(row.lasted),
      std::move(row.type),
      std::move(row.source),
      std::move(row.name),
      std::move(row.message)};
}

void WriteTable(const std::vector<Cells>& rows, std::string& out) {
  std::array<size_t, kColumns> widths{};
  for (const Cells& row : rows) {
    for (size_t i = 0; i < kColumns; ++i) {
      widths[i] = std::max(widths[i], WidthOf(row[i]));
    }
  }
  for (const Cells& row : rows) {
    std::string line;
    for (size_t i = 0; i < kColumns; ++i) {
      line += row[i];
      line.append(widths[i] - WidthOf(row[i]) + 2, ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += fmt::format("  {}\n", line);
  }
}

void WriteTextEvents(const PageContent& content, std::string& out) {
  if (!content.trouble.empty()) {
    out += fmt::format("The events cannot be read: {}\n\n", EscapeForDisplay(content.trouble, 500));
    return;
  }
  if (content.events.empty()) {
    out += "Nothing has been reported yet.\n\n";
    return;
  }
  out += fmt::format(
      "The last {} of {} events, {} open; times are UTC\n",
      content.events.size(),
      content.stats.events,
      content.stats.open_events
  );
  std::vector<Cells> rows{{"START", "LASTED", "TYPE", "SERVICE/INSTANCE", "NAME", "MESSAGE"}};
  for (const Event& event : content.events) {
    rows.push_back(CellsOf(RowOf(event.view(), content.now_ms)));
  }
  WriteTable(rows, out);
  out.push_back('\n');
}

}  // namespace

std::string WriteTextPage(const PageContent& content) {
  std::string out = fmt::format("Tidings {}\n\n", content.version);
  WriteTextEvents(content, out);
  out += fmt::format("Report an event\n  {}\n\n", FirstEventCommand(content.base_url));
  out += "Listening\n";
  for (const Address& address : content.addresses) {
    out += fmt::format("  {:<24}{}\n", address.address, address.what);
  }
  out += "\nSee also\n";
  for (const std::string_view path :
       {"/api/v1/events", "/api/v1/status", "/api/v1/openapi.json", "/metrics", "/readyz"}) {
    out += fmt::format("  {}{}\n", content.base_url, path);
  }
  return out;
}

}  // namespace tidings::ui
