#include <cstdlib>
#include <sstream>
#include <string>

#include "codec/json/csv_reader.h"
#include "codec/json/exported_event.h"

/// Whatever the bytes are: no crash, an end, and every record that is an event is a report in JSON.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tidings::json;  // NOLINT(google-build-using-namespace): a function's scope
  std::istringstream in(std::string(reinterpret_cast<const char*>(data), size));
  CsvReader reader(in);
  const auto head = reader.Next();
  if (!head.ok() || !*head) {
    return 0;
  }
  const auto events = CsvEvents::Create(**head);
  while (events.ok()) {
    const auto cells = reader.Next();
    if (!cells.ok() || !*cells) {
      break;
    }
    auto event = events->ToJson(**cells);
    std::string lines;
    if (event.ok() && !ExportedEvents().AppendReports(*event, lines).ok()) {
      std::abort();
    }
  }
  return 0;
}
