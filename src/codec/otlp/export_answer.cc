#include "codec/otlp/export_answer.h"

#include <fmt/format.h>

#include "base/json_writer.h"
#include "base/text.h"
#include "base/wire.h"

namespace tidings::otlp {
namespace {

constexpr size_t kToldRejections = 5;

// Numbers of proto/opentelemetry/proto/collector/logs/v1/logs_service.proto.
constexpr uint32_t kPartialSuccess = 1;
constexpr uint32_t kRejectedLogRecords = 1;
constexpr uint32_t kErrorMessage = 2;

bool IsFullSuccess(const PartialSuccess& partial_success) {
  return partial_success.rejected_log_records == 0 && partial_success.error_message.empty();
}

std::string DescribeRejections(
    const DecodedLogs& decoded, const std::vector<Rejection>& rejections
) {
  std::string text =
      fmt::format("{} of {} log records rejected", rejections.size(), decoded.records);
  const char* separator = ": ";
  for (size_t i = 0; i < rejections.size() && i < kToldRejections; ++i) {
    text += fmt::format(
        "{}#{} {}: {}",
        separator,
        rejections[i].index,
        EscapeForDisplay(rejections[i].field, 64),
        EscapeForDisplay(rejections[i].error)
    );
    separator = "; ";
  }
  return rejections.size() > kToldRejections ? text + "; …" : text;
}

}  // namespace

PartialSuccess Tell(const DecodedLogs& decoded, const std::vector<Rejection>& rejections) {
  PartialSuccess told{.rejected_log_records = static_cast<int64_t>(rejections.size())};
  if (!rejections.empty()) {
    told.error_message = DescribeRejections(decoded, rejections);
  }
  if (decoded.unnamed > 0) {
    const bool is_one = decoded.unnamed == 1;
    told.error_message += fmt::format(
        "{}{} ({}: keep keeps such records, named by their scope)",
        told.error_message.empty() ? "" : "; ",
        is_one ? std::string("1 log record has no event name and is no event: it was dropped")
               : fmt::format(
                     "{} log records have no event name and are no events: they were dropped",
                     decoded.unnamed
                 ),
        kUnnamedSetting
    );
  }
  if (!decoded.warning.empty()) {
    told.error_message += (told.error_message.empty() ? "" : "; ") + decoded.warning;
  }
  return told;
}

std::string EncodeResponseProtobuf(const PartialSuccess& partial_success) {
  std::string response;
  if (IsFullSuccess(partial_success)) {
    return response;
  }
  std::string inner;
  wire::Writer writer(inner);
  if (partial_success.rejected_log_records != 0) {
    writer.Varint(kRejectedLogRecords, static_cast<uint64_t>(partial_success.rejected_log_records));
  }
  writer.Bytes(kErrorMessage, partial_success.error_message);
  wire::Writer(response).Bytes(kPartialSuccess, inner);
  return response;
}

std::string EncodeResponseJson(const PartialSuccess& partial_success) {
  std::string response;
  JsonWriter json(response);
  json.BeginObject();
  if (!IsFullSuccess(partial_success)) {
    // proto3 JSON writes int64 as a string.
    json.Key("partialSuccess").BeginObject().Key("rejectedLogRecords");
    json.String(fmt::format("{}", partial_success.rejected_log_records));
    json.Key("errorMessage").String(partial_success.error_message).EndObject();
  }
  json.EndObject();
  return response;
}

}  // namespace tidings::otlp
