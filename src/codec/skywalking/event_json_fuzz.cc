#include <cstdlib>
#include <string>

#include "codec/skywalking/event_json.h"

/// Whatever the bytes are: no crash, nothing half appended, and what was read is read again the
/// same after it was written.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tidings;  // NOLINT(google-build-using-namespace): a function's scope
  ReportBatch batch;
  const absl::Status status = skywalking::DecodeEventsJson(
      std::string(reinterpret_cast<const char*>(data), size), {.reports = 1000}, batch
  );
  if (!status.ok() && !(batch.reports.empty() && batch.rejections.empty())) {
    std::abort();
  }
  for (const Report& report : batch.reports) {
    std::string written;
    skywalking::AppendEventJson(written, ViewOf(report, batch));
    ReportBatch again;
    if (!skywalking::DecodeEventsJson(written, {}, again).ok() || again.reports.size() != 1) {
      std::abort();
    }
    std::string written_again;
    skywalking::AppendEventJson(written_again, ViewOf(again.reports[0], again));
    if (written_again != written) {
      std::abort();
    }
  }
  return 0;
}
