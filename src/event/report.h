#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/arena.h"

namespace tidings {

enum class EventType : uint8_t { kNormal = 0, kError = 1 };

/// `Normal` or `Error`.
constexpr std::string_view NameOf(EventType type) {
  return type == EventType::kError ? "Error" : "Normal";
}

/// The text fields of the model, each a register of its own in the join.
enum class TextField : uint8_t { kService, kInstance, kEndpoint, kLayer, kName, kMessage };
inline constexpr size_t kTextFieldCount = 6;

/// One text per TextField.
struct TextFields {
  std::array<std::string_view, kTextFieldCount> values;

  std::string_view& operator[](TextField field) { return values[static_cast<size_t>(field)]; }
  std::string_view operator[](TextField field) const { return values[static_cast<size_t>(field)]; }
};

/// A parameter's value. The order of the alternatives is the order of types in the law of the join.
using Value = std::variant<bool, int64_t, double, std::string_view>;

struct Parameter {
  std::string_view key;
  Value value;
  /// The clock that this register won with; set by normalisation to the report's clock.
  int64_t clock = 0;
};

/// What one reporter says, at one moment, about one event. All text are views into the batch.
struct Report {
  /// Position in the request (array index, message index, line), for errors.
  uint32_t index = 0;
  std::string_view id;
  TextFields text;
  EventType type = EventType::kNormal;
  bool withdrawn = false;
  bool derived = false;
  int32_t generation = 0;
  /// ms since the epoch, 0 = not known.
  int64_t start = 0;
  int64_t end = 0;
  int64_t reported = 0;
  int64_t count = 0;
  /// Stands for what the protocol tells beside these fields (OTLP: nanoseconds, the whole resource
  /// and scope): any bytes, part of a derived id and of nothing else.
  std::string_view origin;
  /// A range of ReportBatch::parameters. After normalisation ascending by key, each key once.
  uint32_t first_parameter = 0;
  uint32_t parameter_count = 0;
};

/// The clock of every register that the report sets: the greatest time that it brings, 0 without.
constexpr int64_t ClockOf(const Report& report) {
  return std::max({report.start, report.end, report.reported});
}

/// How and when a batch arrived. Receipt is the same for every report of a batch.
struct Receipt {
  /// Label of metrics: `skywalking-grpc`, `skywalking-http`, `rest`, ...; a string literal.
  const char* protocol = "";
  int64_t received_at_ms = 0;
  /// Size on the wire of what held the reports, for metrics.
  uint64_t payload_bytes = 0;
};

/// A report that was taken out of its batch, and why.
struct Rejection {
  uint32_t index = 0;
  std::string field;
  /// Names the limit and what it was, where there is one.
  std::string error;
};

/// Reports that arrived together, with the bytes that they are views of.
///
/// Moved, never copied: receiver -> pipeline -> EventStore::Commit. Moving keeps every view valid.
class ReportBatch {
 public:
  Receipt receipt;
  std::vector<Report> reports;
  /// Parameters of all reports; a report's own are a range of it.
  std::vector<Parameter> parameters;
  std::vector<Rejection> rejections;
  /// Things stored as they came that look like a mistake (seconds instead of ms).
  std::vector<std::string> warnings;
  /// Text that stands in no read buffer.
  Arena arena;

  /// Keeps a read buffer alive as long as the batch. Shared, because one buffer may hold the
  /// reports of several batches.
  void Keep(std::shared_ptr<const void> buffer, size_t bytes) {
    buffers_.push_back(std::move(buffer));
    buffer_bytes_ += bytes;
  }

  size_t bytes() const {
    return buffer_bytes_ + arena.bytes() + reports.size() * sizeof(Report) +
           parameters.size() * sizeof(Parameter);
  }

 private:
  std::vector<std::shared_ptr<const void>> buffers_;
  size_t buffer_bytes_ = 0;
};

}  // namespace tidings
