#pragma once

#include <string>
#include <string_view>

#include "event/event.h"

/// Events as lines of CSV (RFC 4180), times in ms. Text that a spreadsheet would run as a formula
/// gets an apostrophe before it; parameters stand in one cell, as JSON.
namespace tidings::json {

/// The first line: the names of the columns, which are those of the event's JSON.
std::string_view CsvHead();

void AppendCsvLine(std::string& out, const EventView& event);

/// A text as it stands in a cell.
std::string CsvText(std::string_view text);
/// The text that CsvText made a cell of, once the cell's quotes are taken away.
std::string_view CsvTextOf(std::string_view cell);

}  // namespace tidings::json
