#include <cstdlib>
#include <string>

#include "codec/otlp/logs_json.h"
#include "event/normalise.h"

/// Whatever the bytes are: no crash, bounded, every record is a report, a rejection or counted as
/// unnamed, and no text of JSON is refused for its encoding.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tidings;  // NOLINT(google-build-using-namespace): a function's scope
  const otlp::DecodeOptions options{.limits = {.records = 1000, .expanded_bytes = size_t{1} << 20}};
  ReportBatch batch;
  const auto decoded =
      otlp::DecodeLogsJson(std::string(reinterpret_cast<const char*>(data), size), options, batch);
  if (!decoded.ok()) {
    return 0;
  }
  if (batch.reports.size() + batch.rejections.size() + decoded->unnamed != decoded->records) {
    std::abort();
  }
  for (Report& report : batch.reports) {
    const auto rejection = Normalise(report, batch, {});
    if (rejection && rejection->error.find("UTF-8") != std::string::npos) {
      std::abort();
    }
  }
  return 0;
}
