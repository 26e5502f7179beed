#include "codec/json/event_csv.h"

#include <algorithm>
#include <optional>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "codec/json/event_json.h"
#include "event/condition.h"
#include "event/interval.h"

namespace tidings::json {
namespace {

/// What a spreadsheet takes for a formula, at the beginning of a cell.
constexpr std::string_view kRunnable = "=+-@\t\r";

std::string CsvNumber(const std::optional<int64_t>& number) {
  return number ? fmt::format("{}", *number) : std::string();
}

std::string CsvFlag(bool flag) {
  return flag ? "true" : "false";
}

std::string ParametersText(const EventView& event) {
  std::string text;
  JsonWriter json(text);
  WriteParameters(json, event);
  return text;
}

}  // namespace

std::string CsvText(std::string_view text) {
  std::string cell;
  // Also before an apostrophe that would look like ours: whoever reads the cell takes one away.
  const size_t first = text.find_first_not_of('\'');
  if (first != std::string_view::npos && kRunnable.find(text[first]) != std::string_view::npos) {
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

std::string_view CsvTextOf(std::string_view cell) {
  const size_t first = cell.find_first_not_of('\'');
  const bool is_guarded = first != std::string_view::npos && first > 0 &&
                          kRunnable.find(cell[first]) != std::string_view::npos;
  return is_guarded ? cell.substr(1) : cell;
}

std::string_view CsvHead() {
  return "id,service,instance,endpoint,layer,name,type,message,parameters,start,end,duration,state,"
         "count,derived,generation,received_first,received_last,time_inferred,contradictory,"
         "truncated,incomplete\r\n";
}

void AppendCsvLine(std::string& out, const EventView& event) {
  const ShownTimes times = ShownTimesOf(event);
  const std::vector<std::string> cells{
      CsvText(event.id),
      CsvText(event.text[TextField::kService]),
      CsvText(event.text[TextField::kInstance]),
      CsvText(event.text[TextField::kEndpoint]),
      CsvText(ShownValue(event, FilterField::kLayer)),
      CsvText(event.text[TextField::kName]),
      CsvText(NameOf(event.type)),
      CsvText(event.text[TextField::kMessage]),
      CsvText(ParametersText(event)),
      CsvNumber(times.start),
      CsvNumber(times.end),
      CsvNumber(times.duration),
      CsvText(NameOf(StateOf(event))),
      CsvNumber(std::max<int64_t>(event.count, 1)),
      CsvFlag(event.derived),
      CsvNumber(event.generation),
      CsvNumber(event.received_first),
      CsvNumber(event.received_last),
      CsvFlag(IsTimeInferred(event)),
      CsvFlag(IsContradictory(event)),
      CsvFlag(event.truncated),
      CsvFlag(event.incomplete)};
  fmt::format_to(std::back_inserter(out), "{}\r\n", fmt::join(cells, ","));
}

}  // namespace tidings::json
