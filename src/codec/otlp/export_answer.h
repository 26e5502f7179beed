#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "codec/otlp/record_mapper.h"
#include "event/report.h"

/// What a sender of logs is told (opentelemetry.io, "OTLP Specification").
namespace tidings::otlp {

/// `ExportLogsPartialSuccess`. With nothing rejected and a message it is a warning; with neither it
/// is not sent at all ("Full Success").
struct PartialSuccess {
  int64_t rejected_log_records = 0;
  std::string error_message;
};

/// What became of a request that was stored: how many records were rejected, with the first few
/// reasons as `#index field: reason`, how many log lines were dropped, with the setting that keeps
/// them, and what looks like a mistake.
PartialSuccess Tell(const DecodedLogs& decoded, const std::vector<Rejection>& rejections);

/// `ExportLogsServiceResponse`.
std::string EncodeResponseProtobuf(const PartialSuccess& partial_success);
std::string EncodeResponseJson(const PartialSuccess& partial_success);

/// The setting that decides on records without a name.
inline constexpr std::string_view kUnnamedSetting = "receivers.otlp.unnamed_records";

}  // namespace tidings::otlp
