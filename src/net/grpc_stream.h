#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "net/grpc.h"
#include "net/grpc_frame_reader.h"
#include "net/http2_output.h"
#include "net/http2_stream.h"
#include "net/progress_deadline.h"

namespace tidings::net {

/// A gRPC call on an HTTP/2 stream: metadata in, messages in, messages and trailers out.
///
/// Thread safety: the connection's io thread.
/// Lifetime:      shared with what is posted to the io thread; does nothing after OnClosed.
class GrpcStream final : public Http2Stream,
                         public MessageRoom,
                         public RoomWaiter,
                         public std::enable_shared_from_this<GrpcStream> {
 public:
  explicit GrpcStream(Http2StreamEnvironment environment);
  ~GrpcStream() override;
  GrpcStream(const GrpcStream&) = delete;
  GrpcStream& operator=(const GrpcStream&) = delete;

  void Begin(std::shared_ptr<HttpRequest> request, const ListenerServices& services);
  void Refuse(const absl::Status& status);

  void OnData(std::string_view bytes, const std::shared_ptr<const void>& buffer) override;
  void OnInputEnd() override;
  void OnBurstEnd() override;
  void OnClosed(const absl::Status& why) override;
  std::optional<TimePoint> OnTime(TimePoint now) override;
  void BeginDrain() override;
  void Abort(const absl::Status& why) override;

  bool TryReserve(size_t bytes, size_t held) override;
  void GiveBack(size_t bytes) override;
  void OnRoom(size_t bytes) override;

  /// What the call's responder posts.
  void SendMessage(std::string_view message);
  void Finish(const absl::Status& status);

 private:
  enum class Input {
    kOpen,    ///< messages may come
    kEnded,   ///< END_STREAM was read, and is to be told when everything before was
    kBroken,  ///< `fault_` is to be told when everything before was
    kDone,    ///< told; what still comes is thrown away
  };

  absl::Status FindMetadataFault(const HttpRequest& request);
  void SetDeadline(std::chrono::nanoseconds timeout, GrpcCallContext& context);
  void Feed(std::string_view bytes, const std::shared_ptr<const void>& buffer);
  void WaitForRoom(std::string_view rest);
  void WatchProgress();
  bool MayGoOn(size_t bytes);
  std::optional<TimePoint> OnRateTime(TimePoint now);
  void BreakTooFast(std::chrono::milliseconds wait);
  void Break(const absl::Status& fault);
  void HandOver();
  void Cancel(const absl::Status& why);
  void StopWaiting();
  bool OnWaitTime(TimePoint now);
  void FeedHeld();
  bool waits_for_room() const { return room_deadline_.has_value(); }
  bool waits_for_rate() const { return rate_deadline_.has_value(); }
  bool is_waiting() const { return waits_for_room() || waits_for_rate(); }
  TimePoint Now() const { return environment_.transport.context().clock.Steady(); }
  FrontMetrics& metrics() { return environment_.transport.context().metrics; }

  Http2StreamEnvironment environment_;
  const std::shared_ptr<InflightAccount> account_;
  /// Bytes handed over and not yet released; shared with the responder.
  const std::shared_ptr<std::atomic<size_t>> outstanding_;
  Http2Output output_;
  std::unique_ptr<GrpcCall> call_;
  std::shared_ptr<RateAccount> rate_;
  std::optional<Permission> permission_;
  std::optional<GrpcFrameReader> reader_;
  std::vector<GrpcMessage> messages_;

  Input input_ = Input::kOpen;
  absl::Status fault_;
  /// Received, but there is no room for it yet, or it came too fast.
  std::string held_;
  /// Reserved, and not yet used for a message.
  size_t prepaid_ = 0;
  /// What a byte of a message counts in the account.
  size_t room_factor_ = 1;
  std::chrono::nanoseconds max_wait_{};
  std::optional<TimePoint> room_deadline_;
  /// Until when what was received may wait for the rate limit; nothing: it does not.
  std::optional<TimePoint> rate_deadline_;
  /// Whether the rate is asked before the next bytes are read: not in the middle of a message,
  /// unless it came behind others.
  bool asks_rate_ = true;
  std::optional<TimePoint> deadline_;
  std::optional<TimePoint> drain_at_;
  ProgressDeadline progress_;
  uint32_t progress_index_ = 0;
  bool headers_sent_ = false;
  bool finished_ = false;
  bool closed_ = false;
};

}  // namespace tidings::net
