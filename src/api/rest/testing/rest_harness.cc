#include "api/rest/testing/rest_harness.h"

#include <algorithm>
#include <future>
#include <utility>

namespace tidings::rest_testing {
namespace {

std::shared_ptr<net::HttpRequest> HttpRequestOf(const TestRequest& request) {
  auto http = std::make_shared<net::HttpRequest>();
  const size_t question = std::min(request.target.find('?'), request.target.size());
  http->method = request.method;
  http->path = request.target.substr(0, question);
  http->query = request.target.substr(std::min(question + 1, request.target.size()));
  http->remote_is_loopback = request.from_loopback;
  if (request.from_loopback) {
    http->scopes.Add(net::Scope::kAdmin);
  }
  http->remote_address = request.from_loopback ? "127.0.0.1" : "192.0.2.7";
  http->request_id = "r-1";
  http->abandoned = request.abandoned;
  if (!request.content_type.empty()) {
    http->headers.push_back({"content-type", request.content_type});
  }
  if (!request.last_event_id.empty()) {
    http->headers.push_back({"last-event-id", request.last_event_id});
  }
  return http;
}

}  // namespace

bool TestUpload::Send(std::string chunk) {
  *resumed_ = false;
  consumer_->OnData(std::move(chunk), [resumed = resumed_] { *resumed = true; });
  return *resumed_;
}

void TestUpload::End() {
  consumer_->OnEnd();
}

void TestUpload::Break(const absl::Status& status) {
  consumer_->OnError(status);
}

RestHarness::RestHarness(
    ReportSink* sink, rest::Config config, StoreAdmin* admin, EventStore* asked
) {
  rest::AddRestRoutes(
      router_,
      {.config = config,
       .store = asked != nullptr ? *asked : store,
       .feed = feed,
       .sink = sink != nullptr ? *sink : pipeline_,
       .executor = executor,
       .clock = clock,
       .metrics = metrics_,
       .status = [this] { return status; },
       .views = *views,
       .access = access,
       .admin = admin}
  );
}

double RestHarness::Counter(std::string_view name) const {
  for (const auto& family : metrics_.Collect()) {
    if (family.name == name) {
      return family.metric.front().counter.value;
    }
  }
  return -1;
}

const std::optional<net::HttpResponse>& RestHarness::Begin(const TestRequest& request) {
  const auto http = HttpRequestOf(request);
  const net::Router::Match match = router_.Find(http->method, http->path, http->media_type());
  auto answer = std::make_shared<std::optional<net::HttpResponse>>();
  answers_.push_back(answer);
  if (match.route == nullptr) {
    *answer = net::HttpResponse{.status = match.allowed.empty() ? 404 : 405};
    return *answer;
  }
  match.route->handler->Handle(http, request.body, [answer](net::HttpResponse response) {
    *answer = std::move(response);
  });
  return *answer;
}

net::HttpResponse RestHarness::Send(const TestRequest& request) {
  return Begin(request).value();
}

net::HttpResponse RestHarness::Get(std::string target) {
  return Send({.target = std::move(target)});
}

net::HttpResponse RestHarness::Post(std::string json) {
  return Send(
      {.method = "POST",
       .target = "/api/v1/events",
       .body = std::move(json),
       .content_type = "application/json"}
  );
}

net::HttpResponse RestHarness::Put(std::string target, std::string json) {
  return Send(
      {.method = "PUT",
       .target = std::move(target),
       .body = std::move(json),
       .content_type = "application/json; charset=utf-8"}
  );
}

net::HttpResponse RestHarness::Delete(std::string target) {
  return Send({.method = "DELETE", .target = std::move(target)});
}

net::Scope RestHarness::ScopeOf(std::string_view method, std::string_view path) const {
  return router_.Find(method, path).route->scope;
}

TestUpload RestHarness::Upload(bool from_loopback) {
  const auto http = HttpRequestOf(
      {.method = "POST",
       .target = "/api/v1/events",
       .content_type = "Application/X-NDJSON; charset=utf-8",
       .from_loopback = from_loopback}
  );
  const net::Router::Match match = router_.Find(http->method, http->path, http->media_type());
  TestUpload upload;
  upload.consumer_ = match.route->streaming->Begin(
      http, [answer = upload.answer_](net::HttpResponse response) { *answer = std::move(response); }
  );
  return upload;
}

std::string HeaderOf(const net::HttpResponse& response, std::string_view name) {
  for (const net::Header& header : response.headers) {
    if (header.name == name) {
      return header.value;
    }
  }
  return {};
}

net::BodyStream::Piece NextPiece(net::BodyStream& stream) {
  auto given = std::make_shared<std::promise<net::BodyStream::Piece>>();
  std::future<net::BodyStream::Piece> piece = given->get_future();
  stream.Pull([given](net::BodyStream::Piece next) { given->set_value(std::move(next)); });
  return piece.get();
}

std::string WholeBody(const net::HttpResponse& response) {
  std::string body = response.body;
  while (response.stream) {
    const net::BodyStream::Piece piece = NextPiece(*response.stream);
    body += piece.bytes;
    if (piece.is_last || piece.is_broken) {
      break;
    }
  }
  return body;
}

}  // namespace tidings::rest_testing
