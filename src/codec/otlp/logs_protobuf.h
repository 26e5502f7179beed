#pragma once

#include <string_view>

#include <absl/status/statusor.h>

#include "codec/otlp/record_mapper.h"
#include "event/report.h"

/// `opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest` on the wire
/// (proto/opentelemetry/), read without objects. What becomes of it: docs/formats/otlp-logs.md.
namespace tidings::otlp {

/// Appends the reports of the request to `batch`, as views into `request` and the batch's arena. A
/// record that breaks a rule goes to batch.rejections by its position in the request, counted over
/// all resources and scopes. kInvalidArgument when the bytes are no such request,
/// kResourceExhausted when it is beyond a limit: nothing of the batch may then be used.
absl::StatusOr<DecodedLogs> DecodeLogsProtobuf(
    std::string_view request, const DecodeOptions& options, ReportBatch& batch
);

}  // namespace tidings::otlp
