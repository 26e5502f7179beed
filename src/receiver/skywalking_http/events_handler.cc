#include "receiver/skywalking_http/events_handler.h"

#include <utility>

#include "base/json_writer.h"
#include "base/status.h"
#include "codec/skywalking/event_json.h"
#include "net/access.h"

namespace tidings::skywalking_http {
namespace {

constexpr size_t kToldRejections = 100;

net::HttpResponse Unreadable(const absl::Status& status) {
  const bool too_many = status.code() == absl::StatusCode::kResourceExhausted;
  net::HttpResponse response =
      too_many ? net::Problem(413, "too-large", "Too many events", MessageOf(status))
               : net::Problem(
                     400,
                     "malformed",
                     "The body is no JSON array of events",
                     fmt::format("{}; nothing was stored", MessageOf(status))
                 );
  response.refused = too_many ? "array_length" : "malformed";
  return response;
}

net::HttpResponse NotStored(const absl::Status& status) {
  if (!IsTransient(status)) {
    return net::Problem(507, "store-full", "The store takes no more events", MessageOf(status));
  }
  net::HttpResponse response = net::Problem(
      503,
      IsDiskFull(status) ? "disk-full" : "unavailable",
      "The events were not stored, send them again later",
      MessageOf(status)
  );
  response.headers.push_back({"retry-after", "1"});
  return response;
}

net::HttpResponse Stored(const IngestResult& result) {
  net::HttpResponse response;
  response.headers.push_back({"content-type", "application/json"});
  if (result.rejections.empty()) {
    response.body = "{}";
    return response;
  }
  response.status = 400;
  JsonWriter json(response.body);
  json.BeginObject().Key("accepted").Uint(result.stored.size());
  json.Key("rejected_count").Uint(result.rejections.size()).Key("rejected").BeginArray();
  for (size_t i = 0; i < result.rejections.size() && i < kToldRejections; ++i) {
    const Rejection& rejection = result.rejections[i];
    json.BeginObject().Key("index").Uint(rejection.index).Key("field").String(rejection.field);
    json.Key("error").String(rejection.error).EndObject();
  }
  json.EndArray().EndObject();
  return response;
}

}  // namespace

void EventsHandler::Handle(
    std::shared_ptr<const net::HttpRequest> request, std::string body, net::Responder respond
) {
  ReportBatch batch;
  batch.receipt = {
      .protocol = "skywalking-http",
      .received_at_ms = clock_.NowMs(),
      .payload_bytes = body.size()};
  const skywalking::JsonLimits limits{
      .reports = config_.max_reports, .depth = config_.max_json_depth};
  const absl::Status decoded = skywalking::DecodeEventsJson(std::move(body), limits, batch);
  if (!decoded.ok()) {
    respond(Unreadable(decoded));
    return;
  }
  net::ChargeEvents(*request, batch.reports.size());
  sink_.Commit(
      std::move(batch),
      {},
      [respond = std::move(respond)](const absl::StatusOr<IngestResult>& result) {
        respond(result.ok() ? Stored(*result) : NotStored(result.status()));
      }
  );
}

}  // namespace tidings::skywalking_http
