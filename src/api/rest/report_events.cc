#include "api/rest/report_events.h"

#include <fmt/format.h>

#include "api/rest/answer.h"
#include "api/rest/ingest_answer.h"
#include "api/rest/query_parameters.h"
#include "base/status.h"
#include "codec/json/report_json.h"
#include "net/access.h"

namespace tidings::rest {
namespace {

/// A body above this is decoded away from the io thread, which others wait for.
constexpr size_t kSmallBody = size_t{256} << 10;

net::HttpResponse Unreadable(const absl::Status& status) {
  const std::string detail = fmt::format("{}; nothing was stored", MessageOf(status));
  const bool too_many = status.code() == absl::StatusCode::kResourceExhausted;
  net::HttpResponse response =
      too_many ? ProblemOf({413, "too-large", "Too many reports"}, detail)
               : ProblemOf({400, "malformed", "The body is no JSON report"}, detail);
  response.refused = too_many ? "array_length" : "malformed";
  return response;
}

net::HttpResponse Stored(IngestResult result) {
  IngestSummary summary;
  summary.SetReports(result.stored.size() + result.rejections.size());
  summary.Add(result);
  for (IngestResult::Stored& stored : result.stored) {
    summary.SetId(stored.index, std::move(stored.id));
  }
  return StoredAnswer(summary, /*names_lines=*/false);
}

void Report(
    const SharedContext& context,
    const SharedRequest& request,
    std::string body,
    const net::Responder& respond
) {
  const RestDependencies& dependencies = context->dependencies;
  const int64_t now_ms = dependencies.clock.NowMs();
  ReportBatch batch;
  batch.receipt = {.protocol = "rest", .received_at_ms = now_ms, .payload_bytes = body.size()};
  const json::ReportJsonOptions options{
      .max_reports = dependencies.config.max_reports,
      .max_depth = dependencies.config.max_json_depth,
      .now_ms = now_ms};
  const absl::Status decoded = json::DecodeReportsJson(std::move(body), options, batch);
  if (!decoded.ok()) {
    respond(Unreadable(decoded));
    return;
  }
  net::ChargeEvents(*request, batch.reports.size());
  const bool wants_ids = batch.reports.size() + batch.rejections.size() <= kToldIds;
  dependencies.sink.Commit(
      std::move(batch),
      {.admin = IsAdmin(*request), .wants_ids = wants_ids},
      [respond](absl::StatusOr<IngestResult> result) {
        respond(result.ok() ? Stored(*std::move(result)) : ProblemOf(result.status()));
      }
  );
}

}  // namespace

void ReportEvents::Handle(
    std::shared_ptr<const net::HttpRequest> request, std::string body, net::Responder respond
) {
  QueryParameters none;
  if (const auto problem = QueryParameters::Parse(request->query, {}, none)) {
    respond(ProblemOf(*problem));
    return;
  }
  if (request->media_type() != "application/json") {
    respond(UnsupportedMediaType(
        *request,
        "application/json",
        " for one report or an array, -H 'content-type: application/x-ndjson' for one report a line"
    ));
    return;
  }
  if (body.size() <= kSmallBody) {
    Report(context_, request, std::move(body), respond);
    return;
  }
  // Shared, because work for the executor must be copyable.
  const auto shared_body = std::make_shared<std::string>(std::move(body));
  RunOnExecutor(context_, respond, [context = context_, request, respond, shared_body] {
    Report(context, request, std::move(*shared_body), respond);
  });
}

}  // namespace tidings::rest
