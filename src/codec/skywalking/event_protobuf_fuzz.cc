#include <cstdlib>
#include <string>

#include "codec/skywalking/event_protobuf.h"

/// Whatever the bytes are: no crash, nothing half appended, and what was read is read again the
/// same after it was written.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tidings;  // NOLINT(google-build-using-namespace): a function's scope
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  ReportBatch batch;
  if (!skywalking::DecodeEvent(bytes, 0, batch).ok()) {
    return batch.reports.empty() && batch.parameters.empty() ? 0 : (std::abort(), 0);
  }
  if (batch.reports.empty()) {
    return 0;
  }
  std::string written;
  skywalking::AppendEvent(written, ViewOf(batch.reports[0], batch));
  ReportBatch again;
  if (!skywalking::DecodeEvent(written, 0, again).ok() || again.reports.size() != 1) {
    std::abort();
  }
  std::string written_again;
  skywalking::AppendEvent(written_again, ViewOf(again.reports[0], again));
  if (written_again != written) {
    std::abort();
  }
  return 0;
}
