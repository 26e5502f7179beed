#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <absl/base/thread_annotations.h>
#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include "api/rest/context.h"
#include "api/rest/ingest_answer.h"
#include "api/rest/ndjson_lines.h"
#include "base/mutex.h"
#include "codec/json/report_json.h"
#include "event/report.h"
#include "net/http.h"
#include "pipeline/report_sink.h"

namespace tidings::rest {

/// One NDJSON body on its way into the store: batches of lines, a few of them under way at a time;
/// while they are, the body is not read further than one piece.
///
/// Thread safety: Add, End and Break from one thread at a time; commits end on any thread.
/// Lifetime:      held by the body's consumer and by the commits under way. When the connection
///                ends in the middle, the lines that have arrived whole are still committed.
/// Errors:        the first failure of a commit ends the upload; the answer says after which line
///                to resume.
class LineUpload : public std::enable_shared_from_this<LineUpload> {
 public:
  LineUpload(SharedContext context, SharedRequest request, net::Responder respond);

  /// Takes a piece of the body; `resume` is called when there is room for the next one.
  void Add(std::string_view chunk, std::function<void()> resume);
  void End();
  /// The body will not go on. The incomplete line is not taken.
  void Break(const absl::Status& status);

 private:
  /// Some lines that are committed together.
  struct Group {
    ReportBatch batch;
    uint32_t first_line = 0;
    size_t lines = 0;
    size_t bytes = 0;
    bool wants_ids = false;

    bool IsFull() const;
  };

  /// What can be done now: one of them, or nothing.
  struct Step {
    std::optional<Group> commit;
    std::optional<net::HttpResponse> answer;
    std::function<void()> resume;
  };

  /// Calls Take with each line, under the mutex.
  NdjsonLines::Take TakeLines();
  void Take(const NdjsonLines::Line& line) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void BeginGroup(uint32_t first_line) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  /// Hands over what waits, as far as may be under way; then reads on or answers.
  void Advance();
  Step NextStep() ABSL_LOCKS_EXCLUDED(mutex_);
  /// Whether the first of those that wait should not wait for more lines: while something is under
  /// way, they cost less together.
  bool IsDue() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool HasRoom() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Commit(Group group);
  void TakeOutcome(uint32_t first_line, absl::StatusOr<IngestResult> result);
  void AddResult(IngestResult& result) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  /// The answer, once, when everything that was handed over is settled.
  std::optional<net::HttpResponse> AnswerIfSettled() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  net::HttpResponse BrokenAnswer() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  uint32_t LastSettledLine() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const SharedContext context_;
  const SharedRequest request_;
  const net::Responder respond_;

  Mutex mutex_;
  NdjsonLines lines_ ABSL_GUARDED_BY(mutex_);
  json::ReportLineDecoder decoder_ ABSL_GUARDED_BY(mutex_);
  /// The last one is still being filled.
  std::deque<Group> waiting_ ABSL_GUARDED_BY(mutex_);
  size_t under_way_ ABSL_GUARDED_BY(mutex_) = 0;
  /// The first lines of the groups that are not durable yet.
  std::set<uint32_t> unsettled_ ABSL_GUARDED_BY(mutex_);
  uint32_t last_line_ ABSL_GUARDED_BY(mutex_) = 0;
  /// The lines of the first reports, for the positions of their ids.
  std::vector<uint32_t> report_lines_ ABSL_GUARDED_BY(mutex_);
  size_t reports_ ABSL_GUARDED_BY(mutex_) = 0;
  IngestSummary summary_ ABSL_GUARDED_BY(mutex_);
  std::function<void()> resume_ ABSL_GUARDED_BY(mutex_);
  /// Why the upload ends early, if it does.
  absl::Status failure_ ABSL_GUARDED_BY(mutex_);
  bool store_failed_ ABSL_GUARDED_BY(mutex_) = false;
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
  bool answered_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace tidings::rest
