#include "net/connection.h"

#include <algorithm>
#include <utility>

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include "base/status.h"
#include "net/http1_connection.h"
#include "net/http2_connection.h"

namespace tidings::net {
namespace {

/// RFC 9113 3.4.
constexpr std::string_view kHttp2Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// Reads in one go before other connections of the thread get their turn.
constexpr int kReadsPerBurst = 4;
/// What a closed connection may still send us, so that our last answer is not cut off by a reset.
constexpr std::chrono::milliseconds kLinger(1000);
/// The same when the server stops, which must not take longer for idle clients.
constexpr std::chrono::milliseconds kLingerWhenStopping(100);
/// An output buffer larger than this is not kept for the next answer.
constexpr size_t kKeptOutputBytes = size_t{64} << 10;

}  // namespace

Connection::Connection(
    std::unique_ptr<ByteStream> stream,
    Peer peer,
    std::shared_ptr<const ListenerServices> services,
    FrontContext& context,
    IoThread& thread
)
    : stream_(std::move(stream)),
      peer_(std::move(peer)),
      services_(std::move(services)),
      context_(context),
      limits_(context.limits.current()),
      thread_(thread),
      mailbox_(std::make_shared<Mailbox>(thread.io())),
      unread_(context.unread_answers),
      draining_(services_->is_closed()),
      timer_(thread.io()) {
  context_.metrics.connections().Increment();
}

Connection::~Connection() {
  mailbox_->Close();
  if (account_) {
    account_->Close();
  }
  context_.CountOf(*services_).fetch_sub(1);
  context_.connections_by_address.Leave(peer_.address);
  context_.metrics.connections().Decrement();
}

void Connection::Run() {
  const std::weak_ptr<Connection> weak = weak_from_this();
  const auto wake = [mailbox = mailbox_, weak] {
    mailbox->Post([weak] {
      if (const auto self = weak.lock()) {
        self->account_->Pump();
      }
    });
  };
  account_ = std::make_shared<InflightAccount>(
      context_.budget, limits_->inflight_bytes_per_connection, wake
  );
  mailbox_->Open([this] { Flush(); });
  state_since_ = Now();
  WakeAt(state_since_ + limits_->incomplete_timeout);
  stream_->Handshake([self = shared_from_this()](ByteStream::Error error) {
    self->OnHandshake(error);
  });
}

void Connection::OnHandshake(ByteStream::Error error) {
  if (state_ != State::kHandshake) {
    return;
  }
  state_since_ = Now();
  if (!error) {
    state_ = State::kSniffing;
    ReadBurst();
    return;
  }
  const ByteStream::Refusal refusal = stream_->refusal();
  context_.metrics.CountRefused("tls", refusal.reason);
  context_.handshake_failures.Report(peer_.address, refusal.detail, state_since_);
  // As after a last answer: what was said, an alert or words, must not be cut off by a reset.
  state_ = State::kFinishing;
  out_ = refusal.last_words;
  Flush();
}

void Connection::WaitForInput() {
  if (waits_for_input_ || !reading_ || input_ended_ || state_ == State::kClosed) {
    return;
  }
  waits_for_input_ = true;
  stream_->WaitReadable([self = shared_from_this()](ByteStream::Error error) {
    self->waits_for_input_ = false;
    if (error && self->state_ != State::kClosed) {
      self->CloseNow(Unavailable("the connection failed: {}", error.message()));
    }
    self->ReadBurst();
  });
}

void Connection::ReadBurst() {
  for (int i = 0; i < kReadsPerBurst && reading_ && state_ != State::kClosed; ++i) {
    // A copy of the pointer: the protocol may keep the buffer, and the next read needs another.
    const std::shared_ptr<char[]> buffer = thread_.ReadBuffer();
    const ByteStream::Result result = stream_->Read({buffer.get(), kReadBufferBytes});
    if (result.bytes > 0) {
      TakeInput({buffer.get(), result.bytes}, buffer);
      if (result.bytes < kReadBufferBytes) {
        break;
      }
      continue;
    }
    if (result.error == boost::asio::error::eof) {
      TakeInputEnd();
    } else if (result.error != boost::asio::error::would_block && result.error) {
      CloseNow(Unavailable("the connection failed: {}", result.error.message()));
    }
    break;
  }
  Flush();
  WaitForInput();
}

void Connection::TakeInput(std::string_view bytes, const std::shared_ptr<char[]>& buffer) {
  switch (state_) {
    case State::kSniffing:
      Sniff(bytes, buffer);
      return;
    case State::kSpeaking:
      protocol_->OnBytes(bytes, buffer);
      return;
    default:
      return;  // Nobody reads it any more.
  }
}

void Connection::TakeInputEnd() {
  input_ended_ = true;
  if (state_ == State::kSpeaking) {
    protocol_->OnInputEnd();
    return;
  }
  if (state_ != State::kFinishing) {
    CloseNow(Unavailable("the client has closed the connection"));
  }
}

void Connection::Sniff(std::string_view bytes, const std::shared_ptr<char[]>& buffer) {
  if (sniffed_.empty()) {
    state_since_ = Now();
    WakeAt(state_since_ + limits_->incomplete_timeout);
  }
  sniffed_ += bytes;
  const size_t compared = std::min(sniffed_.size(), kHttp2Preface.size());
  const bool may_be_http2 =
      kHttp2Preface.starts_with(std::string_view(sniffed_).substr(0, compared));
  if (may_be_http2 && compared < kHttp2Preface.size()) {
    return;
  }
  if (may_be_http2) {
    StartSpeaking(std::make_unique<Http2Connection>(*this, services_));
  } else {
    StartSpeaking(std::make_unique<Http1Connection>(*this, services_));
  }
  const std::string first = std::exchange(sniffed_, {});
  if (first.size() == bytes.size()) {
    protocol_->OnBytes(bytes, buffer);
    return;
  }
  const auto copy = std::make_shared_for_overwrite<char[]>(first.size());
  std::copy(first.begin(), first.end(), copy.get());
  protocol_->OnBytes({copy.get(), first.size()}, copy);
}

void Connection::StartSpeaking(std::unique_ptr<Protocol> protocol) {
  protocol_ = std::move(protocol);
  state_ = State::kSpeaking;
  WakeAt(Now() + limits_->incomplete_timeout);
}

void Connection::Write(std::string_view bytes) {
  out_ += bytes;
}

void Connection::SetReading(bool reading) {
  if (reading_ == reading) {
    return;
  }
  reading_ = reading;
  if (reading_) {
    WaitForInput();
  }
}

void Connection::Flush() {
  if (flushing_ || waits_for_output_ || state_ == State::kClosed) {
    return;
  }
  flushing_ = true;
  while (true) {
    if (state_ == State::kSpeaking) {
      protocol_->OnFlush();
    }
    if (out_.empty() || !Send()) {
      break;
    }
  }
  flushing_ = false;
  unread_.Set(unsent_bytes());
  context_.metrics.inflight_bytes().Set(static_cast<double>(context_.budget->used()));
  if (state_ == State::kFinishing && out_.empty()) {
    FinishWriting();
  }
}

bool Connection::Send() {
  while (sent_ < out_.size()) {
    const ByteStream::Result result = stream_->Write(std::string_view(out_).substr(sent_));
    if (result.bytes > 0) {
      output_moved_ = Now();
    }
    sent_ += result.bytes;
    if (result.error == boost::asio::error::would_block) {
      WaitForOutput();
      return false;
    }
    if (result.error) {
      CloseNow(Unavailable("the connection failed: {}", result.error.message()));
      return false;
    }
  }
  out_.clear();
  sent_ = 0;
  if (out_.capacity() > kKeptOutputBytes) {
    out_.shrink_to_fit();
  }
  return true;
}

void Connection::WaitForOutput() {
  waits_for_output_ = true;
  output_moved_ = Now();
  WakeAt(output_moved_ + limits_->incomplete_timeout);
  stream_->WaitWritable([self = shared_from_this()](ByteStream::Error error) {
    self->waits_for_output_ = false;
    if (error && self->state_ != State::kClosed) {
      self->CloseNow(Unavailable("the connection failed: {}", error.message()));
    }
    self->Flush();
  });
}

void Connection::CloseAfterWrites() {
  if (state_ == State::kSpeaking) {
    state_ = State::kFinishing;
    state_since_ = Now();
    reading_ = false;
  }
}

void Connection::FinishWriting() {
  if (input_ended_) {
    CloseNow(absl::OkStatus());
    return;
  }
  stream_->ShutdownSend();
  state_ = State::kLingering;
  state_since_ = Now();
  WakeAt(state_since_ + Linger());
  reading_ = true;
  WaitForInput();
}

void Connection::CloseNow(const absl::Status& why) {
  if (state_ == State::kClosed) {
    return;
  }
  state_ = State::kClosed;
  stream_->Close();
  timer_.cancel();
  mailbox_->Close();
  account_->Close();
  // Later, because a method of the protocol may be what closes.
  boost::asio::post(thread_.io(), [self = shared_from_this(), why] {
    if (self->protocol_) {
      self->protocol_->OnLost(why);
      self->protocol_.reset();
    }
    self->thread_.Remove(self);
  });
}

std::chrono::milliseconds Connection::Linger() const {
  return draining_ ? kLingerWhenStopping : kLinger;
}

void Connection::BeginDrain() {
  if (services_->is_closed()) {
    return;  // It does so since it began.
  }
  draining_ = true;
  WakeAt(Now() + kLingerWhenStopping);
  if (state_ == State::kSpeaking) {
    protocol_->BeginDrain();
    Flush();
    return;
  }
  CloseUnlessSpoken();
}

void Connection::Abort() {
  if (state_ == State::kSpeaking) {
    protocol_->Abort();
    Flush();
    return;
  }
  CloseUnlessSpoken();
}

void Connection::CloseUnlessSpoken() {
  if (state_ == State::kSniffing || state_ == State::kHandshake) {
    CloseNow(Unavailable("{}", services_->WhyItEnds()));
  }
}

void Connection::OnOpen() {
  if (services_->is_closed()) {
    CloseUnlessSpoken();
  }
}

void Connection::WakeAt(TimePoint when) {
  if (state_ == State::kClosed || (wake_at_ && *wake_at_ <= when)) {
    return;
  }
  wake_at_ = when;
  timer_.expires_after(when - Now());
  timer_.async_wait([weak = weak_from_this()](ByteStream::Error error) {
    const auto self = weak.lock();
    if (!error && self) {
      self->OnTimer();
    }
  });
}

void Connection::OnTimer() {
  wake_at_.reset();
  if (state_ == State::kClosed) {
    return;
  }
  const TimePoint now = Now();
  std::optional<TimePoint> next = OnOwnTime(now);
  if (state_ == State::kSpeaking) {
    KeepEarlier(next, protocol_->OnTime(now));
  }
  Flush();
  if (next) {
    WakeAt(*next);
  }
}

std::optional<TimePoint> Connection::OnOwnTime(TimePoint now) {
  std::optional<TimePoint> due;
  absl::Status why;
  if (waits_for_output_) {
    due = output_moved_ + limits_->incomplete_timeout;
    why = Unavailable("the client does not read its answers");
  } else if (state_ == State::kLingering) {
    due = state_since_ + Linger();
  } else if (state_ == State::kHandshake || !sniffed_.empty()) {
    due = state_since_ + limits_->incomplete_timeout;
    why = Unavailable("the client's first bytes did not arrive in time");
  } else if (state_ == State::kSniffing) {
    due = state_since_ + limits_->idle_timeout;
  }
  if (!due || *due > now) {
    return due;
  }
  if (!why.ok()) {
    context_.metrics.CountRefused("tcp", waits_for_output_ ? "slow_reader" : "incomplete_header");
  }
  CloseNow(why);
  return std::nullopt;
}

}  // namespace tidings::net
