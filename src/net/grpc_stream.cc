#include "net/grpc_stream.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/status.h"
#include "base/text.h"
#include "net/grpc_wire.h"

namespace tidings::net {
namespace {

/// From here on one reservation for all messages of a read is cheaper than one each.
constexpr size_t kWorthPrepaying = 4096;
/// How long a stream may still half-close by itself when the server stops.
constexpr std::chrono::milliseconds kDrainPatience(200);
/// A list of messages longer than this is not kept for the next burst.
constexpr size_t kKeptMessages = 64;
constexpr std::string_view kAcceptedCodings = "identity,gzip";

/// Takes a call's answers from any thread to its stream.
class StreamResponder final : public GrpcResponder {
 public:
  StreamResponder(
      std::shared_ptr<Mailbox> mailbox,
      std::weak_ptr<GrpcStream> stream,
      std::shared_ptr<InflightAccount> account,
      size_t room_factor,
      std::shared_ptr<std::atomic<size_t>> outstanding
  )
      : mailbox_(std::move(mailbox)),
        stream_(std::move(stream)),
        account_(std::move(account)),
        room_factor_(room_factor),
        outstanding_(std::move(outstanding)) {}

  ~StreamResponder() override {
    account_->Release(outstanding_->exchange(0) * room_factor_);
    Finish(Internal("the call was dropped unanswered"));
  }
  StreamResponder(const StreamResponder&) = delete;
  StreamResponder& operator=(const StreamResponder&) = delete;

  void Send(std::string message) override {
    mailbox_->Post([stream = stream_, message = std::move(message)] {
      if (const auto alive = stream.lock()) {
        alive->SendMessage(message);
      }
    });
  }

  void Finish(const absl::Status& status) override {
    if (finished_.exchange(true)) {
      return;
    }
    mailbox_->Post([stream = stream_, status] {
      if (const auto alive = stream.lock()) {
        alive->Finish(status);
      }
    });
  }

  void Release(size_t bytes) override {
    // Never more than was handed over, whatever a handler says.
    size_t outstanding = outstanding_->load();
    size_t released = 0;
    do {
      released = std::min(bytes, outstanding);
    } while (!outstanding_->compare_exchange_weak(outstanding, outstanding - released));
    account_->Release(released * room_factor_);
  }

 private:
  const std::shared_ptr<Mailbox> mailbox_;
  const std::weak_ptr<GrpcStream> stream_;
  const std::shared_ptr<InflightAccount> account_;
  const size_t room_factor_;
  const std::shared_ptr<std::atomic<size_t>> outstanding_;
  std::atomic<bool> finished_{false};
};

std::vector<Header> TrailersOf(const absl::Status& status) {
  std::vector<Header> trailers;
  trailers.push_back({"grpc-status", fmt::to_string(static_cast<int>(status.code()))});
  if (!status.message().empty()) {
    trailers.push_back({"grpc-message", EncodeGrpcMessage(MessageOf(status))});
  }
  if (std::string details = EncodeGrpcStatusDetails(status); !details.empty()) {
    trailers.push_back({"grpc-status-details-bin", std::move(details)});
  }
  return trailers;
}

std::vector<Header> ResponseHeaders() {
  return {
      {":status", "200"},
      {"content-type", "application/grpc"},
      {"grpc-accept-encoding", std::string(kAcceptedCodings)}};
}

std::string_view BreakReason(const absl::Status& fault) {
  switch (fault.code()) {
    case absl::StatusCode::kResourceExhausted:
      return "message_size";
    case absl::StatusCode::kDeadlineExceeded:
      return "incomplete_message";
    case absl::StatusCode::kUnavailable:
      return "no_room";
    case absl::StatusCode::kUnauthenticated:
      return "unauthenticated";
    default:
      return "malformed";
  }
}

}  // namespace

GrpcStream::GrpcStream(Http2StreamEnvironment environment)
    : environment_(environment),
      account_(environment.transport.account()),
      outstanding_(std::make_shared<std::atomic<size_t>>(0)),
      output_(environment.transport),
      progress_(
          environment.transport.limits().incomplete_timeout,
          environment.transport.limits().min_body_bytes_per_second
      ) {}

GrpcStream::~GrpcStream() = default;

void GrpcStream::Refuse(const absl::Status& status) {
  input_ = Input::kDone;
  Finish(status);
}

absl::Status GrpcStream::FindMetadataFault(const HttpRequest& request) {
  const std::string_view name = request.header("grpc-encoding");
  const auto coding = ParseContentCoding(name);
  if (!coding || *coding == ContentCoding::kZstd) {
    metrics().CountRefused("grpc", "encoding");
    return MakeStatus(
        absl::StatusCode::kUnimplemented,
        "grpc-encoding '{}' is not known; {} are",
        EscapeForDisplay(name, 64),
        kAcceptedCodings
    );
  }
  return absl::OkStatus();
}

void GrpcStream::Begin(std::shared_ptr<HttpRequest> request, const ListenerServices& services) {
  const GrpcServices::Entry* entry = services.grpc->Find(request->path);
  if (entry == nullptr) {
    environment_.transport.context().unknown_methods.Report(request->path);
    metrics().CountRefused("grpc", "unknown_method");
    Refuse(MakeStatus(
        absl::StatusCode::kUnimplemented,
        "no method {} is served here",
        EscapeForDisplay(request->path)
    ));
    return;
  }
  if (const auto denial = services.grpc_access->Admit(*request, entry->scope)) {
    metrics().CountRefused("grpc", denial->reason());
    Refuse(denial->ToStatus());
    return;
  }
  rate_ = request->rate;
  max_wait_ = entry->max_wait;
  if (const absl::Status fault = FindMetadataFault(*request); !fault.ok()) {
    Refuse(fault);
    return;
  }
  permission_.emplace(services.grpc_access, request, entry->scope);
  GrpcCallContext context{std::move(request), nullptr};
  room_factor_ = entry->room_factor;
  if (const std::string_view text = context.request->header("grpc-timeout"); !text.empty()) {
    const auto timeout = ParseGrpcTimeout(text);
    if (!timeout.ok()) {
      Refuse(timeout.status());
      return;
    }
    SetDeadline(*timeout, context);
    const auto share = std::chrono::duration_cast<std::chrono::nanoseconds>(
        entry->max_wait_share * std::chrono::duration<double, std::nano>(*timeout)
    );
    max_wait_ = std::min(max_wait_, share);
  }
  if (const auto wait = rate_ ? rate_->Wait() : std::chrono::milliseconds(0); wait > max_wait_) {
    const Denial denial = TooFast(wait);
    metrics().CountRefused("grpc", denial.reason());
    Refuse(denial.ToStatus());
    return;
  }
  reader_.emplace(
      GrpcFrameReader::Options{
          .max_message_bytes = entry->max_message_bytes,
          .max_inflated_bytes = entry->max_inflated_bytes,
          .coding = *ParseContentCoding(context.request->header("grpc-encoding"))},
      *this
  );
  context.responder = std::make_shared<StreamResponder>(
      environment_.transport.mailbox(), weak_from_this(), account_, room_factor_, outstanding_
  );
  call_ = entry->method->Start(std::move(context));
}

void GrpcStream::SetDeadline(std::chrono::nanoseconds timeout, GrpcCallContext& context) {
  deadline_ = Now() + timeout;
  const int64_t now_ms = environment_.transport.context().clock.NowMs();
  context.deadline = absl::FromUnixMillis(now_ms) + absl::FromChrono(timeout);
  context.has_deadline = true;
  environment_.transport.WakeAt(*deadline_);
}

void GrpcStream::OnData(std::string_view bytes, const std::shared_ptr<const void>& buffer) {
  if (input_ != Input::kOpen) {
    environment_.session.ConsumeStream(environment_.id, bytes.size());
    return;
  }
  if (is_waiting()) {
    if (rate_ && !waits_for_rate()) {
      rate_->ChargeBytes(bytes.size());
    }
    held_ += bytes;
    return;
  }
  if (rate_ && !bytes.empty() && !MayGoOn(bytes.size())) {
    if (waits_for_rate()) {
      held_ = bytes;
      WatchProgress();
    } else {
      environment_.session.ConsumeStream(environment_.id, bytes.size());
    }
    return;
  }
  Feed(bytes, buffer);
}

/// Charges these bytes, or makes them wait, or breaks the call, which could not wait long enough.
bool GrpcStream::MayGoOn(size_t bytes) {
  const auto wait = asks_rate_ ? rate_->Wait() : std::chrono::milliseconds(0);
  if (wait.count() == 0) {
    asks_rate_ = false;
    rate_->ChargeBytes(bytes);
    return true;
  }
  if (wait > max_wait_) {
    BreakTooFast(wait);
    return false;
  }
  const TimePoint now = Now();
  rate_deadline_ = now + max_wait_;
  environment_.transport.WakeAt(now + wait);
  return false;
}

std::optional<TimePoint> GrpcStream::OnRateTime(TimePoint now) {
  const std::chrono::milliseconds wait = rate_->Wait();
  if (wait.count() > 0 && now + wait <= *rate_deadline_) {
    return now + wait;
  }
  if (wait.count() > 0) {
    StopWaiting();
    BreakTooFast(wait);
    OnBurstEnd();
    return std::nullopt;
  }
  rate_deadline_.reset();
  asks_rate_ = false;
  rate_->ChargeBytes(held_.size());
  FeedHeld();
  return std::nullopt;
}

void GrpcStream::BreakTooFast(std::chrono::milliseconds wait) {
  const Denial denial = TooFast(wait);
  metrics().CountRefused("grpc", denial.reason());
  input_ = Input::kBroken;
  fault_ = denial.ToStatus();
}

void GrpcStream::Feed(std::string_view bytes, const std::shared_ptr<const void>& buffer) {
  const size_t before = bytes.size();
  const size_t room = before * room_factor_;
  if (before >= kWorthPrepaying && prepaid_ == 0 && account_->TryReserve(room)) {
    prepaid_ = room;
  }
  const absl::Status status = reader_->Feed(bytes, buffer, messages_);
  account_->Release(std::exchange(prepaid_, 0));
  environment_.session.ConsumeStream(environment_.id, before - bytes.size());
  if (!status.ok()) {
    environment_.session.ConsumeStream(environment_.id, bytes.size());
    Break(status);
    return;
  }
  if (reader_->needs_room() > 0) {
    WaitForRoom(bytes);
  }
  WatchProgress();
}

bool GrpcStream::TryReserve(size_t bytes, size_t held) {
  const size_t room = bytes * room_factor_;
  if (prepaid_ >= room) {
    prepaid_ -= room;
    return true;
  }
  if (!account_->TryReserve(room - prepaid_, held * room_factor_ + prepaid_)) {
    return false;
  }
  prepaid_ = 0;
  return true;
}

void GrpcStream::GiveBack(size_t bytes) {
  account_->Release(bytes * room_factor_);
}

void GrpcStream::WaitForRoom(std::string_view rest) {
  held_ = rest;
  room_deadline_ = Now() + max_wait_;
  environment_.transport.WakeAt(*room_deadline_);
  account_->Wait(*this, reader_->needs_room() * room_factor_, reader_->reserved() * room_factor_);
}

void GrpcStream::OnRoom(size_t bytes) {
  room_deadline_.reset();
  prepaid_ += bytes;
  FeedHeld();
}

void GrpcStream::FeedHeld() {
  const auto owner = std::make_shared<const std::string>(std::exchange(held_, {}));
  Feed(*owner, owner);
  OnBurstEnd();
}

void GrpcStream::WatchProgress() {
  if (is_waiting() || !reader_->mid_message()) {
    progress_.End();
    return;
  }
  if (!progress_.running() || progress_index_ != reader_->next_index()) {
    progress_.Begin(Now());
    progress_index_ = reader_->next_index();
    environment_.transport.WakeAt(*progress_.due());
  }
  progress_.SetBytes(reader_->received_of_message());
}

void GrpcStream::OnInputEnd() {
  if (input_ == Input::kOpen) {
    input_ = Input::kEnded;
  }
}

void GrpcStream::Break(const absl::Status& fault) {
  if (input_ == Input::kOpen || input_ == Input::kEnded) {
    metrics().CountRefused("grpc", BreakReason(fault));
    input_ = Input::kBroken;
    fault_ = fault;
  }
}

void GrpcStream::OnBurstEnd() {
  // The call may be finished from inside of itself only by a post: it stays alive here.
  HandOver();
  if (!call_ || is_waiting() || input_ == Input::kOpen || input_ == Input::kDone) {
    return;
  }
  progress_.End();
  if (input_ == Input::kEnded && reader_->mid_message()) {
    Break(InvalidArgument(
        "the stream ends inside message #{}, after {} of its bytes",
        reader_->next_index(),
        reader_->received_of_message()
    ));
  }
  if (std::exchange(input_, Input::kDone) == Input::kEnded) {
    call_->OnHalfClose();
  } else {
    call_->OnBroken(fault_);
  }
}

void GrpcStream::HandOver() {
  if (messages_.empty()) {
    return;
  }
  size_t bytes = 0;
  for (const GrpcMessage& message : messages_) {
    bytes += message.bytes.size();
  }
  if (call_ && !permission_->Holds()) {
    Break(MakeStatus(
        absl::StatusCode::kUnauthenticated,
        "the token of this call was taken back; what came before message #{} was taken in",
        reader_->next_index() - messages_.size()
    ));
    GiveBack(bytes);
  } else if (!call_) {
    GiveBack(bytes);
  } else {
    outstanding_->fetch_add(bytes);
    if (rate_) {
      rate_->ChargeEvents(messages_.size());
    }
    call_->OnMessages(messages_);
    asks_rate_ = true;
  }
  messages_.clear();
  if (messages_.capacity() > kKeptMessages) {
    messages_.shrink_to_fit();
  }
}

void GrpcStream::SendMessage(std::string_view message) {
  if (closed_ || finished_) {
    return;
  }
  if (!std::exchange(headers_sent_, true)) {
    environment_.session.Respond(environment_.id, ResponseHeaders(), &output_);
  }
  output_.Append(FrameGrpcMessage(message));
  environment_.session.Resume(environment_.id);
}

void GrpcStream::Finish(const absl::Status& status) {
  if (closed_ || std::exchange(finished_, true)) {
    return;
  }
  if (headers_sent_) {
    output_.End(TrailersOf(status));
    environment_.session.Resume(environment_.id);
  } else {
    std::vector<Header> headers = ResponseHeaders();
    for (Header& trailer : TrailersOf(status)) {
      headers.push_back(std::move(trailer));
    }
    environment_.session.Respond(environment_.id, headers, nullptr);
  }
  StopWaiting();
  input_ = Input::kDone;
  deadline_.reset();
  call_.reset();
  HandOver();
}

void GrpcStream::StopWaiting() {
  if (!is_waiting()) {
    return;
  }
  room_deadline_.reset();
  rate_deadline_.reset();
  account_->Cancel(*this);
  environment_.session.ConsumeStream(environment_.id, std::exchange(held_, {}).size());
}

void GrpcStream::Cancel(const absl::Status& why) {
  HandOver();
  StopWaiting();
  if (const auto call = std::exchange(call_, nullptr)) {
    call->OnCancel(why);
  }
}

void GrpcStream::OnClosed(const absl::Status& why) {
  Cancel(why);
  closed_ = true;
  reader_.reset();
}

bool GrpcStream::OnWaitTime(TimePoint now) {
  if (waits_for_room() && *room_deadline_ <= now) {
    StopWaiting();
    Break(Unavailable("no room for message #{} in time: the server is busy", reader_->next_index())
    );
    return true;
  }
  if (progress_.IsOver(now)) {
    Break(MakeStatus(
        absl::StatusCode::kDeadlineExceeded,
        "message #{} stopped arriving after {} of {} bytes, or comes too slowly",
        reader_->next_index(),
        reader_->received_of_message(),
        reader_->size_of_message()
    ));
    return true;
  }
  if (drain_at_ && *drain_at_ <= now && input_ == Input::kOpen) {
    StopWaiting();
    input_ = Input::kBroken;
    fault_ = Unavailable("the server stops");
    return true;
  }
  return false;
}

std::optional<TimePoint> GrpcStream::OnTime(TimePoint now) {
  if (deadline_ && *deadline_ <= now) {
    const absl::Status over =
        MakeStatus(absl::StatusCode::kDeadlineExceeded, "the call's grpc-timeout is over");
    Cancel(over);
    Finish(over);
  }
  if (const auto stalled = output_.stalled_at(); stalled && *stalled <= now) {
    metrics().CountRefused("grpc", "slow_reader");
    environment_.session.Reset(environment_.id, NGHTTP2_CANCEL);
    return std::nullopt;
  }
  if (call_ && OnWaitTime(now)) {
    OnBurstEnd();
  }
  const std::optional<TimePoint> rate_due =
      call_ && waits_for_rate() ? OnRateTime(now) : std::nullopt;
  std::optional<TimePoint> next = output_.stalled_at();
  const auto consider = [&next](std::optional<TimePoint> due) {
    if (due && (!next || *due < *next)) {
      next = due;
    }
  };
  consider(deadline_);
  consider(room_deadline_);
  consider(rate_due);
  if (input_ == Input::kOpen) {
    consider(progress_.due());
    consider(drain_at_);
  }
  return next;
}

void GrpcStream::BeginDrain() {
  if (call_ && input_ == Input::kDone) {
    call_->OnServerStop(Unavailable("the server stops"));
  }
  drain_at_ = Now() + kDrainPatience;
  environment_.transport.WakeAt(*drain_at_);
}

void GrpcStream::Abort(const absl::Status& why) {
  Cancel(why);
  Finish(why);
}

}  // namespace tidings::net
