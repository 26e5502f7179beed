#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <absl/status/statusor.h>

#include "api/rest/context.h"
#include "event/event.h"
#include "event/report.h"
#include "pipeline/report_sink.h"

namespace tidings::rest {

/// One change of one event by an operator, from reading the event as it is to the answer: commits
/// the next generation, and starts again when somebody else was faster.
///
/// Thread safety: its steps run one after another, on the query threads.
/// Lifetime:      held by the step that is under way.
class EventChange : public std::enable_shared_from_this<EventChange> {
 public:
  EventChange(SharedContext context, net::Responder respond, std::string id)
      : context_(std::move(context)), respond_(std::move(respond)), id_(std::move(id)) {}
  virtual ~EventChange() = default;

  void Start();

 protected:
  /// The report of that generation that makes the change, in a batch of its own; or what is wrong.
  virtual std::optional<net::HttpResponse> MakeReport(
      const EventView& current, int32_t generation, ReportBatch& batch
  ) = 0;
  /// The answer when the change is durable and the event is as it is now.
  virtual net::HttpResponse Answer(const EventView& changed) = 0;

  const RestDependencies& dependencies() const { return context_->dependencies; }
  const std::string& id() const { return id_; }

 private:
  void Attempt();
  void TakeOutcome(const absl::StatusOr<IngestResult>& result);
  void AnswerChanged();
  void Post(void (EventChange::*step)());
  /// The event, when it exists and is not withdrawn; else the answer was given.
  std::optional<Event> Read();

  const SharedContext context_;
  const net::Responder respond_;
  const std::string id_;
  int attempts_ = 0;
};

}  // namespace tidings::rest
