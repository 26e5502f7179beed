#include "api/rest/line_upload.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "api/rest/answer.h"
#include "base/status.h"
#include "base/time_text.h"
#include "net/access.h"

namespace tidings::rest {
namespace {

constexpr size_t kMaxGroupLines = 1'000;
constexpr size_t kMaxGroupBytes = size_t{1} << 20;
/// Commits at a time: enough to keep the store busy, few enough to hold little.
constexpr size_t kMaxUnderWay = 4;

/// What a body that does not go on is answered with; the front's codes (net/http.h, BodyConsumer).
ProblemKind KindOfBrokenBody(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kDeadlineExceeded:
      return {408, "upload-cut", "The body stopped arriving"};
    case absl::StatusCode::kResourceExhausted:
      return {413, "upload-cut", "The body is too large"};
    case absl::StatusCode::kUnavailable:
      return {503, "upload-cut", "No room for the body, come back later"};
    default:
      return {400, "upload-cut", "The body ends in the middle"};
  }
}

}  // namespace

bool LineUpload::Group::IsFull() const {
  return lines >= kMaxGroupLines || bytes >= kMaxGroupBytes;
}

LineUpload::LineUpload(SharedContext context, SharedRequest request, net::Responder respond)
    : context_(std::move(context)),
      request_(std::move(request)),
      respond_(std::move(respond)),
      lines_(context_->dependencies.config.max_line_bytes) {}

void LineUpload::Add(std::string_view chunk, std::function<void()> resume) {
  {
    const MutexLock lock(mutex_);
    resume_ = std::move(resume);
    if (failure_.ok()) {
      lines_.Add(chunk, TakeLines());
    }
  }
  Advance();
}

void LineUpload::End() {
  {
    const MutexLock lock(mutex_);
    if (failure_.ok()) {
      lines_.Finish(TakeLines());
    }
    ended_ = true;
  }
  Advance();
}

void LineUpload::Break(const absl::Status& status) {
  {
    const MutexLock lock(mutex_);
    failure_ = failure_.ok() ? status : failure_;
    ended_ = true;
  }
  Advance();
}

NdjsonLines::Take LineUpload::TakeLines() {
  return [this](const NdjsonLines::Line& line) {
    mutex_.AssertHeld();
    Take(line);
  };
}

void LineUpload::BeginGroup(uint32_t first_line) {
  Group& group = waiting_.emplace_back();
  group.first_line = first_line;
  group.batch.receipt = {
      .protocol = "rest",
      .received_at_ms = context_->dependencies.clock.NowMs(),
      .payload_bytes = 0};
  unsettled_.insert(first_line);
}

void LineUpload::Take(const NdjsonLines::Line& line) {
  const Config& config = context_->dependencies.config;
  if (waiting_.empty() || waiting_.back().IsFull()) {
    BeginGroup(line.number);
  }
  Group& group = waiting_.back();
  ++group.lines;
  group.bytes += line.text.size();
  group.batch.receipt.payload_bytes += line.text.size() + 1;
  last_line_ = line.number;
  if (++reports_ <= kToldIds) {
    report_lines_.push_back(line.number);
  }
  if (line.too_long) {
    group.batch.rejections.push_back(
        {line.number,
         std::string(json::kWholeReport),
         fmt::format("the line is longer than {}", FormatSize(config.max_line_bytes))}
    );
    return;
  }
  const json::ReportJsonOptions options{
      .max_reports = 1,
      .max_depth = config.max_json_depth,
      .now_ms = group.batch.receipt.received_at_ms};
  decoder_.Decode(line.text, line.number, options, group.batch);
}

bool LineUpload::IsDue() const {
  return !waiting_.empty() && (under_way_ == 0 || ended_ || waiting_.front().IsFull());
}

bool LineUpload::HasRoom() const {
  return waiting_.empty() || (waiting_.size() == 1 && !waiting_.front().IsFull());
}

LineUpload::Step LineUpload::NextStep() {
  const MutexLock lock(mutex_);
  Step step;
  if (under_way_ < kMaxUnderWay && IsDue() && !store_failed_) {
    step.commit = std::move(waiting_.front());
    waiting_.pop_front();
    step.commit->wants_ids = reports_ <= kToldIds;
    ++under_way_;
    return step;
  }
  step.answer = AnswerIfSettled();
  if (HasRoom() && failure_.ok()) {
    step.resume = std::exchange(resume_, nullptr);
  }
  return step;
}

void LineUpload::Advance() {
  Step step = NextStep();
  for (; step.commit; step = NextStep()) {
    Commit(*std::move(step.commit));
  }
  if (step.answer) {
    respond_(*std::move(step.answer));
  }
  if (step.resume) {
    step.resume();
  }
}

void LineUpload::Commit(Group group) {
  const uint32_t first_line = group.first_line;
  net::ChargeEvents(*request_, group.batch.reports.size());
  context_->dependencies.sink.Commit(
      std::move(group.batch),
      {.admin = IsAdmin(*request_), .wants_ids = group.wants_ids},
      [self = shared_from_this(), first_line](absl::StatusOr<IngestResult> result) {
        self->TakeOutcome(first_line, std::move(result));
      }
  );
}

void LineUpload::TakeOutcome(uint32_t first_line, absl::StatusOr<IngestResult> result) {
  {
    const MutexLock lock(mutex_);
    --under_way_;
    if (result.ok()) {
      unsettled_.erase(first_line);
      AddResult(*result);
    } else {
      failure_ = result.status();
      store_failed_ = true;
      // Their lines stay unsettled: the client sends them again.
      waiting_.clear();
    }
  }
  Advance();
}

void LineUpload::AddResult(IngestResult& result) {
  summary_.Add(result);
  summary_.SetReports(reports_);
  if (!summary_.tells_ids()) {
    return;
  }
  for (IngestResult::Stored& stored : result.stored) {
    const auto line = std::lower_bound(report_lines_.begin(), report_lines_.end(), stored.index);
    summary_.SetId(static_cast<size_t>(line - report_lines_.begin()), std::move(stored.id));
  }
}

std::optional<net::HttpResponse> LineUpload::AnswerIfSettled() {
  const bool is_over = ended_ || store_failed_;
  if (answered_ || !is_over || under_way_ > 0 || !waiting_.empty()) {
    return std::nullopt;
  }
  answered_ = true;
  summary_.SetReports(reports_);
  return failure_.ok() ? StoredAnswer(summary_, /*names_lines=*/true) : BrokenAnswer();
}

uint32_t LineUpload::LastSettledLine() const {
  return unsettled_.empty() ? last_line_ : *unsettled_.begin() - 1;
}

net::HttpResponse LineUpload::BrokenAnswer() const {
  const uint32_t line = LastSettledLine();
  return ProblemOf(
      store_failed_ ? KindOf(failure_) : KindOfBrokenBody(failure_),
      fmt::format(
          "{}; everything up to line {} is settled: resume after it", MessageOf(failure_), line
      ),
      [&](JsonWriter& json) {
        mutex_.AssertHeld();
        json.Key("resume_after_line").Uint(line);
        summary_.Write(json, /*names_lines=*/true);
        json.Key("rejected_count").Uint(summary_.rejected());
      }
  );
}

}  // namespace tidings::rest
