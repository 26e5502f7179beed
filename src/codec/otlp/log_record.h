#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "event/report.h"

/// What an OTLP log record and its surroundings say, whatever they were encoded in. Views.
namespace tidings::otlp {

/// Attributes that have a value, in the order of the request. An array or a map stands as its JSON
/// text, bytes as their base64. The clocks mean nothing yet.
using Attributes = std::span<const Parameter>;

struct Scope {
  std::string_view name;
  std::string_view version;
  Attributes attributes;
};

struct LogRecord {
  /// Nanoseconds since the epoch, 0 = not known.
  uint64_t time_unix_nano = 0;
  uint64_t observed_time_unix_nano = 0;
  /// 1 to 24, 0 = not told; any number of newer clients.
  int32_t severity_number = 0;
  std::string_view severity_text;
  std::string_view event_name;
  /// Raw bytes, not hex.
  std::string_view trace_id;
  std::string_view span_id;
  /// A string is the text of it, or the JSON of bytes, an array or a map.
  std::optional<Value> body;
  Attributes attributes;
};

/// How deep arrays and maps may nest in one value; a record with a deeper one is rejected. More
/// than protobuf's own readers take.
inline constexpr int kMaxValueDepth = 64;
/// How long the JSON text of one array or map, and each text in it, may be; a record with a longer
/// one is rejected. As long as the model's limits can be made. A control character of one byte
/// takes six in JSON.
inline constexpr size_t kMaxValueJsonBytes = size_t{1} << 20;
/// How much of an attribute's key an error shows.
inline constexpr size_t kShownKeyBytes = 64;
/// What a byte of a request is taken to become in memory: itself, and its share of the reports and
/// their parameters. The front makes senders wait for that much room, since what the store cannot
/// take is refused at once.
inline constexpr size_t kProtobufMemoryFactor = 4;
inline constexpr size_t kJsonMemoryFactor = 12;

}  // namespace tidings::otlp
