#pragma once

#include <string>

#include <absl/status/statusor.h>

#include "codec/otlp/record_mapper.h"
#include "event/report.h"

/// An `ExportLogsServiceRequest` in OTLP's JSON. The same request in protobuf gives the same
/// reports.
namespace tidings::otlp {

/// Appends the reports of `body` to `batch`. `body` is taken over: reports are views into it and
/// into the batch's arena. A wrong type in a record rejects that record alone (batch.rejections:
/// its position in the request, the member, what was expected). kInvalidArgument when the body is
/// no JSON, or is wrong outside of records; kResourceExhausted when the request is beyond a limit:
/// nothing of the batch may then be used.
absl::StatusOr<DecodedLogs> DecodeLogsJson(
    std::string body, const DecodeOptions& options, ReportBatch& batch
);

}  // namespace tidings::otlp
