#include "receiver/otlp/log_intake.h"

#include <utility>

#include <prometheus/counter.h>

#include "codec/otlp/logs_json.h"
#include "codec/otlp/logs_protobuf.h"

namespace tidings::otlp {

LogIntake::LogIntake(
    const Config& config, ReportSink& sink, const Clock& clock, prometheus::Registry& metrics
)
    : options_{
          .limits = {.records = config.max_records},
          .keep_unnamed = config.unnamed_records == "keep"},
      sink_(sink),
      clock_(clock),
      unnamed_(prometheus::BuildCounter()
                   .Name("tidings_otlp_unnamed_records_total")
                   .Help("Log records without an event name, which were dropped.")
                   .Register(metrics)) {}

ReportBatch LogIntake::NewBatch(const char* protocol, size_t payload_bytes) const {
  ReportBatch batch;
  batch.receipt = {
      .protocol = protocol, .received_at_ms = clock_.NowMs(), .payload_bytes = payload_bytes};
  return batch;
}

size_t LogIntake::TakeProtobuf(
    const char* protocol,
    std::string_view request,
    std::shared_ptr<const void> owner,
    IntakeDone done
) {
  ReportBatch batch = NewBatch(protocol, request.size());
  const auto decoded = DecodeLogsProtobuf(request, options_, batch);
  batch.Keep(std::move(owner), request.size());
  return Commit(decoded, std::move(batch), std::move(done));
}

size_t LogIntake::TakeJson(const char* protocol, std::string body, IntakeDone done) {
  ReportBatch batch = NewBatch(protocol, body.size());
  const auto decoded = DecodeLogsJson(std::move(body), options_, batch);
  return Commit(decoded, std::move(batch), std::move(done));
}

size_t LogIntake::Commit(
    const absl::StatusOr<DecodedLogs>& decoded, ReportBatch batch, IntakeDone done
) {
  if (!decoded.ok()) {
    done(decoded.status());
    return 0;
  }
  if (decoded->unnamed > 0) {
    unnamed_.Add({{"protocol", batch.receipt.protocol}}
    ).Increment(static_cast<double>(decoded->unnamed));
  }
  sink_.Commit(
      std::move(batch),
      {},
      [done = std::move(done), told = *decoded](const absl::StatusOr<IngestResult>& result) {
        if (result.ok()) {
          done(Tell(told, result->rejections));
        } else {
          done(result.status());
        }
      }
  );
  return decoded->records;
}

}  // namespace tidings::otlp
