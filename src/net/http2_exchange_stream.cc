#include "net/http2_exchange_stream.h"

#include <utility>

#include <fmt/format.h>

#include "net/http_head.h"

namespace tidings::net {
namespace {

/// RFC 9113 8.2.2: fields that speak of the connection have no place in HTTP/2.
bool IsConnectionField(std::string_view name) {
  return name == "connection" || name == "keep-alive" || name == "transfer-encoding" ||
         name == "upgrade";
}

}  // namespace

Http2ExchangeStream::Http2ExchangeStream(Http2StreamEnvironment environment)
    : environment_(environment),
      exchange_(std::make_shared<Exchange>(environment.transport, "http2", *this)),
      output_(environment.transport) {}

Http2ExchangeStream::~Http2ExchangeStream() {
  exchange_->Detach();
}

void Http2ExchangeStream::Begin(Exchange::Head head, const ListenerServices& services) {
  const bool asks = head.request->header("expect") == "100-continue";
  exchange_->Begin(std::move(head), services);
  if (asks && exchange_->wants_body()) {
    environment_.session.SayContinue(environment_.id);
  }
}

void Http2ExchangeStream::Refuse(Exchange::Head head, HttpResponse response) {
  exchange_->Refuse(std::move(head), std::move(response));
}

void Http2ExchangeStream::OnData(
    std::string_view bytes, const std::shared_ptr<const void>& /*buffer*/
) {
  exchange_->TakeBody(bytes);
  unreturned_window_ += bytes.size();
  if (!exchange_->paused()) {
    OnBodyRoom();
  }
}

void Http2ExchangeStream::OnBodyRoom() {
  environment_.session.ConsumeStream(environment_.id, std::exchange(unreturned_window_, 0));
}

void Http2ExchangeStream::OnAnswer(HttpResponse response) {
  if (std::exchange(answered_, true)) {
    return;
  }
  NameRequest(response, exchange_->request().request_id);
  const bool is_head = exchange_->request().method == "HEAD";
  const bool is_streaming = exchange_->is_streaming();
  if (is_head) {
    exchange_->DropStream();
  }
  std::vector<Header> headers;
  headers.reserve(response.headers.size() + 5);
  headers.push_back({":status", fmt::to_string(response.status)});
  for (Header& header : response.headers) {
    if (!IsConnectionField(header.name)) {
      headers.push_back(std::move(header));
    }
  }
  if (!HasNoBody(response.status) && !is_streaming) {
    headers.push_back({"content-length", fmt::to_string(response.body.size())});
  }
  headers.push_back({"date", environment_.transport.Date()});
  headers.push_back({"server", std::string(kServerName)});
  headers.push_back({"x-request-id", exchange_->request().request_id});
  const bool with_body =
      !is_head && !HasNoBody(response.status) && (is_streaming || !response.body.empty());
  if (with_body) {
    output_.Own(std::move(response.body));
  }
  if (with_body && !is_streaming) {
    output_.End();
  }
  environment_.session.Respond(environment_.id, headers, with_body ? this : nullptr);
}

Http2Source::Piece Http2ExchangeStream::Fill(char* room, size_t size) {
  const Piece piece = output_.Fill(room, size);
  if (!piece.last && output_.is_empty()) {
    // Later: this is called from inside of the session.
    environment_.transport.mailbox()->Post([weak = std::weak_ptr<Exchange>(exchange_)] {
      if (const auto exchange = weak.lock()) {
        exchange->PullStream();
      }
    });
  }
  return piece;
}

void Http2ExchangeStream::OnPiece(BodyStream::Piece piece) {
  if (piece.is_broken) {
    environment_.session.Reset(environment_.id, NGHTTP2_INTERNAL_ERROR);
    return;
  }
  output_.Append(piece.bytes);
  if (piece.is_last) {
    output_.End();
  }
  environment_.session.Resume(environment_.id);
}

void Http2ExchangeStream::OnClosed(const absl::Status& /*why*/) {
  exchange_->Detach();
}

std::optional<TimePoint> Http2ExchangeStream::OnTime(TimePoint now) {
  if (!answered_) {
    return exchange_->OnTime(now);
  }
  const auto stalled = output_.stalled_at();
  if (stalled && *stalled <= now) {
    environment_.transport.context().metrics.CountRefused("http2", "slow_reader");
    environment_.session.Reset(environment_.id, NGHTTP2_CANCEL);
    return std::nullopt;
  }
  return stalled;
}

void Http2ExchangeStream::Abort(const absl::Status& why) {
  if (exchange_->is_streaming()) {
    environment_.session.Reset(environment_.id, NGHTTP2_CANCEL);
    return;
  }
  OnAnswer(ProblemOf(why));
}

}  // namespace tidings::net
