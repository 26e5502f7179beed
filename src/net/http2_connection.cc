#include "net/http2_connection.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "base/status.h"
#include "net/grpc_stream.h"
#include "net/grpc_wire.h"
#include "net/http2_exchange_stream.h"

namespace tidings::net {
namespace {

/// Taken from the session in one go, so that a slow client's answers wait in the session.
constexpr size_t kMaxUnsentBytes = size_t{64} << 10;
/// Up to here a header list that is too large gets an answer; beyond, the connection is ended.
constexpr size_t kHopelessHeaderFactor = 4;
/// RFC 9113 10.5.1: what a header costs beyond its text.
constexpr size_t kHeaderOverhead = 32;
/// How long new streams are still taken after the first GOAWAY, because they were on their way.
constexpr std::chrono::milliseconds kGoAwayGrace(200);
constexpr std::chrono::milliseconds kDrainTick(50);
/// A larger window for the streams of a connection that has few of them; the sum over all possible
/// streams stays near a connection's share of the bytes in flight.
constexpr size_t kFewStreams = 4;
constexpr int32_t kWideStreamWindow = 256 * 1024;

}  // namespace

Http2Connection::Http2Connection(
    Transport& transport, std::shared_ptr<const ListenerServices> services
)
    : transport_(transport),
      services_(std::move(services)),
      session_(transport.limits(), *this),
      resets_(transport.limits().resets_per_10s),
      pings_(transport.limits().pings_per_10s),
      settings_(transport.limits().settings_per_10s),
      empty_frames_(transport.limits().empty_frames_per_10s),
      received_(Now()),
      idle_since_(received_) {
  if (services_->is_closed()) {
    BeginDrain();
  }
}

Http2Connection::~Http2Connection() {
  OnLost(Unavailable("the connection has ended"));
}

void Http2Connection::OnBytes(std::string_view bytes, const std::shared_ptr<char[]>& buffer) {
  if (is_over_) {
    return;
  }
  received_ = Now();
  probed_.reset();
  buffer_ = buffer;
  if (bytes.size() < kReadBufferBytes / 4) {
    // Messages are views into what they came in; few bytes must not pin a large buffer.
    const auto copy = std::make_shared_for_overwrite<char[]>(bytes.size());
    std::memcpy(copy.get(), bytes.data(), bytes.size());
    bytes = {copy.get(), bytes.size()};
    buffer_ = copy;
  }
  const absl::Status status = session_.Feed(bytes);
  buffer_ = nullptr;
  if (absl::IsInvalidArgument(status)) {
    OnViolation();
  }
  is_over_ = is_over_ || !status.ok();
  for (const int32_t id : std::exchange(touched_, {})) {
    if (Http2Stream* stream = Find(id)) {
      stream->OnBurstEnd();
    }
  }
}

void Http2Connection::OnInputEnd() {
  transport_.CloseNow(Unavailable("the client has closed the connection"));
}

void Http2Connection::OnFlush() {
  while (transport_.unsent_bytes() < kMaxUnsentBytes) {
    const std::string_view bytes = session_.Drain();
    if (bytes.empty()) {
      const bool drained = said_goaway_ && streams_.empty();
      if (is_over_ || drained || session_.WantsNothingMore()) {
        is_over_ = true;
        transport_.CloseAfterWrites();
      }
      return;
    }
    transport_.Write(bytes);
  }
}

void Http2Connection::OnFrameBegin(const nghttp2_frame_hd& frame) {
  switch (frame.type) {
    case NGHTTP2_RST_STREAM:
      CheckBudget(resets_, "resets");
      return;
    case NGHTTP2_PING:
      if ((frame.flags & NGHTTP2_FLAG_ACK) == 0) {
        CheckBudget(pings_, "pings");
      }
      return;
    case NGHTTP2_SETTINGS:
      CheckBudget(settings_, "settings");
      return;
    default:
      CountEmptyFrame(frame);
  }
}

void Http2Connection::CountEmptyFrame(const nghttp2_frame_hd& frame) {
  const bool ends_something = (frame.flags & NGHTTP2_FLAG_END_STREAM) != 0;
  const bool is_empty_data = frame.type == NGHTTP2_DATA && frame.length == 0 && !ends_something;
  const bool is_empty_continuation = frame.type == NGHTTP2_CONTINUATION && frame.length == 0;
  if (is_empty_data || is_empty_continuation || frame.type == NGHTTP2_PRIORITY) {
    CheckBudget(empty_frames_, "empty_frames");
  }
}

void Http2Connection::CheckBudget(FloodGuard& guard, std::string_view what) {
  if (guard.Allow(received_) || is_over_) {
    return;
  }
  EndCalmly(what, fmt::format("too many {}", what));
}

void Http2Connection::EndCalmly(std::string_view reason, std::string_view why) {
  transport_.context().metrics.CountRefused("http2", reason);
  session_.Terminate(NGHTTP2_ENHANCE_YOUR_CALM, why);
  is_over_ = true;
  blamed_ = true;
}

void Http2Connection::OnHeadersBegin(int32_t stream) {
  head_ = PendingHead{.stream = stream, .request = std::make_shared<HttpRequest>(), .since = Now()};
  head_->request->remote_address = transport_.remote_address();
  head_->request->remote_is_loopback = transport_.remote_is_loopback();
  head_->request->is_encrypted = transport_.is_encrypted();
  transport_.WakeAt(head_->since + transport_.limits().incomplete_timeout);
}

bool Http2Connection::OnHeader(int32_t stream, std::string_view name, std::string_view value) {
  if (!head_ || head_->stream != stream) {
    return true;  // Trailers: of no use to any handler.
  }
  const size_t limit = transport_.limits().header_bytes;
  head_->bytes += name.size() + value.size() + kHeaderOverhead;
  if (head_->bytes > limit * kHopelessHeaderFactor) {
    EndCalmly("header_size", "header list too large");
    head_.reset();
    return false;
  }
  if (head_->bytes > limit) {
    head_->is_too_large = true;
    return true;
  }
  if (name.starts_with(':')) {
    TakePseudoHeader(name, value);
    return true;
  }
  if (name == "content-length") {
    uint64_t length = 0;
    std::from_chars(value.data(), value.data() + value.size(), length);
    head_->content_length = length;
  }
  head_->request->headers.push_back({std::string(name), std::string(value)});
  return true;
}

void Http2Connection::TakePseudoHeader(std::string_view name, std::string_view value) {
  if (name == ":method") {
    head_->request->method = value;
  } else if (name == ":authority") {
    head_->request->headers.push_back({"host", std::string(value)});
  } else if (name == ":path") {
    const auto target = ParseTarget(value);
    head_->is_broken = !target.has_value();
    if (target) {
      head_->request->path = target->path;
      head_->request->query = target->query;
    }
  }
}

void Http2Connection::OnFrame(const nghttp2_frame& frame) {
  const bool input_ended = (frame.hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
  if (frame.hd.type == NGHTTP2_HEADERS && head_ && head_->stream == frame.hd.stream_id) {
    FinishHead(input_ended);
    return;
  }
  const bool may_end = frame.hd.type == NGHTTP2_HEADERS || frame.hd.type == NGHTTP2_DATA;
  if (may_end && input_ended) {
    EndInput(frame.hd.stream_id);
  }
}

void Http2Connection::FinishHead(bool input_ended) {
  PendingHead head = *std::exchange(head_, std::nullopt);
  const int32_t id = head.stream;
  if (is_over_) {
    return;
  }
  const std::string_view given_id = head.request->header("x-request-id");
  head.request->request_id =
      IsSaneRequestId(given_id) ? std::string(given_id) : transport_.NextRequestId();
  const auto stream = MakeStream(std::move(head), input_ended);
  streams_[id] = stream;
  transport_.WakeAt(received_ + transport_.limits().ping_interval);
  if (draining_since_) {
    stream->BeginDrain();
  }
  if (streams_.size() <= kFewStreams && !input_ended) {
    session_.SetStreamWindow(id, kWideStreamWindow);
  }
  if (input_ended) {
    EndInput(id);
  }
}

std::optional<HttpResponse> Http2Connection::FindHeadFault(const PendingHead& head, bool is_grpc)
    const {
  if (head.is_broken) {
    return Problem(
        400, "bad-request", "The request cannot be read", "the request target is not a path"
    );
  }
  if (head.is_too_large && !is_grpc) {
    transport_.context().metrics.CountRefused("http2", "header_size");
    return Problem(
        431,
        "header-too-large",
        "Request Header Fields Too Large",
        fmt::format("at most {} bytes are taken", transport_.limits().header_bytes)
    );
  }
  const std::string_view content_type = head.request->header("content-type");
  if (services_->grpc && !is_grpc &&
      (!services_->router || content_type.starts_with("application/grpc"))) {
    return Problem(
        415,
        "unsupported-media-type",
        "Unsupported Media Type",
        "this address serves gRPC: the content type application/grpc is expected"
    );
  }
  if (is_grpc && head.request->method != "POST") {
    HttpResponse response =
        Problem(405, "method-not-allowed", "Method not allowed", "gRPC calls are POST requests");
    response.headers.push_back({"allow", "POST"});
    return response;
  }
  return std::nullopt;
}

std::shared_ptr<Http2Stream> Http2Connection::MakeStream(PendingHead head, bool input_ended) {
  const bool is_grpc = services_->grpc && IsGrpcContentType(head.request->header("content-type"));
  auto fault = FindHeadFault(head, is_grpc);
  if (is_grpc && !fault) {
    return MakeGrpcStream(std::move(head));
  }
  auto stream = std::make_shared<Http2ExchangeStream>(Http2StreamEnvironment{
      transport_, session_, head.stream});
  Exchange::Head exchange_head{head.request, !input_ended, head.content_length};
  if (fault) {
    stream->Refuse(std::move(exchange_head), *std::move(fault));
  } else {
    stream->Begin(std::move(exchange_head), *services_);
  }
  return stream;
}

std::shared_ptr<Http2Stream> Http2Connection::MakeGrpcStream(PendingHead head) {
  auto stream =
      std::make_shared<GrpcStream>(Http2StreamEnvironment{transport_, session_, head.stream});
  if (head.is_too_large) {
    transport_.context().metrics.CountRefused("grpc", "header_size");
    stream->Refuse(
        ResourceExhausted("the metadata has more than {} bytes", transport_.limits().header_bytes)
    );
    return stream;
  }
  stream->Begin(std::move(head.request), *services_);
  return stream;
}

Http2Stream* Http2Connection::Find(int32_t stream) {
  const auto found = streams_.find(stream);
  return found == streams_.end() ? nullptr : found->second.get();
}

void Http2Connection::OnData(int32_t stream, std::string_view bytes) {
  // Returned on receipt, so that no stream can hold up another.
  session_.ConsumeConnection(bytes.size());
  if (Http2Stream* found = Find(stream)) {
    found->OnData(bytes, buffer_);
    if (touched_.empty() || touched_.back() != stream) {
      touched_.push_back(stream);
    }
  }
}

void Http2Connection::OnViolation() {
  if (!is_over_) {
    transport_.context().metrics.CountRefused("http2", "malformed");
    blamed_ = true;
  }
}

void Http2Connection::OnGoAwaySent(uint32_t error_code) {
  // The session ends by itself for frames of a wrong size, and tells nobody.
  if (error_code != NGHTTP2_NO_ERROR && !std::exchange(blamed_, true)) {
    transport_.context().metrics.CountRefused("http2", "malformed");
  }
}

void Http2Connection::EndInput(int32_t stream) {
  if (Http2Stream* found = Find(stream)) {
    found->OnInputEnd();
    touched_.push_back(stream);
  }
}

void Http2Connection::OnStreamClosed(int32_t stream, uint32_t error_code) {
  if (head_ && head_->stream == stream) {
    head_.reset();
  }
  const auto found = streams_.find(stream);
  if (found == streams_.end()) {
    return;
  }
  const std::shared_ptr<Http2Stream> closed = found->second;
  streams_.erase(found);
  closed->OnClosed(MakeStatus(
      absl::StatusCode::kCancelled, "the stream was reset ({})", nghttp2_http2_strerror(error_code)
  ));
  if (streams_.empty()) {
    idle_since_ = Now();
    transport_.WakeAt(idle_since_ + transport_.limits().idle_timeout);
  }
}

std::optional<TimePoint> Http2Connection::OnTime(TimePoint now) {
  if (is_over_) {
    return std::nullopt;
  }
  std::optional<TimePoint> next = Probe(now);
  if (head_) {
    const TimePoint due = head_->since + transport_.limits().incomplete_timeout;
    if (due <= now) {
      EndCalmly("incomplete_header", "the header did not arrive in time");
      return std::nullopt;
    }
    KeepEarlier(next, due);
  }
  // A stream may end others' streams only by the session, which tells later: no iterator breaks.
  for (const auto& [id, stream] : streams_) {
    KeepEarlier(next, stream->OnTime(now));
  }
  KeepEarlier(next, ContinueDrain(now));
  return next;
}

std::optional<TimePoint> Http2Connection::Probe(TimePoint now) {
  const FrontLimits& limits = transport_.limits();
  if (streams_.empty()) {
    const TimePoint due = idle_since_ + limits.idle_timeout;
    if (due <= now && !said_goaway_) {
      said_goaway_ = true;
      session_.GoAway(NGHTTP2_NO_ERROR, "idle");
      return std::nullopt;
    }
    return due;
  }
  if (probed_) {
    const TimePoint due = *probed_ + limits.incomplete_timeout;
    if (due <= now) {
      transport_.CloseNow(Unavailable("the client does not answer PING"));
      return std::nullopt;
    }
    return due;
  }
  if (received_ + limits.ping_interval <= now) {
    probed_ = now;
    session_.Ping();
    return now + limits.incomplete_timeout;
  }
  return received_ + limits.ping_interval;
}

void Http2Connection::BeginDrain() {
  if (draining_since_) {
    return;
  }
  draining_since_ = Now();
  session_.AnnounceGoAway();
  for (const auto& [id, stream] : streams_) {
    stream->BeginDrain();
  }
  transport_.WakeAt(*draining_since_ + kDrainTick);
}

std::optional<TimePoint> Http2Connection::ContinueDrain(TimePoint now) {
  if (!draining_since_) {
    return std::nullopt;
  }
  if (!said_goaway_ && *draining_since_ + kGoAwayGrace <= now) {
    said_goaway_ = true;
    session_.GoAway(NGHTTP2_NO_ERROR, services_->WhyItEnds());
  }
  return now + kDrainTick;
}

void Http2Connection::Abort() {
  if (!std::exchange(said_goaway_, true)) {
    session_.GoAway(NGHTTP2_NO_ERROR, services_->WhyItEnds());
  }
  for (const auto& [id, stream] : streams_) {
    stream->Abort(Unavailable("{}", services_->WhyItEnds()));
  }
  // OnFlush closes when the streams have been told.
}

void Http2Connection::OnLost(const absl::Status& why) {
  for (const auto& [id, stream] : std::exchange(streams_, {})) {
    stream->OnClosed(why);
  }
}

}  // namespace tidings::net
