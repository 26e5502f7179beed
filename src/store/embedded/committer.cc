#include "store/embedded/committer.h"

#include <algorithm>
#include <utility>

#include "base/status.h"

namespace tidings::embedded {
namespace {

absl::Status Stopped() {
  return Unavailable("the store is stopped: nothing of this batch was taken");
}

absl::Status ReadOnly(std::string_view reason) {
  return Unavailable(
      "the store takes nothing at present: {}; nothing of this batch is stored", reason
  );
}

}  // namespace

Committer::Committer(GroupCommit& groups, StoreState& state, Options options, Hooks hooks)
    : groups_(groups), state_(state), options_(options), hooks_(std::move(hooks)) {}

Committer::~Committer() {
  Stop();
}

void Committer::Start() {
  thread_ = std::jthread([this] { Run(); });
}

void Committer::Commit(ReportBatch batch, CommitDone done) {
  absl::Status refusal;
  {
    const MutexLock lock(mutex_);
    const size_t bytes = batch.bytes();
    if (stopping_) {
      refusal = Stopped();
    } else if (!read_only_reason_.empty()) {
      refusal = ReadOnly(read_only_reason_);
    } else if (waiting_bytes_ + bytes > options_.max_waiting_bytes && !waiting_.empty()) {
      refusal = Unavailable(
          "{} bytes of reports wait already, more than {} may not; come back later",
          waiting_bytes_,
          options_.max_waiting_bytes
      );
    } else {
      waiting_bytes_ += bytes;
      waiting_.push_back({.batch = std::move(batch), .done = std::move(done)});
      return;
    }
  }
  done(std::move(refusal));
}

absl::Status Committer::RunBetweenGroups(std::function<absl::Status()> change) {
  Task task{.change = std::move(change), .result = absl::OkStatus()};
  const MutexLock lock(mutex_);
  if (stopping_) {
    return Stopped();
  }
  if (!read_only_reason_.empty()) {
    return ReadOnly(read_only_reason_);
  }
  tasks_.push_back(&task);
  mutex_.Await([&task] { return task.is_done; });
  return task.result;
}

bool Committer::HasWork() const {
  mutex_.AssertHeld();
  return stopping_ || !waiting_.empty() || !tasks_.empty();
}

Committer::Work Committer::AwaitWork() {
  const MutexLock lock(mutex_);
  mutex_.Await([this] { return HasWork(); });
  Work work;
  if (!tasks_.empty()) {
    work.task = tasks_.front();
    tasks_.pop_front();
  } else {
    work.group = TakeGroup();
  }
  return work;
}

void Committer::Run() {
  for (;;) {
    Work work = AwaitWork();
    if (work.task != nullptr) {
      RunTask(*work.task);
    } else if (!work.group.empty()) {
      CommitGroup(std::move(work.group));
      WaitForCompaction();
    } else {
      return;
    }
  }
}

std::vector<WaitingBatch> Committer::TakeGroup() {
  std::vector<WaitingBatch> group;
  size_t reports = 0;
  size_t bytes = 0;
  while (!waiting_.empty()) {
    const ReportBatch& next = waiting_.front().batch;
    reports += next.reports.size();
    bytes += next.bytes();
    const bool is_too_much = reports > options_.group_reports || bytes > options_.group_bytes;
    if (is_too_much && !group.empty()) {
      break;
    }
    waiting_bytes_ -= next.bytes();
    group.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  return group;
}

bool Committer::HasRoomFor(std::vector<WaitingBatch>& group) {
  if (!hooks_.check_room) {
    return true;
  }
  const absl::Status room = hooks_.check_room();
  for (WaitingBatch& waiting : group) {
    if (!room.ok()) {
      waiting.done(ReadOnly(MessageOf(room)));
    }
  }
  return room.ok();
}

void Committer::CommitGroup(std::vector<WaitingBatch> group) {
  if (!HasRoomFor(group)) {
    return;
  }
  const auto began = std::chrono::steady_clock::now();
  std::vector<absl::StatusOr<CommitResult>> results;
  results.reserve(group.size());
  const absl::Status status = groups_.Commit(group, results);
  if (!status.ok()) {
    // Before anybody hears of it: who asks why is answered.
    SetReadOnlyReason(status);
  }
  size_t reports = 0;
  for (size_t i = 0; i < group.size(); ++i) {
    reports += group[i].batch.reports.size();
    if (status.ok()) {
      group[i].done(std::move(results[i]));
    } else {
      group[i].done(ReadOnly(MessageOf(status)));
    }
  }
  if (!status.ok()) {
    Recover(status);
    return;
  }
  hooks_.committed(reports, std::chrono::steady_clock::now() - began);
}

void Committer::RunTask(Task& task) {
  const absl::Status result = task.change();
  const bool has_failed = result.code() == absl::StatusCode::kUnavailable;
  if (has_failed) {
    SetReadOnlyReason(result);
  }
  {
    const MutexLock lock(mutex_);
    task.result = result;
    task.is_done = true;
  }
  if (has_failed) {
    Recover(result);
  }
}

bool Committer::MayCommit() const {
  mutex_.AssertHeld();
  return stopping_ || !tasks_.empty() || !IsCompactionBehind();
}

void Committer::WaitForCompaction() {
  if (!IsCompactionBehind()) {
    return;
  }
  const MutexLock lock(mutex_);
  mutex_.AwaitFor(options_.max_wait, [this] { return MayCommit(); });
}

void Committer::RefuseWaiting(const absl::Status& status) {
  std::deque<WaitingBatch> waiting;
  {
    const MutexLock lock(mutex_);
    waiting.swap(waiting_);
    waiting_bytes_ = 0;
    for (Task* const task : std::exchange(tasks_, {})) {
      task->result = status;
      task->is_done = true;
    }
  }
  for (WaitingBatch& one : waiting) {
    one.done(status);
  }
}

void Committer::SetReadOnlyReason(const absl::Status& cause) {
  std::string reason(cause.ok() ? std::string_view() : MessageOf(cause));
  hooks_.read_only(reason);
  const MutexLock lock(mutex_);
  read_only_reason_ = std::move(reason);
}

bool Committer::Pause(std::chrono::milliseconds time) {
  const MutexLock lock(mutex_);
  return !mutex_.AwaitFor(time, [this] {
    mutex_.AssertHeld();
    return stopping_;
  });
}

void Committer::Recover(const absl::Status& cause) {
  absl::Status reason = cause;
  std::chrono::milliseconds pause = options_.first_reopen;
  while (!reason.ok()) {
    RefuseWaiting(ReadOnly(MessageOf(reason)));
    if (!Pause(pause)) {
      return;
    }
    pause = std::min(pause * 2, options_.last_reopen);
    reason = hooks_.reopen();
    SetReadOnlyReason(reason);
  }
}

void Committer::Stop() {
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
  }
  if (thread_.joinable()) {
    thread_.join();
  }
}

std::string Committer::read_only_reason() const {
  const MutexLock lock(mutex_);
  return read_only_reason_;
}

}  // namespace tidings::embedded
