#include "api/rest/event_change.h"

#include <limits>

#include <fmt/format.h>

#include "api/rest/answer.h"
#include "api/rest/get_event.h"
#include "base/status.h"
#include "base/text.h"
#include "codec/json/report_json.h"

namespace tidings::rest {
namespace {

/// Somebody else must win that often in a row before a change is given up.
constexpr int kMaxAttempts = 5;

}  // namespace

void EventChange::Start() {
  Post(&EventChange::Attempt);
}

void EventChange::Post(void (EventChange::*step)()) {
  RunOnExecutor(context_, respond_, [self = shared_from_this(), step] { (self.get()->*step)(); });
}

std::optional<Event> EventChange::Read() {
  absl::StatusOr<std::optional<Event>> event = dependencies().store.Get(id_);
  if (!event.ok()) {
    respond_(ProblemOf(event.status()));
    return std::nullopt;
  }
  std::optional<Event> found = *std::move(event);
  if (!found) {
    respond_(NoSuchEvent(id_));
    return std::nullopt;
  }
  if (found->view().withdrawn) {
    respond_(WithdrawnEvent(id_));
    return std::nullopt;
  }
  return found;
}

void EventChange::Attempt() {
  const std::optional<Event> current = Read();
  if (!current) {
    return;
  }
  const int32_t generation = current->view().generation;
  if (generation == std::numeric_limits<int32_t>::max()) {
    respond_(ProblemOf(
        {409, "conflict", "The event can be corrected no more"},
        fmt::format(
            "'{}' is of generation {}, the last one that there is",
            EscapeForDisplay(id_, 128),
            generation
        )
    ));
    return;
  }
  if (++attempts_ > kMaxAttempts) {
    respond_(ProblemOf(
        {409, "conflict", "The event changes at the same time"},
        fmt::format(
            "'{}' is of generation {} now, and others were faster {} times; read it and try again",
            EscapeForDisplay(id_, 128),
            generation,
            kMaxAttempts
        )
    ));
    return;
  }
  ReportBatch batch;
  batch.receipt = {
      .protocol = "rest", .received_at_ms = dependencies().clock.NowMs(), .payload_bytes = 0};
  if (auto refusal = MakeReport(current->view(), generation + 1, batch)) {
    respond_(*std::move(refusal));
    return;
  }
  dependencies().sink.Commit(
      std::move(batch),
      {.admin = true},
      [self = shared_from_this()](const absl::StatusOr<IngestResult>& result) {
        self->TakeOutcome(result);
      }
  );
}

void EventChange::TakeOutcome(const absl::StatusOr<IngestResult>& result) {
  if (!result.ok()) {
    respond_(ProblemOf(result.status()));
    return;
  }
  if (!result->rejections.empty()) {
    const Rejection& rejection = result->rejections.front();
    respond_(ProblemOf(FieldProblem{
        .field = rejection.field,
        .detail = fmt::format("{}; nothing was changed", json::SentenceOf(rejection)),
        .type = "rejected",
        .title = "The correction breaks a rule"}));
    return;
  }
  const Outcome outcome = result->stored.empty() ? Outcome::kUnchanged : result->stored[0].outcome;
  const bool was_faster = outcome == Outcome::kJoined || outcome == Outcome::kNew;
  Post(was_faster ? &EventChange::AnswerChanged : &EventChange::Attempt);
}

void EventChange::AnswerChanged() {
  const absl::StatusOr<std::optional<Event>> event = dependencies().store.Get(id_);
  if (!event.ok()) {
    respond_(ProblemOf(event.status()));
    return;
  }
  const std::optional<Event>& changed = *event;
  respond_(changed ? Answer(changed->view()) : NoSuchEvent(id_));
}

}  // namespace tidings::rest
