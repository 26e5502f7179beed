#pragma once

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "cli/event_printer.h"

namespace tidings::cli {

/// One event a line (RFC 4180), times in ms. Text that a spreadsheet would run as a formula gets an
/// apostrophe before it.
class EventCsv final : public EventPrinter {
 public:
  explicit EventCsv(std::ostream& out);

  void Add(const std::vector<simdjson::dom::element>& page) override;
  void Finish() override {}

 private:
  std::ostream& out_;
};

}  // namespace tidings::cli
