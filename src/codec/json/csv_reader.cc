#include "codec/json/csv_reader.h"

#include <utility>

#include "base/status.h"

namespace tidings::json {

absl::Status CsvReader::Mistake(std::string_view what) const {
  return InvalidArgument("line {}: {}", first_line_, what);
}

int CsvReader::Take() {
  const int c = in_.sbumpc();
  if (c != kEnd) {
    ++bytes_;
    ++record_bytes_;
    line_ += c == '\n' ? 1 : 0;
  }
  return c;
}

void CsvReader::SkipByteOrderMark() {
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  if (bytes_ > 0) {
    return;
  }
  for (const char c : kMark) {
    if (in_.sgetc() != static_cast<unsigned char>(c)) {
      return;
    }
    Take();
  }
}

bool CsvReader::TakeLineEnd(int c) {
  if (c == '\r' && in_.sgetc() == '\n') {
    Take();
    return true;
  }
  return c == '\n';
}

absl::Status CsvReader::ReadQuoted(std::string& cell) {
  while (record_bytes_ <= kMaxRecordBytes) {
    const int c = Take();
    if (c == kEnd) {
      return Mistake("a quote is never closed");
    }
    if (c != '"') {
      cell.push_back(static_cast<char>(c));
    } else if (in_.sgetc() == '"') {
      Take();
      cell.push_back('"');
    } else {
      return absl::OkStatus();
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<std::vector<std::string>>> CsvReader::Next() {
  SkipByteOrderMark();
  while (in_.sgetc() == '\n' || in_.sgetc() == '\r') {
    Take();
  }
  first_line_ = line_;
  record_bytes_ = 0;
  if (in_.sgetc() == kEnd) {
    return std::nullopt;
  }
  std::vector<std::string> cells;
  bool goes_on = true;
  while (goes_on) {
    const absl::StatusOr<bool> comma = ReadCell(cells.emplace_back());
    if (!comma.ok()) {
      return comma.status();
    }
    goes_on = *comma;
  }
  return cells;
}

absl::StatusOr<bool> CsvReader::ReadCell(std::string& cell) {
  const bool is_quoted = in_.sgetc() == '"';
  if (is_quoted) {
    Take();
    if (absl::Status status = ReadQuoted(cell); !status.ok()) {
      return status;
    }
  }
  while (record_bytes_ <= kMaxRecordBytes) {
    const int c = Take();
    if (c == kEnd || TakeLineEnd(c)) {
      last_line_ = c == kEnd ? line_ : line_ - 1;
      return false;
    }
    if (c == ',') {
      return true;
    }
    if (c == '"' || is_quoted) {
      return Mistake(
          "a quote stands inside a cell; expected the whole cell in quotes, and each "
          "quote in it doubled"
      );
    }
    cell.push_back(static_cast<char>(c));
  }
  return Mistake("is longer than 4 MiB");
}

}  // namespace tidings::json
