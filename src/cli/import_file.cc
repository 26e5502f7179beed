#include "cli/import_file.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/status.h"

namespace tidings::cli {
namespace {

/// What is sent in one call: enough that a call's own cost does not count.
constexpr size_t kMostReports = 20'000;
constexpr size_t kMostBytes = size_t{8} << 20;

bool IsFull(const ReportLines& reports) {
  return reports.origins.size() >= kMostReports || reports.text.size() >= kMostBytes;
}

}  // namespace

absl::StatusOr<ImportFile> ImportFile::Open(
    std::istream& in, std::string_view form, uint64_t resume_after
) {
  ImportFile file(in, resume_after);
  const int first = in.peek();
  if (form.empty() && first == '[') {
    return InvalidArgument(
        "is a JSON array; expected NDJSON or CSV, as tidings export writes them (tidings report -f "
        "takes arrays)"
    );
  }
  if (form == "ndjson" || (form.empty() && (first == '{' || first == EOF))) {
    return file;
  }
  file.csv_ = std::make_unique<json::CsvReader>(in);
  auto head = file.csv_->Next();
  if (!head.ok()) {
    return head.status();
  }
  absl::StatusOr<json::CsvEvents> columns =
      json::CsvEvents::Create(*std::move(head).value_or(std::nullopt));
  if (!columns.ok()) {
    return InvalidArgument(
        "line 1: {}; expected NDJSON, or CSV with its columns in the first line",
        MessageOf(columns.status())
    );
  }
  file.columns_ = *std::move(columns);
  return file;
}

ImportFile::Piece ImportFile::Read() {
  Piece piece;
  piece.reports.text.reserve(kMostBytes + kMostBytes / 8);
  while (!IsFull(piece.reports)) {
    if (!(csv_ ? ReadRecord(piece) : ReadLine(piece))) {
      piece.is_last = true;
      break;
    }
  }
  piece.last_line = line_;
  piece.bytes = csv_ ? csv_->bytes() : bytes_;
  return piece;
}

bool ImportFile::ReadLine(Piece& piece) {
  if (!std::getline(*in_, text_)) {
    if (in_->bad()) {
      piece.failure = Unavailable("cannot be read beyond line {}", line_);
    }
    return false;
  }
  ++line_;
  bytes_ += text_.size() + 1;
  if (line_ > resume_after_ && text_.find_first_not_of(" \t\r") != std::string::npos) {
    AddEvent(text_, line_, piece);
  }
  return true;
}

bool ImportFile::ReadRecord(Piece& piece) {
  const auto cells = csv_->Next();
  if (!cells.ok()) {
    piece.failure = cells.status();
    return false;
  }
  if (!*cells) {
    return false;
  }
  line_ = csv_->last_line();
  const uint64_t line = csv_->first_line();
  if (line <= resume_after_) {
    return true;
  }
  absl::StatusOr<std::string> event = columns_->ToJson(**cells);
  if (!event.ok()) {
    piece.mistakes.push_back(fmt::format("line {}: {}", line, MessageOf(event.status())));
    return true;
  }
  AddEvent(*event, line, piece);
  return true;
}

void ImportFile::AddEvent(std::string& event, uint64_t line, Piece& piece) {
  const absl::StatusOr<size_t> reports = events_.AppendReports(event, piece.reports.text);
  if (!reports.ok()) {
    piece.mistakes.push_back(fmt::format("line {}: {}", line, MessageOf(reports.status())));
    return;
  }
  ++piece.events;
  piece.reports.origins.insert(piece.reports.origins.end(), *reports, line);
}

}  // namespace tidings::cli
