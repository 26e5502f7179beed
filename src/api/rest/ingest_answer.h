#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/rest/answer.h"
#include "pipeline/report_sink.h"

namespace tidings::rest {

/// Rejections and warnings that an answer tells, and reports whose ids it tells.
inline constexpr size_t kToldRejections = 100;
inline constexpr size_t kToldWarnings = 100;
inline constexpr size_t kToldIds = 1'000;

/// What became of the reports of one request, summed over its batches, within fixed memory.
///
/// Thread safety: externally synchronised.
class IngestSummary {
 public:
  /// Ids are told for requests of up to kToldIds reports; `SetReports` says how many there are.
  void SetReports(size_t reports);
  bool tells_ids() const { return tells_ids_; }

  void Add(const IngestResult& result);
  /// The id of the report at `position` of the request.
  void SetId(size_t position, std::string id);
  void AddWarning(std::string warning);

  uint64_t accepted() const;
  uint64_t rejected() const { return rejected_; }
  /// Those with the least index, ascending, at most kToldRejections.
  const std::vector<Rejection>& told_rejections() const { return told_rejections_; }

  /// The members of the answer: accepted, new, joined, …, warnings. NDJSON names lines.
  void Write(JsonWriter& json, bool names_lines) const;

 private:
  std::array<uint64_t, 4> outcomes_{};
  uint64_t rejected_ = 0;
  std::vector<Rejection> told_rejections_;
  std::vector<std::string> warnings_;
  std::vector<std::optional<std::string>> ids_;
  bool tells_ids_ = true;
};

/// 200, or 400 `partially-stored` when some reports were rejected.
net::HttpResponse StoredAnswer(const IngestSummary& summary, bool names_lines);

}  // namespace tidings::rest
