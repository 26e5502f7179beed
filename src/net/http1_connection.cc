#include "net/http1_connection.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/status.hpp>
#include <fmt/format.h>

#include "base/status.h"
#include "base/text.h"
#include "net/grpc_wire.h"
#include "net/http_head.h"

namespace tidings::net {
namespace {

namespace beast_http = boost::beast::http;

constexpr std::string_view kProtocol = "http1";
/// For the rest of a header that is on its way.
constexpr std::chrono::milliseconds kHeaderWhenStopping(500);
/// While an answer takes long whose client sends no more.
constexpr std::chrono::milliseconds kProbeEvery(250);

size_t CountHeaders(const HttpRequest& request, std::string_view name) {
  return static_cast<size_t>(std::count_if(
      request.headers.begin(),
      request.headers.end(),
      [name](const Header& header) { return header.name == name; }
  ));
}

std::string_view ReasonOf(int status) {
  const auto reason = beast_http::obsolete_reason(static_cast<beast_http::status>(status));
  return {reason.data(), reason.size()};
}

HttpResponse GrpcNeedsHttp2() {
  return Problem(
      505,
      "http2-needed",
      "HTTP Version Not Supported",
      "gRPC is served over HTTP/2 only (with prior knowledge)"
  );
}

}  // namespace

Http1Connection::Http1Connection(
    Transport& transport, std::shared_ptr<const ListenerServices> services
)
    : transport_(transport),
      services_(std::move(services)),
      since_(Now()),
      draining_(services_->is_closed()) {}

Http1Connection::~Http1Connection() {
  if (exchange_) {
    exchange_->Detach();
  }
}

void Http1Connection::OnBytes(
    std::string_view bytes, const std::shared_ptr<char[]>& /*buffer*/
) {
  if (input_.empty()) {
    Process(bytes);
    return;
  }
  std::string joined = std::exchange(input_, {});
  joined += bytes;
  Process(joined);
}

bool Http1Connection::CanParse() const {
  const bool waits_for_answer = exchange_ && exchange_->body_ended();
  return !closing_ && !waits_for_answer && !(exchange_ && exchange_->paused());
}

void Http1Connection::Process(std::string_view bytes) {
  processing_ = true;
  while (!bytes.empty() && CanParse() && ProcessOnce(bytes)) {
  }
  processing_ = false;
  input_ = bytes;
  UpdateReading();
}

bool Http1Connection::ProcessOnce(std::string_view& bytes) {
  if (!parser_) {
    BeginMessage();
  }
  boost::system::error_code error;
  const size_t parsed = parser_->put(boost::asio::buffer(bytes.data(), bytes.size()), error);
  bytes.remove_prefix(parsed);
  if (error == beast_http::error::need_more) {
    return false;
  }
  if (error) {
    RefuseMessage(error);
    return false;
  }
  if (parser_->is_header_done() && !exchange_) {
    BeginExchange();
  }
  if (parser_->is_done() && exchange_) {
    exchange_->EndBody();
  }
  return true;
}

void Http1Connection::BeginMessage() {
  parser_.emplace(transport_.limits().header_bytes, *this);
  since_ = Now();
  transport_.WakeAt(since_ + transport_.limits().incomplete_timeout);
}

std::shared_ptr<HttpRequest> Http1Connection::TakeHead() {
  auto request = std::make_shared<HttpRequest>();
  request->method = parser_->method();
  if (const auto target = ParseTarget(parser_->target())) {
    request->path = target->path;
    request->query = target->query;
  }
  request->headers = std::move(parser_->headers());
  request->remote_address = transport_.remote_address();
  request->remote_is_loopback = transport_.remote_is_loopback();
  request->is_encrypted = transport_.is_encrypted();
  const std::string_view given_id = request->header("x-request-id");
  request->request_id =
      IsSaneRequestId(given_id) ? std::string(given_id) : transport_.NextRequestId();
  return request;
}

std::optional<HttpResponse> Http1Connection::FindHeadFault(
    const HttpRequest& request, bool target_is_broken
) const {
  if (target_is_broken) {
    return Problem(
        400, "bad-request", "The request cannot be read", "the request target is not a path"
    );
  }
  // RFC 9112 3.2.
  if (parser_->is_http_1_1() && request.header("host").empty()) {
    return Problem(400, "bad-request", "The request cannot be read", "the header Host is missing");
  }
  if (CountHeaders(request, "host") > 1) {
    return Problem(
        400, "bad-request", "The request cannot be read", "there are several Host headers"
    );
  }
  const std::string expect = ToLowerAscii(request.header("expect"));
  if (!expect.empty() && expect != "100-continue") {
    return Problem(
        417, "expectation-failed", "Expectation failed", "only 'Expect: 100-continue' is known"
    );
  }
  if (services_->grpc && IsGrpcContentType(request.header("content-type"))) {
    return GrpcNeedsHttp2();
  }
  return std::nullopt;
}

std::optional<HttpResponse> Http1Connection::FindFramingFault(const HttpRequest& request) const {
  const size_t codings = CountHeaders(request, "transfer-encoding");
  if (codings == 0) {
    return std::nullopt;
  }
  // RFC 9112 6.1: a body of other codings would be read as a further request.
  if (!parser_->is_http_1_1()) {
    return Problem(
        400,
        "bad-request",
        "The request cannot be read",
        "a request of HTTP/1.0 has no Transfer-Encoding"
    );
  }
  const std::string_view coding = request.header("transfer-encoding");
  if (codings > 1 || ToLowerAscii(coding) != "chunked") {
    return Problem(
        501,
        "unknown-transfer-encoding",
        "Not implemented",
        fmt::format(
            "Transfer-Encoding is '{}'; only one, 'chunked', is known, and a body is compressed by "
            "Content-Encoding",
            EscapeForDisplay(coding, 100)
        )
    );
  }
  return std::nullopt;
}

void Http1Connection::BeginExchange() {
  const auto request = TakeHead();
  keep_alive_ = parser_->keep_alive();
  exchange_ = std::make_shared<Exchange>(transport_, kProtocol, *this);
  Exchange::Head head{request, !parser_->is_done(), std::nullopt};
  if (const auto length = parser_->content_length()) {
    head.content_length = *length;
  }
  auto fault = FindHeadFault(*request, request->path.empty());
  if (auto unknown_framing = FindFramingFault(*request)) {
    // Where the next request begins is not known.
    keep_alive_ = false;
    transport_.context().metrics.CountRefused(kProtocol, "malformed");
    fault = std::move(unknown_framing);
  }
  if (fault) {
    exchange_->Refuse(std::move(head), *std::move(fault));
    return;
  }
  exchange_->Begin(std::move(head), *services_);
  // RFC 9110 10.1.1: not when the final answer is already known.
  const bool asks = parser_->is_http_1_1() && !request->header("expect").empty();
  if (asks && exchange_->wants_body()) {
    transport_.Write("HTTP/1.1 100 Continue\r\n\r\n");
  }
}

void Http1Connection::OnBodyBytes(std::string_view bytes) {
  if (exchange_) {
    exchange_->TakeBody(bytes);
  }
}

void Http1Connection::OnBodyRoom() {
  if (!processing_) {
    const std::string waiting = std::exchange(input_, {});
    Process(waiting);
  }
}

void Http1Connection::BreakBody(const absl::Status& why) {
  keep_alive_ = false;
  exchange_->Fail(why);
  exchange_->EndBody();
}

void Http1Connection::RefuseMessage(const boost::system::error_code& error) {
  if (exchange_) {
    BreakBody(InvalidArgument("the body's framing is broken: {}", error.message()));
    return;
  }
  const bool too_large = error == beast_http::error::header_limit;
  transport_.context().metrics.CountRefused(kProtocol, too_large ? "header_size" : "malformed");
  if (too_large) {
    WriteRefusal(Problem(
        431,
        "header-too-large",
        "Request Header Fields Too Large",
        fmt::format("at most {} bytes are taken", transport_.limits().header_bytes)
    ));
    return;
  }
  WriteRefusal(Problem(
      400,
      "bad-request",
      "The request cannot be read",
      fmt::format("this is not HTTP/1.1: {}", error.message())
  ));
}

void Http1Connection::WriteRefusal(HttpResponse response) {
  keep_alive_ = false;
  const std::string request_id = transport_.NextRequestId();
  NameRequest(response, request_id);
  WriteResponse(response, request_id);
  closing_ = true;
  transport_.CloseAfterWrites();
}

void Http1Connection::OnAnswer(HttpResponse response) {
  probe_due_.reset();
  // Not a keep-alive after half a body: what follows on the wire is the rest of it.
  keep_alive_ = keep_alive_ && exchange_->body_ended() && !draining_;
  NameRequest(response, exchange_->request().request_id);
  streaming_ = exchange_->is_streaming();
  chunked_ = streaming_ && parser_->is_http_1_1();
  keep_alive_ = keep_alive_ && chunked_ == streaming_;
  if (exchange_->request().method == "HEAD") {
    if (!streaming_) {
      response.headers.push_back({"content-length", fmt::to_string(response.body.size())});
    }
    response.body.clear();
    exchange_->DropStream();
  }
  const std::string first = streaming_ ? std::exchange(response.body, {}) : std::string();
  WriteResponse(response, exchange_->request().request_id);
  if (exchange_->is_streaming()) {
    WriteChunk(first);
    return;
  }
  EndMessage();
}

void Http1Connection::WriteChunk(std::string_view bytes) {
  if (!chunked_ || bytes.empty()) {
    transport_.Write(bytes);
    return;
  }
  transport_.Write(fmt::format("{:x}\r\n", bytes.size()));
  transport_.Write(bytes);
  transport_.Write("\r\n");
}

void Http1Connection::OnFlush() {
  if (streaming_ && !closing_ && transport_.unsent_bytes() == 0) {
    exchange_->PullStream();
  }
}

void Http1Connection::OnPiece(BodyStream::Piece piece) {
  if (piece.is_broken) {
    transport_.CloseNow(Unavailable("the answer could not be finished"));
    return;
  }
  WriteChunk(piece.bytes);
  if (!piece.is_last) {
    return;
  }
  if (chunked_) {
    transport_.Write("0\r\n\r\n");
  }
  keep_alive_ = keep_alive_ && !draining_;
  EndMessage();
}

void Http1Connection::WriteResponse(const HttpResponse& response, std::string_view request_id) {
  constexpr size_t kTypicalHead = 256;
  std::string out;
  out.reserve(kTypicalHead + response.body.size());
  fmt::format_to(
      std::back_inserter(out), "HTTP/1.1 {} {}\r\n", response.status, ReasonOf(response.status)
  );
  bool has_length = HasNoBody(response.status) || streaming_;
  for (const Header& header : response.headers) {
    fmt::format_to(std::back_inserter(out), "{}: {}\r\n", header.name, header.value);
    has_length = has_length || header.name == "content-length";
  }
  if (!has_length) {
    fmt::format_to(std::back_inserter(out), "content-length: {}\r\n", response.body.size());
  }
  if (chunked_) {
    out += "transfer-encoding: chunked\r\n";
  }
  fmt::format_to(
      std::back_inserter(out),
      "date: {}\r\nserver: {}\r\nx-request-id: {}\r\n",
      transport_.Date(),
      kServerName,
      request_id
  );
  if (!keep_alive_) {
    out += "connection: close\r\n";
  } else if (parser_ && !parser_->is_http_1_1()) {
    out += "connection: keep-alive\r\n";
  }
  out += "\r\n";
  if (!HasNoBody(response.status)) {
    out += response.body;
  }
  transport_.Write(out);
}

void Http1Connection::EndMessage() {
  streaming_ = false;
  chunked_ = false;
  exchange_->Detach();
  exchange_ = nullptr;
  parser_.reset();
  since_ = Now();
  if (!keep_alive_ || (input_ended_ && input_.empty())) {
    closing_ = true;
    transport_.CloseAfterWrites();
    return;
  }
  transport_.WakeAt(since_ + transport_.limits().idle_timeout);
  const std::string waiting = std::exchange(input_, {});
  Process(waiting);
}

void Http1Connection::UpdateReading() {
  if (closing_) {
    return;
  }
  if (input_ended_ && !exchange_) {
    closing_ = true;
    transport_.CloseAfterWrites();
    return;
  }
  // Pipelined requests wait in the socket, not here.
  const bool waits_for_answer = exchange_ && exchange_->body_ended();
  transport_.SetReading(CanParse() || (waits_for_answer && input_.empty()));
}

void Http1Connection::OnInputEnd() {
  input_ended_ = true;
  if (exchange_ && !exchange_->body_ended()) {
    // It may still read what became of what it sent.
    BreakBody(InvalidArgument("the client stopped sending in the middle of the body"));
    UpdateReading();
    return;
  }
  if (streaming_) {
    transport_.CloseNow(Unavailable("the client has stopped reading"));
    return;
  }
  if (exchange_ && parser_->is_http_1_1()) {
    probe_due_ = Now() + kProbeEvery;
    transport_.WakeAt(*probe_due_);
  }
  UpdateReading();
}

std::optional<TimePoint> Http1Connection::Probe(TimePoint now) {
  if (probe_due_ && *probe_due_ <= now) {
    // RFC 9110 15.2: any client reads interim answers, and every one knows this. The host of one
    // that has gone answers with a reset, which the next write finds.
    transport_.Write("HTTP/1.1 100 Continue\r\n\r\n");
    probe_due_ = now + kProbeEvery;
  }
  return probe_due_;
}

std::optional<TimePoint> Http1Connection::OnTime(TimePoint now) {
  const FrontLimits& limits = transport_.limits();
  if (exchange_) {
    std::optional<TimePoint> next = exchange_->OnTime(now);
    KeepEarlier(next, Probe(now));
    return next;
  }
  const bool idle = !parser_;
  const TimePoint due =
      std::min(drain_due_, since_ + (idle ? limits.idle_timeout : limits.incomplete_timeout));
  if (due > now || closing_) {
    return closing_ ? std::nullopt : std::optional(due);
  }
  if (idle) {
    closing_ = true;
    transport_.CloseAfterWrites();
    return std::nullopt;
  }
  if (draining_) {
    Abort();
    return std::nullopt;
  }
  transport_.context().metrics.CountRefused(kProtocol, "incomplete_header");
  WriteRefusal(ProblemOf(MakeStatus(
      absl::StatusCode::kDeadlineExceeded,
      "the header was not complete within {} ms",
      limits.incomplete_timeout.count()
  )));
  return std::nullopt;
}

void Http1Connection::BeginDrain() {
  draining_ = true;
  if (exchange_) {
    exchange_->BeginDrain();
  }
  if (exchange_) {
    return;
  }
  if (!parser_) {
    closing_ = true;
    transport_.CloseAfterWrites();
    return;
  }
  // A header that is on its way gets a moment, not the whole of the grace.
  drain_due_ = Now() + kHeaderWhenStopping;
  transport_.WakeAt(drain_due_);
}

void Http1Connection::Abort() {
  if (closing_) {
    return;
  }
  if (streaming_) {
    transport_.CloseNow(Unavailable("the server stops"));
    return;
  }
  WriteRefusal(ProblemOf(Unavailable("the server stops")));
}

void Http1Connection::OnLost(const absl::Status& /*why*/) {
  if (exchange_) {
    exchange_->Detach();
  }
}

}  // namespace tidings::net
