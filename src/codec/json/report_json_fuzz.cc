#include <cstdlib>
#include <string>

#include "codec/json/event_json.h"
#include "codec/json/report_json.h"

/// Whatever the bytes are: no crash, nothing half appended, and every event that is written is
/// read again the same.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tidings;  // NOLINT(google-build-using-namespace): a function's scope
  std::string body(reinterpret_cast<const char*>(data), size);
  const json::ReportJsonOptions options{.max_reports = 1000, .now_ms = 1'700'000'000'000};
  ReportBatch batch;
  const absl::Status status = json::DecodeReportsJson(body, options, batch);
  if (!status.ok() && !(batch.reports.empty() && batch.rejections.empty())) {
    std::abort();
  }
  // After another line, whose memory it uses.
  json::ReportLineDecoder lines;
  std::string before = R"({"id":"before","name":"B","parameters":{"key":"value"}})";
  lines.Decode(before, 1, options, batch);
  lines.Decode(body, 2, options, batch);
  for (const Report& report : batch.reports) {
    const EventView event = ViewOf(report, batch);
    std::string written;
    JsonWriter writer(written);
    json::WriteEvent(writer, event, {.render = true});
    if (!json::ReadEvent(written).ok()) {
      std::abort();
    }
  }
  (void)json::ReadEvent(body);
  return 0;
}
