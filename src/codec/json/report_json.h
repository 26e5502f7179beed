#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <absl/status/status.h>

#include "base/json_document.h"
#include "event/report.h"

/// Reports as `POST /api/v1/events` takes them (contract "REST").
namespace tidings::json {

struct ReportJsonOptions {
  size_t max_reports = 100'000;
  size_t max_depth = 64;
  /// What `now` and relative times mean.
  int64_t now_ms = 0;
};

/// Stands for the field of a rejection that is about the report as a whole: its error is a sentence
/// of its own then, else it goes on behind the field's name.
inline constexpr std::string_view kWholeReport = "report";

inline std::string SentenceOf(const Rejection& rejection) {
  return rejection.field == kWholeReport ? rejection.error
                                         : rejection.field + " " + rejection.error;
}

/// Appends the reports of `body` (one report or an array) to `batch`, with the model's field names,
/// SkyWalking's and flat ones as aliases. An unknown field rejects that report and names the
/// nearest; read-only fields of an answer are ignored; times that look like seconds are told in
/// batch.warnings, but those of reports that are rejected here. Errors as in the whole body being
/// unreadable: kInvalidArgument with the byte position, nothing appended; kResourceExhausted for
/// too many reports.
absl::Status DecodeReportsJson(
    std::string body, const ReportJsonOptions& options, ReportBatch& batch
);

/// Reads lines of NDJSON, one after the other. What a report holds is copied out: a document for
/// each line would hold many times its bytes until the commit.
///
/// Thread safety: one thread.
class ReportLineDecoder {
 public:
  /// Appends exactly one report, at position `line`. A line that is no JSON goes to
  /// batch.rejections like any other bad report. Room is made behind `text`.
  void Decode(
      std::string& text, uint32_t line, const ReportJsonOptions& options, ReportBatch& batch
  );

 private:
  /// Keeps its memory from line to line.
  JsonDocument document_;
};

}  // namespace tidings::json
