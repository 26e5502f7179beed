#include <cstdlib>
#include <string>

#include "codec/otlp/logs_protobuf.h"
#include "event/normalise.h"

/// Whatever the bytes are: no crash, bounded, every record is a report, a rejection or counted as
/// unnamed, and reading it again gives the same ids.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tidings;  // NOLINT(google-build-using-namespace): a function's scope
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const otlp::DecodeOptions options{.limits = {.records = 1000, .expanded_bytes = size_t{1} << 20}};
  ReportBatch batch;
  ReportBatch again;
  const auto decoded = otlp::DecodeLogsProtobuf(bytes, options, batch);
  const auto decoded_again = otlp::DecodeLogsProtobuf(bytes, options, again);
  if (decoded.ok() != decoded_again.ok()) {
    std::abort();
  }
  if (!decoded.ok()) {
    return 0;
  }
  if (batch.reports.size() + batch.rejections.size() + decoded->unnamed != decoded->records) {
    std::abort();
  }
  for (size_t i = 0; i < batch.reports.size(); ++i) {
    const bool rejected = Normalise(batch.reports[i], batch, {}).has_value();
    const bool rejected_again = Normalise(again.reports[i], again, {}).has_value();
    const bool timed = ClockOf(batch.reports[i]) != 0;
    if (rejected != rejected_again ||
        (!rejected && timed && batch.reports[i].id != again.reports[i].id)) {
      std::abort();
    }
  }
  return 0;
}
