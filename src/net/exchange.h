#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "net/content_coding.h"
#include "net/progress_deadline.h"
#include "net/response_slot.h"
#include "net/transport.h"

namespace tidings::net {

/// One HTTP request on its way to its handler and back, whatever version it came by: finds the
/// route, takes the body in within all limits, inflates it, and hands the answer on.
///
/// Thread safety: the connection's io thread.
/// Lifetime:      shared with what is posted to the io thread; Detach when the host goes.
class Exchange final : public ResponseTaker,
                       public RoomWaiter,
                       public std::enable_shared_from_this<Exchange> {
 public:
  /// The protocol's side of it.
  class Host {
   public:
    virtual ~Host() = default;
    /// The answer, once. Never from inside a call of the exchange.
    virtual void OnAnswer(HttpResponse response) = 0;
    /// What PullStream asked for.
    virtual void OnPiece(BodyStream::Piece piece) = 0;
    /// The body may go on: paused() has become false.
    virtual void OnBodyRoom() = 0;
  };

  struct Head {
    std::shared_ptr<HttpRequest> request;
    bool has_body = false;
    std::optional<uint64_t> content_length;
  };

  Exchange(Transport& transport, std::string_view protocol, Host& host);
  ~Exchange() override;
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  /// Finds the route, asks whether the sender may take it and begins to take the body; or answers
  /// at once.
  void Begin(Head head, const ListenerServices& services);
  /// Answers without a handler.
  void Refuse(Head head, HttpResponse response);
  /// More of the body, as it is on the wire; thrown away when nobody wants it.
  void TakeBody(std::string_view bytes);
  void EndBody();
  void Fail(const absl::Status& status);

  const HttpRequest& request() const { return *request_; }
  /// Whether a handler still takes the body.
  bool wants_body() const { return stage_ == Stage::kBody && !body_ended_; }
  bool body_ended() const { return body_ended_; }
  /// Whether the host should not read on.
  bool paused() const {
    return waits_for_room_ || waits_for_rate() || waits_for_resume_ || yields_;
  }
  std::optional<TimePoint> OnTime(TimePoint now);
  /// Whether the answer's body is made while it is sent.
  bool is_streaming() const { return stream_ != nullptr; }
  /// Asks for the next piece, unless one is owed.
  void PullStream();
  void DropStream() { stream_ = nullptr; }
  void BeginDrain();
  void Detach();

  void OnResponse(HttpResponse response) override;
  void OnRoom(size_t bytes) override;

 private:
  enum class Stage { kHead, kBody, kDone };

  void Open(Head head);
  void Answer(HttpResponse response);
  bool FindRoute(const ListenerServices& services);
  bool CheckHead();
  /// Whether an answer of that size may be held until it is read.
  bool HasAnswerRoom(size_t bytes) const;
  void BeginBody();
  bool waits_for_rate() const { return rate_deadline_.has_value(); }
  /// How long the sender must still wait for what it sent before.
  std::chrono::milliseconds RateWait() const;
  void WaitForRate(std::chrono::milliseconds wait);
  std::optional<TimePoint> OnRateTime(TimePoint now);
  bool ChargeBytes(size_t count);
  void Pump(std::string_view fresh);
  bool PumpOnce(std::string_view& input, int& inflated_slices);
  absl::StatusOr<std::string> NextSlice(std::string_view& input);
  void FailWith(const absl::Status& status, std::string_view reason, HttpResponse response);
  void FailTooFast(std::chrono::milliseconds wait);
  bool GetRoom(size_t next);
  void Deliver(std::string slice);
  void Continue();
  void FinishIfComplete();
  void HandOver();
  TimePoint Now() const { return transport_.context().clock.Steady(); }

  Transport& transport_;
  const std::string_view protocol_;
  Host* host_;
  std::shared_ptr<const HttpRequest> request_;
  std::stop_source abandoned_;
  std::shared_ptr<ResponseSlot> slot_;
  const Route* route_ = nullptr;
  Stage stage_ = Stage::kHead;

  std::optional<uint64_t> content_length_;
  ContentCoding coding_ = ContentCoding::kIdentity;
  std::unique_ptr<Inflater> inflater_;
  std::unique_ptr<BodyConsumer> consumer_;
  /// Of the answer.
  std::shared_ptr<BodyStream> stream_;
  bool is_piece_owed_ = false;
  /// The body so far, for a handler that wants it whole.
  std::string whole_;
  /// On the wire, not yet decoded.
  std::string input_;
  size_t wire_bytes_ = 0;
  size_t decoded_bytes_ = 0;
  size_t reserved_ = 0;
  bool body_ended_ = false;
  bool pumping_ = false;
  bool waits_for_room_ = false;
  bool waits_for_resume_ = false;
  bool yields_ = false;
  TimePoint room_deadline_;
  /// Until when the sender may wait for the rate limit; nothing: it does not.
  std::optional<TimePoint> rate_deadline_;
  /// What came while it waited.
  size_t uncharged_ = 0;
  ProgressDeadline body_deadline_;
};

}  // namespace tidings::net
