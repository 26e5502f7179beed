#include "cli/event_csv.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/event_row.h"
#include "codec/json/event_csv.h"

namespace tidings::cli {
namespace {

std::string CsvNumber(const std::optional<int64_t>& number) {
  return number ? fmt::format("{}", *number) : std::string();
}

std::string CsvFlag(bool flag) {
  return flag ? "true" : "false";
}

}  // namespace

EventCsv::EventCsv(std::ostream& out) : out_(out) {
  out_ << json::CsvHead();
}

void EventCsv::Add(const std::vector<simdjson::dom::element>& page) {
  using json::CsvText;
  for (const simdjson::dom::element& event : page) {
    const EventRow row = ReadEventRow(event);
    const std::vector<std::string> cells{
        CsvText(row.id),
        CsvText(row.service),
        CsvText(row.instance),
        CsvText(row.endpoint),
        CsvText(row.layer),
        CsvText(row.name),
        CsvText(row.type),
        CsvText(row.message),
        CsvText(row.parameters),
        CsvNumber(row.start),
        CsvNumber(row.end),
        CsvNumber(row.duration),
        CsvText(row.state),
        CsvNumber(row.count),
        CsvFlag(row.derived),
        CsvNumber(row.generation),
        CsvNumber(row.received_first),
        CsvNumber(row.received_last),
        CsvFlag(row.time_inferred),
        CsvFlag(row.contradictory),
        CsvFlag(row.truncated),
        CsvFlag(row.incomplete)};
    out_ << fmt::format("{}\r\n", fmt::join(cells, ","));
  }
}

}  // namespace tidings::cli
