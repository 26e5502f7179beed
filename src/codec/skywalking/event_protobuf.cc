#include "codec/skywalking/event_protobuf.h"

#include <variant>

#include "base/json_writer.h"
#include "base/status.h"
#include "base/wire.h"

namespace tidings::skywalking {
namespace {

using wire::Tag;
using wire::Type;

// Numbers of proto/skywalking/event.proto.
namespace event_field {
constexpr uint32_t kUuid = 1;
constexpr uint32_t kSource = 2;
constexpr uint32_t kName = 3;
constexpr uint32_t kType = 4;
constexpr uint32_t kMessage = 5;
constexpr uint32_t kParameters = 6;
constexpr uint32_t kStartTime = 7;
constexpr uint32_t kEndTime = 8;
constexpr uint32_t kLayer = 9;
}  // namespace event_field

namespace source_field {
constexpr uint32_t kService = 1;
constexpr uint32_t kInstance = 2;
constexpr uint32_t kEndpoint = 3;
}  // namespace source_field

constexpr uint32_t kMapKey = 1;
constexpr uint32_t kMapValue = 2;

absl::Status Malformed(const char* part) {
  return InvalidArgument("no skywalking.v3.Event: {} is malformed or cut off", part);
}

/// A source that stands twice is merged, as protobuf does.
bool ReadSource(std::string_view bytes, TextFields& text) {
  wire::Reader reader(bytes);
  while (reader.Next()) {
    switch (reader.tag()) {
      case Tag(source_field::kService, Type::kBytes):
        text[TextField::kService] = reader.bytes();
        break;
      case Tag(source_field::kInstance, Type::kBytes):
        text[TextField::kInstance] = reader.bytes();
        break;
      case Tag(source_field::kEndpoint, Type::kBytes):
        text[TextField::kEndpoint] = reader.bytes();
        break;
      default:
        break;
    }
  }
  return reader.ok();
}

/// A map entry; key and value may be absent and stand for the empty text.
bool ReadParameter(std::string_view bytes, ReportBatch& batch) {
  std::string_view key;
  std::string_view value;
  wire::Reader reader(bytes);
  while (reader.Next()) {
    if (reader.tag() == Tag(kMapKey, Type::kBytes)) {
      key = reader.bytes();
    } else if (reader.tag() == Tag(kMapValue, Type::kBytes)) {
      value = reader.bytes();
    }
  }
  batch.parameters.push_back({.key = key, .value = value});
  return reader.ok();
}

/// An enum is an int32 on the wire, whatever the varint held.
int32_t ToEnum(uint64_t varint) {
  return static_cast<int32_t>(static_cast<uint32_t>(varint));
}

absl::Status ReadEvent(
    std::string_view message, Report& report, int32_t& type, ReportBatch& batch
) {
  wire::Reader reader(message);
  while (reader.Next()) {
    switch (reader.tag()) {
      case Tag(event_field::kUuid, Type::kBytes):
        report.id = reader.bytes();
        break;
      case Tag(event_field::kSource, Type::kBytes):
        if (!ReadSource(reader.bytes(), report.text)) {
          return Malformed("source");
        }
        break;
      case Tag(event_field::kName, Type::kBytes):
        report.text[TextField::kName] = reader.bytes();
        break;
      case Tag(event_field::kType, Type::kVarint):
        type = ToEnum(reader.integer());
        break;
      case Tag(event_field::kMessage, Type::kBytes):
        report.text[TextField::kMessage] = reader.bytes();
        break;
      case Tag(event_field::kParameters, Type::kBytes):
        if (!ReadParameter(reader.bytes(), batch)) {
          return Malformed("a parameter");
        }
        break;
      case Tag(event_field::kStartTime, Type::kVarint):
        report.start = static_cast<int64_t>(reader.integer());
        break;
      case Tag(event_field::kEndTime, Type::kVarint):
        report.end = static_cast<int64_t>(reader.integer());
        break;
      case Tag(event_field::kLayer, Type::kBytes):
        report.text[TextField::kLayer] = reader.bytes();
        break;
      default:
        break;
    }
  }
  return reader.ok() ? absl::OkStatus() : Malformed("a field");
}

std::string EncodeSource(const TextFields& text) {
  std::string out;
  wire::Writer writer(out);
  const auto write = [&](uint32_t field, std::string_view value) {
    if (!value.empty()) {
      writer.Bytes(field, value);
    }
  };
  write(source_field::kService, text[TextField::kService]);
  write(source_field::kInstance, text[TextField::kInstance]);
  write(source_field::kEndpoint, text[TextField::kEndpoint]);
  return out;
}

}  // namespace

absl::Status DecodeEvent(std::string_view message, uint32_t index, ReportBatch& batch) {
  const size_t first_parameter = batch.parameters.size();
  Report& report = batch.reports.emplace_back();
  report.index = index;
  report.first_parameter = static_cast<uint32_t>(first_parameter);
  int32_t type = 0;
  absl::Status read = ReadEvent(message, report, type, batch);
  const bool known_type = type == 0 || type == 1;
  if (read.ok() && known_type) {
    report.type = static_cast<EventType>(type);
    report.parameter_count = static_cast<uint32_t>(batch.parameters.size() - first_parameter);
    return read;
  }
  batch.reports.pop_back();
  batch.parameters.resize(first_parameter);
  if (read.ok()) {
    batch.rejections.push_back(
        {index, "type", fmt::format("is {}, expected 0 (Normal) or 1 (Error)", type)}
    );
  }
  return read;
}

std::string ParameterText(const Value& value) {
  if (const auto* const text = std::get_if<std::string_view>(&value)) {
    return std::string(*text);
  }
  if (const auto* const flag = std::get_if<bool>(&value)) {
    return *flag ? "true" : "false";
  }
  if (const auto* const integer = std::get_if<int64_t>(&value)) {
    return fmt::format("{}", *integer);
  }
  std::string text;
  AppendJsonDouble(text, *std::get_if<double>(&value));
  if (!text.empty() && text.front() == '"') {
    return text.substr(1, text.size() - 2);  // NaN and infinities, which JSON can only quote.
  }
  return text;
}

void AppendEvent(std::string& out, const EventView& event) {
  wire::Writer writer(out);
  const auto write_text = [&](uint32_t field, std::string_view text) {
    if (!text.empty()) {
      writer.Bytes(field, text);
    }
  };
  write_text(event_field::kUuid, event.id);
  // Present even when empty, as SkyWalking's own clients send it.
  writer.Bytes(event_field::kSource, EncodeSource(event.text));
  write_text(event_field::kName, event.text[TextField::kName]);
  if (event.type == EventType::kError) {
    writer.Varint(event_field::kType, 1);
  }
  write_text(event_field::kMessage, event.text[TextField::kMessage]);
  for (const Parameter& parameter : event.parameters) {
    std::string entry;
    wire::Writer entry_writer(entry);
    entry_writer.Bytes(kMapKey, parameter.key);
    entry_writer.Bytes(kMapValue, ParameterText(parameter.value));
    writer.Bytes(event_field::kParameters, entry);
  }
  if (event.start != 0) {
    writer.Varint(event_field::kStartTime, static_cast<uint64_t>(event.start));
  }
  if (event.end != 0) {
    writer.Varint(event_field::kEndTime, static_cast<uint64_t>(event.end));
  }
  write_text(event_field::kLayer, event.text[TextField::kLayer]);
}

}  // namespace tidings::skywalking
