#include "api/rest/change_event.h"

#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "api/rest/answer.h"
#include "api/rest/event_change.h"
#include "api/rest/get_event.h"
#include "base/json_writer.h"
#include "base/status.h"
#include "base/text.h"
#include "codec/json/report_json.h"
#include "event/interval.h"

namespace tidings::rest {
namespace {

constexpr std::string_view kJson = "application/json";

/// What both calls ask before anything is read. Fills `id`.
std::optional<net::HttpResponse> Refuse(const net::HttpRequest& request, std::string& id) {
  if (const auto problem = ReadEventId(request, id, nullptr)) {
    return ProblemOf(*problem);
  }
  return std::nullopt;
}

class Correction final : public EventChange {
 public:
  Correction(SharedContext context, net::Responder respond, std::string id, std::string body)
      : EventChange(std::move(context), std::move(respond), std::move(id)),
        body_(std::move(body)),
        now_ms_(dependencies().clock.NowMs()) {}

 protected:
  std::optional<net::HttpResponse> MakeReport(
      const EventView& current, int32_t generation, ReportBatch& batch
  ) override {
    if (auto refusal = Decode(batch)) {
      return refusal;
    }
    Report& report = batch.reports.front();
    if (!report.id.empty() && report.id != id()) {
      return Wrong(
          "id",
          fmt::format(
              "id is '{}', but the request names '{}'; leave it out",
              EscapeForDisplay(report.id, 128),
              EscapeForDisplay(id(), 128)
          )
      );
    }
    if (report.withdrawn) {
      return Wrong("withdrawn", "withdrawn is true; DELETE withdraws an event");
    }
    if (StateOf(current) == State::kOpen && report.end <= 0) {
      return ProblemOf(
          {409, "open", "The event is open"},
          "an open event can be corrected only together with its end, since a later end would not "
          "count any more; report what has changed, or give an end",
          [](JsonWriter& json) { json.Key("field").String("end"); }
      );
    }
    report.id = batch.arena.Copy(id());
    report.generation = generation;
    return std::nullopt;
  }

  net::HttpResponse Answer(const EventView& changed) override {
    return EventAnswer(changed, /*render=*/false);
  }

 private:
  /// Exactly one report, or what is wrong.
  std::optional<net::HttpResponse> Decode(ReportBatch& batch) const {
    const json::ReportJsonOptions options{
        .max_reports = 1, .max_depth = dependencies().config.max_json_depth, .now_ms = now_ms_};
    batch.receipt.payload_bytes = body_.size();
    const absl::Status decoded = json::DecodeReportsJson(body_, options, batch);
    if (!decoded.ok()) {
      return Malformed(MessageOf(decoded));
    }
    if (!batch.rejections.empty()) {
      const Rejection& rejection = batch.rejections.front();
      return Wrong(rejection.field, json::SentenceOf(rejection));
    }
    if (batch.reports.size() != 1) {
      return Malformed("expected one event");
    }
    return std::nullopt;
  }

  net::HttpResponse Malformed(std::string_view detail) const {
    return ProblemOf(
        {400, "malformed", "The body is no JSON event"},
        fmt::format("{}; nothing was changed", detail)
    );
  }

  net::HttpResponse Wrong(std::string field, std::string_view detail) const {
    return ProblemOf(FieldProblem{
        .field = std::move(field),
        .detail = fmt::format("{}; nothing was changed", detail),
        .type = "rejected",
        .title = "The correction breaks a rule"});
  }

  const std::string body_;
  /// What relative times in the body mean, at every attempt.
  const int64_t now_ms_;
};

class Withdrawal final : public EventChange {
 public:
  using EventChange::EventChange;

 protected:
  std::optional<net::HttpResponse> MakeReport(
      const EventView&, int32_t generation, ReportBatch& batch
  ) override {
    Report& report = batch.reports.emplace_back();
    report.id = batch.arena.Copy(id());
    report.generation = generation;
    report.withdrawn = true;
    return std::nullopt;
  }

  net::HttpResponse Answer(const EventView& changed) override {
    std::string body;
    JsonWriter json(body);
    json.BeginObject().Key("id").String(id()).Key("withdrawn").Bool(changed.withdrawn);
    json.Key("generation").Int(changed.generation).EndObject();
    return JsonAnswer(std::move(body));
  }
};

}  // namespace

void CorrectEvent::Handle(
    std::shared_ptr<const net::HttpRequest> request, std::string body, net::Responder respond
) {
  std::string id;
  if (auto refusal = Refuse(*request, id)) {
    respond(*std::move(refusal));
    return;
  }
  if (request->media_type() != kJson) {
    respond(UnsupportedMediaType(*request, kJson, ""));
    return;
  }
  std::make_shared<Correction>(context_, std::move(respond), std::move(id), std::move(body))
      ->Start();
}

void WithdrawEvent::Handle(
    std::shared_ptr<const net::HttpRequest> request, std::string, net::Responder respond
) {
  std::string id;
  if (auto refusal = Refuse(*request, id)) {
    respond(*std::move(refusal));
    return;
  }
  std::make_shared<Withdrawal>(context_, std::move(respond), std::move(id))->Start();
}

}  // namespace tidings::rest
