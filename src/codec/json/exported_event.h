#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <absl/status/statusor.h>
#include <simdjson.h>

#include "base/json_writer.h"

/// Exported events on their way back into a server (contract "REST", export: what `import` of an
/// export gives).
namespace tidings::json {

/// Makes reports of events that an export wrote as JSON, one after the other.
///
/// Thread safety: one thread.
class ExportedEvents {
 public:
  /// Appends the reports that make the event again, each as a line: one, or two where its end lies
  /// before its start; returns how many. What only the server says is left out, and so is a time
  /// that was inferred. Members that no event has are kept, and so are values that the server will
  /// refuse: it names them. `event` is not changed, but room is made behind it.
  /// Errors: kInvalidArgument - no JSON, or no object; nothing is appended.
  absl::StatusOr<size_t> AppendReports(std::string& event, std::string& lines);

 private:
  /// As they stand in the event: names without escapes, values with them.
  struct Member {
    std::string_view name;
    std::string_view value;
  };

  simdjson::error_code ReadMembers(std::string& event);
  bool IsTrue(std::string_view name) const;
  void AppendReport(std::string_view left_out, std::string& lines) const;
  void AppendEnd(std::string& lines) const;

  // Both keep their memory from event to event.
  simdjson::ondemand::parser parser_;
  std::vector<Member> members_;
};

/// The columns of exported CSV as the first line of a file names them, and its events as JSON.
///
/// Thread safety: immutable, safe.
class CsvEvents {
 public:
  /// Errors: kInvalidArgument - a column that no event has (names the nearest), or one that stands
  ///         there twice.
  static absl::StatusOr<CsvEvents> Create(const std::vector<std::string>& head);

  /// The event of one record. An empty cell is not given; the apostrophe that CsvText set is taken
  /// away again.
  /// Errors: kInvalidArgument - more or fewer cells than columns, or parameters that are no JSON
  ///         object; names the column.
  absl::StatusOr<std::string> ToJson(const std::vector<std::string>& cells) const;

 private:
  struct Column {
    std::string_view name;
    enum class Kind { kText, kTime, kNumber, kFlag, kJson, kIgnored } kind;
  };
  static absl::Status WriteCell(const Column& column, std::string_view cell, JsonWriter& json);
  static const std::vector<Column>& KnownColumns();

  std::vector<Column> columns_;
};

}  // namespace tidings::json
