#include "codec/otlp/logs_protobuf.h"

#include <optional>
#include <vector>

#include "base/status.h"
#include "base/text.h"
#include "base/wire.h"
#include "codec/otlp/log_record.h"
#include "codec/otlp/value_protobuf.h"

namespace tidings::otlp {
namespace {

using wire::Tag;
using wire::Type;

// Numbers of proto/opentelemetry/.
constexpr uint32_t kResourceLogs = Tag(1, Type::kBytes);

namespace resource_logs {
constexpr uint32_t kResource = Tag(1, Type::kBytes);
constexpr uint32_t kScopeLogs = Tag(2, Type::kBytes);
}  // namespace resource_logs

constexpr uint32_t kResourceAttributes = Tag(1, Type::kBytes);

namespace scope_logs {
constexpr uint32_t kScope = Tag(1, Type::kBytes);
constexpr uint32_t kLogRecords = Tag(2, Type::kBytes);
}  // namespace scope_logs

namespace scope_field {
constexpr uint32_t kName = Tag(1, Type::kBytes);
constexpr uint32_t kVersion = Tag(2, Type::kBytes);
constexpr uint32_t kAttributes = Tag(3, Type::kBytes);
}  // namespace scope_field

namespace record_field {
constexpr uint32_t kTime = Tag(1, Type::kFixed64);
constexpr uint32_t kSeverityNumber = Tag(2, Type::kVarint);
constexpr uint32_t kSeverityText = Tag(3, Type::kBytes);
constexpr uint32_t kBody = Tag(5, Type::kBytes);
constexpr uint32_t kAttributes = Tag(6, Type::kBytes);
constexpr uint32_t kTraceId = Tag(9, Type::kBytes);
constexpr uint32_t kSpanId = Tag(10, Type::kBytes);
constexpr uint32_t kObservedTime = Tag(11, Type::kFixed64);
constexpr uint32_t kEventName = Tag(12, Type::kBytes);
}  // namespace record_field

absl::Status Malformed(const char* part) {
  return InvalidArgument("no ExportLogsServiceRequest: {} is malformed or cut off", part);
}

/// What is wrong with a value that can be read.
std::string Excess(ValueFault fault) {
  return fault == ValueFault::kTooDeep
             ? fmt::format("nests deeper than {} levels", kMaxValueDepth)
             : fmt::format("is longer than {} bytes as JSON", kMaxValueJsonBytes);
}

/// What of a record breaks a limit, or that it cannot be read at all.
struct RecordFault {
  ValueFault fault = ValueFault::kNone;
  std::string field;
};

/// Walks one request. Fields may come in any order on the wire: what records need of their
/// surroundings is read before the records are.
class RequestReader {
 public:
  RequestReader(const DecodeOptions& options, ReportBatch& batch)
      : arena_(batch.arena), mapper_(options, batch) {}

  absl::StatusOr<DecodedLogs> Read(std::string_view request) {
    bool has_logs = false;
    wire::Reader reader(request);
    while (reader.Next()) {
      if (reader.tag() != kResourceLogs) {
        continue;
      }
      has_logs = true;
      if (absl::Status status = ReadResourceLogs(reader.bytes()); !status.ok()) {
        return status;
      }
    }
    if (!reader.ok()) {
      return Malformed("the request");
    }
    DecodedLogs decoded = mapper_.decoded();
    if (!has_logs && !request.empty()) {
      decoded.warning =
          "the request has bytes and no resource_logs, so nothing of it was stored: is it an "
          "ExportLogsServiceRequest?";
    }
    return decoded;
  }

 private:
  absl::Status ReadResourceLogs(std::string_view bytes) {
    resource_attributes_.clear();
    wire::Reader first(bytes);
    while (first.Next()) {
      if (first.tag() != resource_logs::kResource) {
        continue;
      }
      if (absl::Status status = ReadResource(first.bytes()); !status.ok()) {
        return status;
      }
    }
    if (!first.ok()) {
      return Malformed("resource_logs");
    }
    mapper_.EnterResource(resource_attributes_);
    wire::Reader second(bytes);
    while (second.Next()) {
      if (second.tag() != resource_logs::kScopeLogs) {
        continue;
      }
      if (absl::Status status = ReadScopeLogs(second.bytes()); !status.ok()) {
        return status;
      }
    }
    return absl::OkStatus();
  }

  absl::Status ReadResource(std::string_view bytes) {
    wire::Reader reader(bytes);
    while (reader.Next()) {
      if (reader.tag() != kResourceAttributes) {
        continue;
      }
      if (absl::Status status = ReadShared(reader.bytes(), resource_attributes_, "a resource");
          !status.ok()) {
        return status;
      }
    }
    return reader.ok() ? absl::OkStatus() : Malformed("a resource");
  }

  /// An attribute of a resource or a scope. One that is beyond a limit would spoil every record.
  absl::Status ReadShared(
      std::string_view bytes, std::vector<Parameter>& attributes, const char* part
  ) {
    std::string_view key;
    const ValueFault fault = ReadAttribute(bytes, arena_, attributes, key);
    if (fault == ValueFault::kNone) {
      return absl::OkStatus();
    }
    return fault == ValueFault::kMalformed
               ? Malformed(part)
               : InvalidArgument("{} of {} {}", AttributeField(key), part, Excess(fault));
  }

  absl::Status ReadScopeLogs(std::string_view bytes) {
    scope_attributes_.clear();
    Scope scope;
    wire::Reader first(bytes);
    while (first.Next()) {
      if (first.tag() != scope_logs::kScope) {
        continue;
      }
      if (absl::Status status = ReadScope(first.bytes(), scope); !status.ok()) {
        return status;
      }
    }
    if (!first.ok()) {
      return Malformed("scope_logs");
    }
    scope.attributes = scope_attributes_;
    mapper_.EnterScope(scope);
    wire::Reader second(bytes);
    while (second.Next()) {
      if (second.tag() != scope_logs::kLogRecords) {
        continue;
      }
      if (absl::Status status = ReadRecord(second.bytes()); !status.ok()) {
        return status;
      }
    }
    return absl::OkStatus();
  }

  absl::Status ReadScope(std::string_view bytes, Scope& scope) {
    wire::Reader reader(bytes);
    while (reader.Next()) {
      switch (reader.tag()) {
        case scope_field::kName:
          scope.name = reader.bytes();
          break;
        case scope_field::kVersion:
          scope.version = reader.bytes();
          break;
        case scope_field::kAttributes:
          if (absl::Status status = ReadShared(reader.bytes(), scope_attributes_, "a scope");
              !status.ok()) {
            return status;
          }
          break;
        default:
          break;
      }
    }
    return reader.ok() ? absl::OkStatus() : Malformed("a scope");
  }

  absl::Status ReadRecord(std::string_view bytes) {
    attributes_.clear();
    LogRecord record;
    const RecordFault fault = ReadFields(bytes, record);
    if (fault.fault == ValueFault::kMalformed) {
      return Malformed("a log record");
    }
    if (fault.fault != ValueFault::kNone) {
      return mapper_.Reject(fault.field, Excess(fault.fault));
    }
    record.attributes = attributes_;
    return mapper_.Add(record);
  }

  /// The whole record is read, whatever stands in it: the worst fault is told.
  RecordFault ReadFields(std::string_view bytes, LogRecord& record) {
    RecordFault worst;
    Parts body;
    wire::Reader reader(bytes);
    while (reader.Next()) {
      switch (reader.tag()) {
        case record_field::kBody:
          body.push_back(reader.bytes());
          break;
        case record_field::kAttributes:
          ReadRecordAttribute(reader.bytes(), worst);
          break;
        default:
          ReadPlainField(reader, record);
          break;
      }
    }
    const ValueFault fault =
        reader.ok() ? ReadBody(body, arena_, record.body) : ValueFault::kMalformed;
    if (fault != ValueFault::kNone && worst.fault != ValueFault::kMalformed) {
      worst = {fault, "body"};
    }
    return worst;
  }

  void ReadRecordAttribute(std::string_view key_value, RecordFault& worst) {
    std::string_view key;
    const ValueFault fault = ReadAttribute(key_value, arena_, attributes_, key);
    if (fault != ValueFault::kNone && worst.fault != ValueFault::kMalformed) {
      worst = {fault, AttributeField(key)};
    }
  }

  static std::string AttributeField(std::string_view key) {
    return fmt::format("attributes.{}", EscapeForDisplay(key, kShownKeyBytes));
  }

  static void ReadPlainField(const wire::Reader& reader, LogRecord& record) {
    switch (reader.tag()) {
      case record_field::kTime:
        record.time_unix_nano = reader.integer();
        break;
      case record_field::kObservedTime:
        record.observed_time_unix_nano = reader.integer();
        break;
      case record_field::kSeverityNumber:
        // An enum is an int32 on the wire, whatever the varint held.
        record.severity_number = static_cast<int32_t>(static_cast<uint32_t>(reader.integer()));
        break;
      case record_field::kSeverityText:
        record.severity_text = reader.bytes();
        break;
      case record_field::kTraceId:
        record.trace_id = reader.bytes();
        break;
      case record_field::kSpanId:
        record.span_id = reader.bytes();
        break;
      case record_field::kEventName:
        record.event_name = reader.bytes();
        break;
      default:
        break;
    }
  }

  Arena& arena_;
  RecordMapper mapper_;
  std::vector<Parameter> resource_attributes_;
  std::vector<Parameter> scope_attributes_;
  /// Of the record at hand.
  std::vector<Parameter> attributes_;
};

}  // namespace

absl::StatusOr<DecodedLogs> DecodeLogsProtobuf(
    std::string_view request, const DecodeOptions& options, ReportBatch& batch
) {
  return RequestReader(options, batch).Read(request);
}

}  // namespace tidings::otlp
