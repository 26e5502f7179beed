#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <absl/status/statusor.h>
#include <prometheus/registry.h>

#include "base/clock.h"
#include "codec/otlp/export_answer.h"
#include "codec/otlp/record_mapper.h"
#include "pipeline/report_sink.h"
#include "receiver/otlp/config.h"

namespace tidings::otlp {

/// What becomes of a request, whatever it came by.
///
/// Errors: kInvalidArgument, kResourceExhausted - the request is refused for good, nothing of it is
///         stored; what IsTransient says - nothing is stored, the same may succeed later.
using IntakeDone = std::function<void(absl::StatusOr<PartialSuccess>)>;

/// The way of log records from a transport to the pipeline, the same for gRPC and HTTP.
///
/// Thread safety: safe.
/// Lifetime:      must not outlive the sink, the clock and the registry.
class LogIntake {
 public:
  LogIntake(
      const Config& config, ReportSink& sink, const Clock& clock, prometheus::Registry& metrics
  );

  /// Hands the request over and returns how many records it holds; `done` is called once, from any
  /// thread, when everything is durable or refused. `owner` keeps the bytes of `request` alive.
  /// `protocol` is a label of metrics, a string literal.
  size_t TakeProtobuf(
      const char* protocol,
      std::string_view request,
      std::shared_ptr<const void> owner,
      IntakeDone done
  );
  size_t TakeJson(const char* protocol, std::string body, IntakeDone done);

 private:
  ReportBatch NewBatch(const char* protocol, size_t payload_bytes) const;
  size_t Commit(const absl::StatusOr<DecodedLogs>& decoded, ReportBatch batch, IntakeDone done);

  const DecodeOptions options_;
  ReportSink& sink_;
  const Clock& clock_;
  prometheus::Family<prometheus::Counter>& unnamed_;
};

}  // namespace tidings::otlp
