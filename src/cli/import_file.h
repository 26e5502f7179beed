#pragma once

#include <cstdint>
#include <istream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include "cli/report_upload.h"
#include "codec/json/csv_reader.h"
#include "codec/json/exported_event.h"

namespace tidings::cli {

/// A file of exported events, cut into pieces of reports.
///
/// Thread safety: one thread at a time. Lifetime: borrows the stream.
class ImportFile {
 public:
  struct Piece {
    ReportLines reports;
    uint64_t events = 0;
    /// `line 7: …`: what is no event, in lines that were passed over.
    std::vector<std::string> mistakes;
    /// All lines up to this one are in this piece or one before.
    uint64_t last_line = 0;
    /// Of the file, so far.
    uint64_t bytes = 0;
    bool is_last = false;
    /// Why the file cannot be read on, then in the last piece.
    absl::Status failure;
  };

  /// `form`: ndjson or csv; empty: what the first byte says. Lines up to `resume_after` are passed
  /// over.
  /// Errors: kInvalidArgument - a JSON array, or a first line that names no columns.
  static absl::StatusOr<ImportFile> Open(
      std::istream& in, std::string_view form, uint64_t resume_after
  );

  Piece Read();

 private:
  ImportFile(std::istream& in, uint64_t resume_after) : in_(&in), resume_after_(resume_after) {}

  bool ReadLine(Piece& piece);
  bool ReadRecord(Piece& piece);
  void AddEvent(std::string& event, uint64_t line, Piece& piece);

  std::istream* in_;
  uint64_t resume_after_;
  /// Only of CSV.
  std::unique_ptr<json::CsvReader> csv_;
  std::optional<json::CsvEvents> columns_;
  json::ExportedEvents events_;
  /// The line that is read; it keeps its memory.
  std::string text_;
  uint64_t line_ = 0;
  uint64_t bytes_ = 0;
};

}  // namespace tidings::cli
