#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <absl/status/statusor.h>

#include "base/json_writer.h"

/// Exported events on their way back into a server (contract "REST", export: what `import` of an
/// export gives).
namespace tidings::json {

/// The reports, as JSON, that make an event again which an export wrote as JSON: one, or two where
/// its end lies before its start. What only the server says is left out, and so is a time that was
/// inferred. Members that no event has are kept: the server names them.
/// Errors: kInvalidArgument - no JSON, or no object.
absl::StatusOr<std::vector<std::string>> ReportsOfExportedEvent(std::string event);

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
