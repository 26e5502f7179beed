#include "cli/event_csv.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/event_row.h"

namespace tidings::cli {
namespace {

std::string CsvNumber(const std::optional<int64_t>& number) {
  return number ? fmt::format("{}", *number) : std::string();
}

std::string CsvFlag(bool flag) {
  return flag ? "true" : "false";
}

}  // namespace

std::string CsvText(std::string_view text) {
  std::string cell;
  if (text.find_first_of("=+-@\t\r") == 0) {
    cell += '\'';
  }
  cell += text;
  if (cell.find_first_of(",\"\r\n") == std::string::npos) {
    return cell;
  }
  std::string quoted = "\"";
  for (const char c : cell) {
    quoted += c;
    if (c == '"') {
      quoted += c;
    }
  }
  return quoted + '"';
}

EventCsv::EventCsv(std::ostream& out) : out_(out) {
  out_
      << "id,service,instance,endpoint,layer,name,type,message,parameters,start,end,duration,state,"
         "count,derived,generation,received_first,received_last,time_inferred,contradictory,"
         "truncated,incomplete\r\n";
}

void EventCsv::Add(const std::vector<simdjson::dom::element>& page) {
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
