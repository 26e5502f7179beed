#include "net/exchange.h"

#include <algorithm>
#include <utility>

#include <absl/strings/str_join.h>
#include <fmt/format.h>

#include "base/status.h"
#include "base/text.h"
#include "net/access.h"
#include "net/http_head.h"

namespace tidings::net {
namespace {

/// What a consumer gets at a time.
constexpr size_t kSliceBytes = size_t{64} << 10;
/// Slices inflated in one go, before other connections of the thread get their turn.
constexpr int kSlicesPerTurn = 8;

HttpResponse NoSuchPath(std::string_view path, const Router* router) {
  const std::string hint = router == nullptr ? std::string() : router->HintFor(path);
  return Problem(
      404,
      "not-found",
      "No such path",
      fmt::format(
          "nothing is served at {}{}{}", EscapeForDisplay(path), hint.empty() ? "" : "; ", hint
      )
  );
}

HttpResponse WrongMethod(const HttpRequest& request, const std::vector<std::string>& allowed) {
  const std::string methods = absl::StrJoin(allowed, ", ");
  const bool asks = request.method == "OPTIONS";
  HttpResponse response = asks ? HttpResponse{.status = 204, .headers = {}, .body = {}}
                               : Problem(
                                     405,
                                     "method-not-allowed",
                                     "Method not allowed",
                                     fmt::format(
                                         "{} is not possible at {}, but {}",
                                         EscapeForDisplay(request.method, 32),
                                         EscapeForDisplay(request.path),
                                         methods
                                     )
                                 );
  response.headers.push_back({"allow", methods});
  return response;
}

HttpResponse TooManyUnread() {
  HttpResponse response =
      ProblemOf(Unavailable("too many answers wait for clients that do not read them"));
  response.refused = "unread_answers";
  return response;
}

HttpResponse UnknownCoding(std::string_view coding) {
  HttpResponse response = Problem(
      415,
      "unsupported-content-encoding",
      "Content-Encoding not supported",
      fmt::format(
          "Content-Encoding is '{}'; gzip, zstd or identity (alone) are expected",
          EscapeForDisplay(coding, 64)
      )
  );
  response.headers.push_back({"accept-encoding", "gzip, zstd"});
  return response;
}

std::string_view RefusalReason(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kResourceExhausted:
      return "body_size";
    case absl::StatusCode::kDeadlineExceeded:
      return "incomplete_body";
    case absl::StatusCode::kUnavailable:
      return "no_room";
    default:
      return "malformed";
  }
}

}  // namespace

Exchange::Exchange(Transport& transport, std::string_view protocol, Host& host)
    : transport_(transport),
      protocol_(protocol),
      host_(&host),
      body_deadline_(
          transport.limits().incomplete_timeout, transport.limits().min_body_bytes_per_second
      ) {}

Exchange::~Exchange() {
  if (host_ != nullptr) {
    Detach();
  }
}

void Exchange::Open(Head head) {
  head.request->abandoned = abandoned_.get_token();
  request_ = std::move(head.request);
  content_length_ = head.content_length;
  body_ended_ = !head.has_body;
  slot_ = std::make_shared<ResponseSlot>(
      transport_.mailbox(), weak_from_this(), std::string(request_->header("accept-encoding"))
  );
}

void Exchange::Begin(Head head, const ListenerServices& services) {
  const std::shared_ptr<HttpRequest> request = head.request;
  Open(std::move(head));
  if (!FindRoute(services)) {
    return;
  }
  if (const auto denial = services.http_access->Admit(*request, route_->scope)) {
    transport_.context().metrics.CountRefused(protocol_, denial->reason());
    Answer(denial->ToResponse());
    return;
  }
  if (!HasAnswerRoom(0)) {
    Answer(TooManyUnread());
  } else if (CheckHead()) {
    BeginBody();
  }
}

std::chrono::milliseconds Exchange::RateWait() const {
  return request_->rate ? request_->rate->Wait() : std::chrono::milliseconds(0);
}

void Exchange::WaitForRate(std::chrono::milliseconds wait) {
  const TimePoint now = Now();
  rate_deadline_ = now + route_->max_wait;
  body_deadline_.Pause(now);
  transport_.WakeAt(now + wait);
}

std::optional<TimePoint> Exchange::OnRateTime(TimePoint now) {
  const std::chrono::milliseconds wait = RateWait();
  if (wait.count() > 0 && now + wait <= *rate_deadline_) {
    return now + wait;
  }
  rate_deadline_.reset();
  if (wait.count() > 0) {
    FailTooFast(wait);
    return std::nullopt;
  }
  if (request_->rate) {
    request_->rate->ChargeBytes(std::exchange(uncharged_, 0));
  }
  Continue();
  return OnTime(now);
}

bool Exchange::HasAnswerRoom(size_t bytes) const {
  // What was taken in is always acknowledged; such answers are short.
  if (route_ == nullptr || route_->scope == Scope::kIngest) {
    return true;
  }
  const size_t unread = transport_.context().unread_answers.bytes();
  return unread == 0 || unread + bytes < transport_.limits().unread_answer_bytes;
}

void Exchange::Refuse(Head head, HttpResponse response) {
  Open(std::move(head));
  Answer(std::move(response));
}

void Exchange::Answer(HttpResponse response) {
  stage_ = Stage::kDone;
  if (const auto slot = std::exchange(slot_, nullptr)) {
    slot->Answer(std::move(response));
  }
}

bool Exchange::FindRoute(const ListenerServices& services) {
  const Router* const router = services.router.get();
  const Router::Match match =
      router == nullptr ? Router::Match{}
                        : router->Find(request_->method, request_->path, request_->media_type());
  if (match.route == nullptr && services.is_closed()) {
    Answer(ProblemOf(Unavailable("{}", services.closed_because)));
    return false;
  }
  if (match.route == nullptr) {
    Answer(
        match.allowed.empty() ? NoSuchPath(request_->path, router)
                              : WrongMethod(*request_, match.allowed)
    );
    return false;
  }
  route_ = match.route;
  return true;
}

bool Exchange::CheckHead() {
  const auto coding = ParseContentCoding(request_->header("content-encoding"));
  if (!coding) {
    transport_.context().metrics.CountRefused(protocol_, "content_encoding");
    Answer(UnknownCoding(request_->header("content-encoding")));
    return false;
  }
  coding_ = *coding;
  if (content_length_.value_or(0) > route_->max_body_bytes) {
    transport_.context().metrics.CountRefused(protocol_, "body_size");
    Answer(ProblemOf(ResourceExhausted(
        "Content-Length is {}; at most {} bytes are taken here",
        *content_length_,
        route_->max_body_bytes
    )));
    return false;
  }
  if (const auto wait = RateWait(); wait > route_->max_wait) {
    const Denial denial = TooFast(wait);
    transport_.context().metrics.CountRefused(protocol_, denial.reason());
    Answer(denial.ToResponse());
    return false;
  }
  return true;
}

void Exchange::BeginBody() {
  stage_ = Stage::kBody;
  if (coding_ != ContentCoding::kIdentity) {
    inflater_ = Inflater::Create(coding_);
  }
  if (route_->streaming) {
    // The slot stays here until the body has ended, so that an early end of all responders is
    // noticed only when the consumer is gone too.
    consumer_ = route_->streaming->Begin(request_, ResponseSlot::ResponderFor(slot_));
  }
  if (!body_ended_) {
    body_deadline_.Begin(Now());
    transport_.WakeAt(*body_deadline_.due());
  }
  if (const auto wait = RateWait(); wait.count() > 0) {
    WaitForRate(wait);
  } else if (body_ended_) {
    FinishIfComplete();
  }
}

void Exchange::TakeBody(std::string_view bytes) {
  if (!wants_body()) {
    return;
  }
  wire_bytes_ += bytes.size();
  body_deadline_.AddBytes(bytes.size());
  if (waits_for_rate()) {
    uncharged_ += bytes.size();
  } else if (request_->rate && !ChargeBytes(bytes.size())) {
    return;
  }
  if (wire_bytes_ > route_->max_body_bytes) {
    Fail(ResourceExhausted(
        "the body has more than the {} bytes that are taken here", route_->max_body_bytes
    ));
    return;
  }
  Pump(bytes);
}

bool Exchange::ChargeBytes(size_t count) {
  request_->rate->ChargeBytes(count);
  // A whole body has an end, and is owed. Lines may go on for ever.
  const auto wait = route_->streaming ? RateWait() : std::chrono::milliseconds(0);
  if (wait > route_->max_wait) {
    FailTooFast(wait);
    return false;
  }
  if (wait.count() > 0) {
    WaitForRate(wait);
  }
  return true;
}

void Exchange::EndBody() {
  if (body_ended_) {
    return;
  }
  body_ended_ = true;
  body_deadline_.End();
  if (!paused()) {
    FinishIfComplete();
  }
}

void Exchange::Pump(std::string_view fresh) {
  if (pumping_ || paused()) {
    input_ += fresh;
    return;
  }
  pumping_ = true;
  std::string_view input = fresh;
  std::string earlier;
  if (!input_.empty()) {
    earlier = std::exchange(input_, {});
    earlier += fresh;
    input = earlier;
  }
  int inflated_slices = 0;
  while (stage_ == Stage::kBody && PumpOnce(input, inflated_slices)) {
  }
  pumping_ = false;
  if (stage_ == Stage::kBody) {
    input_ = input;
  }
  if (paused()) {
    body_deadline_.Pause(Now());
  }
}

bool Exchange::PumpOnce(std::string_view& input, int& inflated_slices) {
  if (paused()) {
    return false;
  }
  const bool may_hold_more = inflater_ && !inflater_->AtEnd() && decoded_bytes_ > 0;
  if (input.empty() && !may_hold_more) {
    return false;
  }
  if (inflater_ && ++inflated_slices > kSlicesPerTurn) {
    yields_ = true;
    transport_.mailbox()->Post([self = shared_from_this()] {
      self->yields_ = false;
      self->Continue();
    });
    return false;
  }
  if (!GetRoom(inflater_ ? kSliceBytes : std::min(input.size(), kSliceBytes))) {
    return false;
  }
  const size_t before = input.size();
  absl::StatusOr<std::string> slice = NextSlice(input);
  if (!slice.ok()) {
    Fail(slice.status());
    return false;
  }
  const bool got_on = !slice->empty() || input.size() < before;
  Deliver(*std::move(slice));
  return got_on;
}

absl::StatusOr<std::string> Exchange::NextSlice(std::string_view& input) {
  if (!inflater_) {
    std::string slice(input.substr(0, kSliceBytes));
    input.remove_prefix(slice.size());
    return slice;
  }
  std::string slice(kSliceBytes, '\0');
  const auto step = inflater_->Inflate(input, slice);
  if (!step.ok()) {
    return step.status();
  }
  input.remove_prefix(step->consumed);
  slice.resize(step->produced);
  if (decoded_bytes_ + slice.size() > route_->max_inflated_bytes) {
    return ResourceExhausted(
        "the body inflates to more than the {} bytes that are taken here",
        route_->max_inflated_bytes
    );
  }
  return slice;
}

bool Exchange::GetRoom(size_t next) {
  size_t needed = 2 * kSliceBytes;
  if (!consumer_) {
    needed = whole_.size() + next;
    if (!inflater_) {
      needed = std::max<size_t>(needed, content_length_.value_or(0));
    }
    needed *= route_->room_factor;
  }
  if (needed <= reserved_) {
    return true;
  }
  // Doubled, so that a body of unknown length asks a few times only.
  const bool length_known = !inflater_ && content_length_.has_value();
  const size_t more = length_known ? needed - reserved_ : std::max(needed - reserved_, reserved_);
  if (transport_.account()->TryReserve(more, reserved_)) {
    reserved_ += more;
    return true;
  }
  waits_for_room_ = true;
  room_deadline_ = Now() + route_->max_wait;
  transport_.WakeAt(room_deadline_);
  transport_.account()->Wait(*this, more, reserved_);
  return false;
}

void Exchange::OnRoom(size_t bytes) {
  waits_for_room_ = false;
  reserved_ += bytes;
  Continue();
}

void Exchange::Deliver(std::string slice) {
  decoded_bytes_ += slice.size();
  if (slice.empty()) {
    return;
  }
  if (!consumer_) {
    if (whole_.empty() && !inflater_) {
      whole_.reserve(content_length_.value_or(0));
    }
    whole_ += slice;
    return;
  }
  waits_for_resume_ = true;
  const auto resume = [mailbox = transport_.mailbox(), weak = weak_from_this()] {
    mailbox->Post([weak] {
      const auto self = weak.lock();
      if (self && std::exchange(self->waits_for_resume_, false)) {
        self->Continue();
      }
    });
  };
  consumer_->OnData(std::move(slice), resume);
}

void Exchange::Continue() {
  if (stage_ != Stage::kBody || paused()) {
    return;
  }
  body_deadline_.Resume(Now());
  if (const auto due = body_deadline_.due()) {
    transport_.WakeAt(*due);
  }
  Pump({});
  if (paused() || stage_ != Stage::kBody) {
    return;
  }
  if (body_ended_) {
    FinishIfComplete();
  } else if (host_ != nullptr) {
    host_->OnBodyRoom();
  }
}

void Exchange::FinishIfComplete() {
  if (stage_ != Stage::kBody || !input_.empty()) {
    return;
  }
  if (inflater_ && wire_bytes_ > 0 && !inflater_->AtEnd()) {
    Fail(InvalidArgument("the body's {} ends in the middle", NameOf(coding_)));
    return;
  }
  HandOver();
}

void Exchange::HandOver() {
  stage_ = Stage::kDone;
  const auto slot = std::exchange(slot_, nullptr);
  slot->HoldRoom(transport_.account(), std::exchange(reserved_, 0));
  if (const auto consumer = std::exchange(consumer_, nullptr)) {
    consumer->OnEnd();
    return;
  }
  route_->handler->Handle(request_, std::move(whole_), ResponseSlot::ResponderFor(slot));
}

void Exchange::Fail(const absl::Status& status) {
  FailWith(status, RefusalReason(status), ProblemOf(status));
}

void Exchange::FailTooFast(std::chrono::milliseconds wait) {
  const Denial denial = TooFast(wait);
  FailWith(Unavailable("{}", denial.detail), denial.reason(), denial.ToResponse());
}

void Exchange::FailWith(
    const absl::Status& status, std::string_view reason, HttpResponse response
) {
  if (stage_ != Stage::kBody) {
    return;
  }
  transport_.context().metrics.CountRefused(protocol_, reason);
  body_deadline_.End();
  const auto consumer = std::exchange(consumer_, nullptr);
  if (!consumer) {
    Answer(std::move(response));
    return;
  }
  // The consumer may answer, now or later. If it lets go of its responder instead, this is sent.
  stage_ = Stage::kDone;
  slot_->SetFallback(std::move(response));
  slot_ = nullptr;
  consumer->OnError(status);
}

std::optional<TimePoint> Exchange::OnTime(TimePoint now) {
  if (stage_ == Stage::kBody && waits_for_rate()) {
    return OnRateTime(now);
  }
  if (waits_for_room_) {
    if (room_deadline_ > now) {
      return room_deadline_;
    }
    transport_.account()->Cancel(*this);
    waits_for_room_ = false;
    Fail(Unavailable(
        "no room for the body within {} ms: the server is busy", route_->max_wait.count()
    ));
    return std::nullopt;
  }
  if (body_deadline_.IsOver(now)) {
    Fail(MakeStatus(
        absl::StatusCode::kDeadlineExceeded,
        "the body stopped arriving after {} bytes, or comes too slowly",
        wire_bytes_
    ));
    return std::nullopt;
  }
  return body_deadline_.due();
}

void Exchange::OnResponse(HttpResponse response) {
  if (stage_ == Stage::kBody) {
    // Answered before the body has ended: the rest of it is not read.
    stage_ = Stage::kDone;
    rate_deadline_.reset();
    body_deadline_.End();
    consumer_ = nullptr;
  }
  if (response.body.size() > UnreadShare::kLittle && !HasAnswerRoom(response.body.size())) {
    response = TooManyUnread();
  }
  if (!response.refused.empty()) {
    transport_.context().metrics.CountRefused(protocol_, response.refused);
  }
  if (host_ != nullptr) {
    stream_ = std::move(response.stream);
    AddSecurityHeaders(response, request_->method, transport_.is_encrypted());
    host_->OnAnswer(std::move(response));
  }
}

void Exchange::PullStream() {
  if (!stream_ || is_piece_owed_) {
    return;
  }
  is_piece_owed_ = true;
  // A copy: the stream may be dropped while it is asked.
  const std::shared_ptr<BodyStream> stream = stream_;
  stream->Pull([mailbox = transport_.mailbox(), weak = weak_from_this()](BodyStream::Piece piece) {
    const auto shared = std::make_shared<BodyStream::Piece>(std::move(piece));
    mailbox->Post([weak, shared] {
      const auto self = weak.lock();
      if (!self || self->host_ == nullptr || !self->stream_) {
        return;
      }
      self->is_piece_owed_ = false;
      if (shared->is_last || shared->is_broken) {
        self->stream_ = nullptr;
      }
      self->host_->OnPiece(std::move(*shared));
    });
  });
}

void Exchange::BeginDrain() {
  if (stream_) {
    stream_->BeginDrain();
  }
}

void Exchange::Detach() {
  host_ = nullptr;
  abandoned_.request_stop();
  stream_ = nullptr;
  stage_ = Stage::kDone;
  transport_.account()->Cancel(*this);
  transport_.account()->Release(std::exchange(reserved_, 0));
  consumer_ = nullptr;
}

}  // namespace tidings::net
