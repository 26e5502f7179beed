#pragma once

#include <array>
#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

#include "cli/context.h"
#include "cli/event_printer.h"
#include "cli/event_row.h"

namespace tidings::cli {

/// START LASTED TYPE SERVICE/INSTANCE NAME MESSAGE ID, one event a line; `wide` adds LAYER,
/// ENDPOINT, COUNT and PARAMETERS and never cuts. On a terminal messages are cut to the line, and
/// errors are red.
class EventTable final : public EventPrinter {
 public:
  struct Options {
    Screen screen;
    bool wide = false;
    /// What open events have lasted until.
    int64_t now_ms = 0;
  };

  EventTable(Options options, std::ostream& out) : options_(options), out_(out) {}

  void Add(const std::vector<simdjson::dom::element>& page) override;
  void Finish() override {}

 private:
  std::vector<std::string> CellsOf(const EventRow& row) const;
  std::vector<std::string> Headers() const;
  void Widen(const std::vector<std::string>& cells);
  void FitToScreen();
  void PrintLine(const std::vector<std::string>& cells, bool is_error);

  const Options options_;
  std::ostream& out_;
  /// Of each column; grows from page to page.
  std::vector<size_t> widths_;
};

/// What stands under LASTED: `1m`, `instant`, `open 5m`, `until 2023-11-14 23:13:20`.
std::string ShowLasted(const EventRow& row, const absl::TimeZone& zone, int64_t now_ms);

}  // namespace tidings::cli
