#pragma once

#include <cstddef>
#include <cstdint>
#include <istream>
#include <optional>
#include <string>
#include <vector>

#include <absl/status/statusor.h>

namespace tidings::json {

/// Reads CSV (RFC 4180; lines may end in LF alone, and a byte order mark may stand at the
/// beginning) record by record.
///
/// Thread safety: one thread at a time. Lifetime: borrows the stream.
/// Errors:        kInvalidArgument - a quote where none may stand or that is never closed, or a
///                record of more than max_record_bytes; named by its line. Nothing can be read
///                then.
class CsvReader {
 public:
  static constexpr size_t kMaxRecordBytes = size_t{4} << 20;

  explicit CsvReader(std::istream& in) : in_(*in.rdbuf()) {}

  /// The cells of the next record; nothing at the end. Empty lines are none.
  absl::StatusOr<std::optional<std::vector<std::string>>> Next();

  /// The line in which the last record began, and the one in which it ended, from 1.
  uint64_t first_line() const { return first_line_; }
  uint64_t last_line() const { return last_line_; }
  /// Taken from the stream so far.
  uint64_t bytes() const { return bytes_; }

 private:
  static constexpr int kEnd = std::char_traits<char>::eof();

  void SkipByteOrderMark();
  int Take();
  /// The end of a line, whichever it is; false if `c` is none.
  bool TakeLineEnd(int c);
  /// Whether another cell of the record follows.
  absl::StatusOr<bool> ReadCell(std::string& cell);
  absl::Status ReadQuoted(std::string& cell);
  absl::Status Mistake(std::string_view what) const;

  std::streambuf& in_;
  uint64_t line_ = 1;
  uint64_t first_line_ = 1;
  uint64_t last_line_ = 1;
  uint64_t bytes_ = 0;
  size_t record_bytes_ = 0;
};

}  // namespace tidings::json
